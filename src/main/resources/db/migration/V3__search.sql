-- Words of the headings over a chunk find it too: what stands under "Warranty" need not repeat the word. Headings and
-- header rows that are part of the text are in the context only where they are not (see io.mivaa.batch.pipeline.Chunk).
alter table chunk drop column keywords;
alter table chunk
    add column keywords tsvector not null generated always as (to_tsvector('english', context || text)) stored;
create index chunk_keywords on chunk using gin (keywords);
