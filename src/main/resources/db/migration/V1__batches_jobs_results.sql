-- The truth. Redis holds hints only; whatever is not written here has not happened.
-- Times are the database's: now() at the start of a statement's transaction, clock_timestamp() where a long one ends.

create table batch (
    id           uuid primary key,
    workspace    text        not null,
    name         text,
    priority     text        not null check (priority in ('CRITICAL', 'HIGH', 'NORMAL', 'LOW')),
    options      jsonb       not null,
    tags         text[]      not null default '{}',
    paused       boolean     not null default false,
    max_in_flight integer    check (max_in_flight > 0),
    scheduled_at timestamptz,
    -- The batches this one starts after, and whether that is still undecided.
    after        uuid[]      not null default '{}',
    awaiting     boolean     not null default false,
    cancelled_at timestamptz,
    created_at   timestamptz not null default now(),
    started_at   timestamptz,
    finished_at  timestamptz,
    -- Kept by the trigger job_counts in the transaction of every change of a job's state, never by hand.
    total        integer     not null default 0,
    scheduled    integer     not null default 0 check (scheduled >= 0),
    queued       integer     not null default 0 check (queued >= 0),
    running      integer     not null default 0 check (running >= 0),
    retrying     integer     not null default 0 check (retrying >= 0),
    succeeded    integer     not null default 0 check (succeeded >= 0),
    dead         integer     not null default 0 check (dead >= 0),
    cancelled    integer     not null default 0 check (cancelled >= 0),
    state        text        not null generated always as (
        case
            when total > 0 and succeeded + dead + cancelled = total then
                case
                    when cancelled_at is not null then 'CANCELLED'
                    when succeeded = total then 'SUCCEEDED'
                    when succeeded > 0 then 'PARTIAL'
                    else 'FAILED'
                end
            when paused then 'PAUSED'
            when started_at is not null then 'RUNNING'
            when scheduled > 0 and queued + running + retrying = 0 then 'SCHEDULED'
            else 'QUEUED'
        end) stored
        check (state in ('SCHEDULED', 'QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED'))
) with (fillfactor = 50);

create index batch_by_workspace on batch (workspace, id);
create index batch_open on batch (id) where finished_at is null;
create index batch_awaiting on batch (id) where awaiting;
-- Of the open batches the few that somebody asks for every second or more often.
create index batch_bounded on batch (id) where finished_at is null and max_in_flight is not null;
create index batch_leftover on batch (id) where finished_at is null and cancelled_at is not null;
create index batch_finished on batch (finished_at) where finished_at is not null;

-- The outcome of a pipeline run. Jobs that brought the same bytes with the same settings share one.
create table result (
    id          uuid primary key,
    workspace   text        not null,
    sha256      text        not null,
    fingerprint text        not null,
    provider    text        not null,
    model       text        not null,
    dimensions  integer     not null,
    title       text        not null,
    language    text,
    text        text        not null,
    pages       integer,
    metadata    jsonb       not null,
    headings    jsonb       not null,
    tables      jsonb       not null,
    figures     jsonb       not null,
    quality     jsonb       not null,
    chunks      integer     not null check (chunks > 0),
    created_at  timestamptz not null default now()
);

create index result_by_content on result (workspace, sha256, fingerprint);

create table chunk (
    id         uuid    primary key,
    result_id  uuid    not null references result on delete cascade,
    workspace  text    not null,
    index      integer not null,
    text       text    not null,
    start_at   integer not null,
    end_at     integer not null,
    page_first integer,
    page_last  integer,
    headings   text[]  not null,
    kind       text    not null,
    context    text    not null,
    tokens     integer not null,
    sha256     text    not null,
    embedding  bytea   not null,
    keywords   tsvector not null generated always as (to_tsvector('english', text)) stored,
    unique (result_id, index)
);

-- float32 does not compress, so do not try.
alter table chunk alter column embedding set storage external;
create index chunk_keywords on chunk using gin (keywords);

create table job (
    id            uuid        primary key,
    seq           bigint      not null generated always as identity,
    batch_id      uuid        not null references batch on delete cascade,
    workspace     text        not null,
    external_id   text,
    filename      text        not null,
    declared_type text,
    media_type    text        not null,
    bytes         bigint      not null,
    sha256        text        not null,
    metadata      jsonb       not null,
    state         text        not null
        check (state in ('SCHEDULED', 'QUEUED', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'DEAD', 'CANCELLED')),
    stage         text        check (stage in ('PARSING', 'CHUNKING', 'EMBEDDING', 'STORING')),
    pages         integer,
    chunks        integer,
    embedded      integer,
    attempt       integer     not null default 0,
    max_attempts  integer     not null,
    crashes       integer     not null default 0,
    -- Rate limits that cost no attempt.
    penalties     integer     not null default 0,
    fence         bigint      not null default 0,
    claimed_by    uuid,
    -- When the newest fence was given out.
    claimed_at    timestamptz,
    run_after     timestamptz,
    queued_at     timestamptz,
    created_at    timestamptz not null default now(),
    started_at    timestamptz,
    finished_at   timestamptz,
    error_class   text        check (error_class in ('INVALID_INPUT', 'TRANSIENT', 'RATE_LIMITED', 'TIMEOUT',
                                                     'RESOURCE', 'POISON', 'CANCELLED', 'INTERNAL')),
    error_code    text,
    error_message text,
    discarded_at  timestamptz,
    -- No foreign key: asked row by row it would be a fifth of what a success costs. A job points to a result that its
    -- transaction has written or locked, and a locked result is deleted only when no job points to it.
    result_id     uuid,
    reused        boolean     not null default false,
    -- Of the attempt that succeeded, which has no row in job_attempt: its instance, the fence it committed with, and
    -- milliseconds by stage.
    succeeded_by  uuid,
    succeeded_fence bigint,
    timings       jsonb,
    check ((state = 'RUNNING') = (claimed_by is not null)),
    check ((state = 'QUEUED') = (queued_at is not null)),
    check (state <> 'RUNNING' or claimed_at is not null),
    check ((state = 'RUNNING') = (stage is not null)),
    check ((state = 'SUCCEEDED') = (result_id is not null)),
    check ((state = 'SUCCEEDED') = (succeeded_by is not null)),
    check ((state in ('SUCCEEDED', 'DEAD', 'CANCELLED')) = (finished_at is not null)),
    -- A scheduled job without a time waits for other batches.
    check (run_after is null or state in ('RETRYING', 'SCHEDULED')),
    check (state <> 'RETRYING' or run_after is not null),
    check (state <> 'DEAD' or error_class is not null)
) with (fillfactor = 70);

create index job_by_batch on job (batch_id, seq);
create index job_queued on job (batch_id, seq) where state = 'QUEUED';
create index job_queued_since on job (workspace, queued_at) where state = 'QUEUED';
create index job_waiting on job (run_after) where state in ('RETRYING', 'SCHEDULED');
create index job_awaiting on job (batch_id) where state = 'SCHEDULED' and run_after is null;
create index job_running on job (claimed_by) where state = 'RUNNING';
create index job_dead on job (workspace, seq) where state = 'DEAD' and discarded_at is null;
create index job_finished on job (finished_at, workspace) where finished_at is not null;
-- Jobs that were started more than once; there are few, and only they have attempts that can expire.
create index job_restarted on job (finished_at) where finished_at is not null and fence > 1;
create index job_by_result on job (result_id) where result_id is not null;
-- The jobs that brought a document, by its key (see table document).
create index job_by_document on job
    (workspace, (coalesce('external:' || external_id, 'sha256:' || sha256)), seq) where state = 'SUCCEEDED';

-- What the client sent, in pieces of at most 1 MiB so that no file is ever whole in memory.
create table document_content (
    job_id uuid    not null references job on delete cascade,
    piece  integer not null,
    bytes  bytea   not null,
    primary key (job_id, piece)
);
alter table document_content alter column bytes set storage external;

-- One row per start of a job that ended in anything but success, written when it ends. The one that runs and the one
-- that succeeded are the job's last, and in its row.
create table job_attempt (
    job_id        uuid        not null references job on delete cascade,
    fence         bigint      not null,
    attempt       integer     not null,
    instance      uuid        not null,
    started_at    timestamptz not null default now(),
    ended_at      timestamptz not null,
    outcome       text        not null
        check (outcome in ('RETRYING', 'DEAD', 'HANDED_BACK', 'LOST', 'CANCELLED')),
    stage         text,
    error_class   text,
    error_code    text,
    error_message text,
    timings       jsonb,
    primary key (job_id, fence)
);

create view ended_attempt as
    select job_id, fence, attempt, instance, started_at, ended_at, outcome, stage,
           error_class, error_code, error_message, timings
      from job_attempt
    union all
    select id, succeeded_fence, attempt, succeeded_by, claimed_at, finished_at, state, null, null, null, null, timings
      from job where state = 'SUCCEEDED';

-- What a workspace knows: the newest-accepted job of each document that succeeded. A document that was forgotten keeps
-- its row without job and result while results of it can still be read, because they carry its id.
create table document (
    id         uuid        primary key,
    workspace  text        not null,
    key        text        not null,
    job_id     uuid        references job,
    job_seq    bigint      not null,
    result_id  uuid        references result,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (workspace, key),
    check ((job_id is null) = (result_id is null))
);
create index document_by_workspace on document (workspace, id);
create index document_by_job on document (job_id);
create index document_by_result on document (result_id);

create table worker_instance (
    id          uuid        primary key,
    host        text        not null,
    pid         bigint      not null,
    concurrency integer     not null,
    started_at  timestamptz not null default now(),
    lease_until timestamptz not null,
    draining    boolean     not null default false
);

create table workspace_control (
    workspace text    primary key,
    paused    boolean not null default false
);

-- Written in the transaction that accepts the batch: either both stand or neither.
create table idempotency_key (
    workspace  text        not null,
    key        text        not null,
    request    text        not null,
    response   text        not null,
    batch_id   uuid        not null,
    created_at timestamptz not null default now(),
    primary key (workspace, key)
);
create index idempotency_key_by_age on idempotency_key (created_at);

-- Keeps the counts of a batch equal to its jobs' states, in the transaction that changes them. Batches are locked in
-- the order of their ids so that two statements over several batches cannot wait for each other in a ring.
create function job_counts_insert() returns trigger language plpgsql as $$
begin
    with delta as (
        select batch_id, count(*) as total,
               count(*) filter (where state = 'SCHEDULED') as scheduled,
               count(*) filter (where state = 'QUEUED') as queued,
               count(*) filter (where state = 'DEAD') as dead
          from new_rows group by batch_id)
    update batch b
       set total = b.total + d.total,
           scheduled = b.scheduled + d.scheduled,
           queued = b.queued + d.queued,
           dead = b.dead + d.dead
      from delta d where b.id = d.batch_id;
    return null;
end $$;

create function job_counts_update() returns trigger language plpgsql as $$
begin
    if not exists (select from new_rows n join old_rows o on o.id = n.id where o.state <> n.state) then
        return null;
    end if;
    perform from batch where id in (select batch_id from new_rows) order by id for no key update;
    with moved as (
        select batch_id, state, 1 as n from new_rows
        union all
        select batch_id, state, -1 from old_rows),
    delta as (
        select batch_id,
               coalesce(sum(n) filter (where state = 'SCHEDULED'), 0) as scheduled,
               coalesce(sum(n) filter (where state = 'QUEUED'), 0) as queued,
               coalesce(sum(n) filter (where state = 'RUNNING'), 0) as running,
               coalesce(sum(n) filter (where state = 'RETRYING'), 0) as retrying,
               coalesce(sum(n) filter (where state = 'SUCCEEDED'), 0) as succeeded,
               coalesce(sum(n) filter (where state = 'DEAD'), 0) as dead,
               coalesce(sum(n) filter (where state = 'CANCELLED'), 0) as cancelled
          from moved group by batch_id)
    update batch b
       set scheduled = b.scheduled + d.scheduled,
           queued = b.queued + d.queued,
           running = b.running + d.running,
           retrying = b.retrying + d.retrying,
           succeeded = b.succeeded + d.succeeded,
           dead = b.dead + d.dead,
           cancelled = b.cancelled + d.cancelled,
           started_at = case when d.running > 0 then coalesce(b.started_at, now()) else b.started_at end,
           finished_at = case
               when b.succeeded + d.succeeded + b.dead + d.dead + b.cancelled + d.cancelled = b.total
               then clock_timestamp() end
      from delta d where b.id = d.batch_id;
    return null;
end $$;

create trigger job_counts_insert after insert on job
    referencing new table as new_rows for each statement execute function job_counts_insert();
create trigger job_counts_update after update on job
    referencing old table as old_rows new table as new_rows for each statement execute function job_counts_update();
