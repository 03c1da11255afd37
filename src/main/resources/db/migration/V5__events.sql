-- What happened, for whoever listens: a row for each state that a job or a batch enters, written in the very
-- transaction of the change. Read by transaction and not by id, because ids are given out before they are committed:
-- what a snapshot sees and an earlier one does not is what was committed between them.
create table event (
    -- Not the order of commits; but of one job or batch the order of its changes, which wait for each other's row lock.
    id            bigint      not null generated always as identity,
    xid           xid8        not null default pg_current_xact_id(),
    workspace     text        not null,
    batch_id      uuid        not null,
    -- Null where the event is the batch's. No foreign keys: events go by their age alone.
    job_id        uuid,
    state         text        not null,
    attempt       integer,
    error_class   text,
    error_code    text,
    error_message text,
    -- Of a batch: total, scheduled, queued, running, retrying, succeeded, dead, cancelled.
    counts        integer[],
    at            timestamptz not null
);

-- The only one that every change of a job pays for.
create index event_by_transaction on event (xid);
-- Whether a batch has its event of this transaction already: asked once for each of the batches that one changes.
create index event_of_batch on event (xid, batch_id) where job_id is null;

-- The newest transaction of which events were removed for their age: whoever has not seen all up to there has a gap.
create table event_horizon (xid xid8 not null);
insert into event_horizon values ('0');

create or replace function job_counts_insert() returns trigger language plpgsql as $$
begin
    insert into event (workspace, batch_id, job_id, state, attempt, error_class, error_code, error_message, at)
    select workspace, batch_id, id, state, attempt, error_class, error_code, error_message, now()
      from new_rows;
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

-- "not in" is one pass with a hash table, whatever number of rows the plan was made for; a join is not.
create or replace function job_counts_update() returns trigger language plpgsql as $$
begin
    insert into event (workspace, batch_id, job_id, state, attempt, error_class, error_code, error_message, at)
    select workspace, batch_id, id, state, attempt, error_class, error_code, error_message,
           coalesce(finished_at, now())
      from new_rows where (id, state) not in (select id, state from old_rows);
    if not found then
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

-- Deferred to the commit, because within a transaction a batch passes through states that nobody ever sees: while its
-- jobs are inserted, and between the cancelling of its jobs and its own. One event a transaction, with what is committed.
create function batch_event() returns trigger language plpgsql as $$
begin
    insert into event (workspace, batch_id, state, counts, at)
    select workspace, id, state, array[total, scheduled, queued, running, retrying, succeeded, dead, cancelled],
           coalesce(finished_at, now())
      from batch
     where id = new.id
       and not exists (select from event
                        where xid = pg_current_xact_id() and batch_id = new.id and job_id is null);
    return null;
end $$;

create constraint trigger batch_event_insert after insert on batch
    deferrable initially deferred for each row execute function batch_event();
create constraint trigger batch_event_update after update on batch
    deferrable initially deferred for each row
    when (old.state <> new.state or (old.finished_at is null) <> (new.finished_at is null))
    execute function batch_event();
