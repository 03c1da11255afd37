-- Vectors of texts that were embedded before, so that a document that comes again, a chunk that many documents share and
-- an attempt that is repeated cost the embedding provider nothing. Losing any of it costs time only.
create table embedding_cache (
    provider   text    not null,
    model      text    not null,
    dimensions integer not null,
    -- Of what was embedded, and of the settings besides the model that the vector depends on.
    sha256     text    not null,
    embedding  bytea   not null,
    -- By the day, so that a text that is used all the time is written once a day.
    used_on    date    not null default current_date,
    primary key (provider, model, dimensions, sha256)
);
alter table embedding_cache alter column embedding set storage external;
create index embedding_cache_by_age on embedding_cache (used_on);

-- A batch that embeds known documents anew: they point to its jobs only when all of it has succeeded, all at once.
alter table batch add column switches boolean not null default false;
alter table batch add column switched_at timestamptz;
-- The few whose results are nobody's current ones yet.
create index batch_switching on batch (id) where switches and switched_at is null;
