-- What is to be told to a batch's webhook, written in the transaction of the change: none can be forgotten, and none is
-- told of what was rolled back.

-- A UUID of version 7, as the service makes its own.
create function time_ordered_uuid() returns uuid language sql volatile as $$
    select encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                    from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;

create table webhook_delivery (
    id          uuid        primary key default time_ordered_uuid(),
    workspace   text        not null,
    -- No foreign keys: what is to be told stands in the payload, and is told though the batch was deleted since.
    batch_id    uuid        not null,
    job_id      uuid,
    type        text        not null check (type in ('batch.finished', 'job.dead')),
    url         text        not null,
    -- Scheme, host and port of the URL: what is spared when it is slow.
    target      text        not null,
    payload     text        not null,
    state       text        not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED')),
    tries       integer     not null default 0,
    -- Grows with each try and each replay: only its holder may say how the try ended.
    fence       bigint      not null default 0,
    -- When it may be tried next; while it is tried, when whoever tries it counts as dead.
    due_at      timestamptz default now(),
    status      integer,
    error       text,
    created_at  timestamptz not null default now(),
    tried_at    timestamptz,
    ended_at    timestamptz,
    check ((state = 'PENDING') = (due_at is not null)),
    check ((state = 'PENDING') = (ended_at is null))
);
create index webhook_delivery_due on webhook_delivery (due_at) where state = 'PENDING';
create index webhook_delivery_by_workspace on webhook_delivery (workspace, id);
create index webhook_delivery_by_batch on webhook_delivery (batch_id, id);
create index webhook_delivery_ended on webhook_delivery (ended_at) where ended_at is not null;

create function deliver_to_webhook(batch batch, job uuid, type text, data json) returns void language sql as $$
    insert into webhook_delivery (workspace, batch_id, job_id, type, url, target, payload)
    select batch.workspace, batch.id, job, type, batch.options ->> 'webhookUrl',
           lower(substring(batch.options ->> 'webhookUrl' from '^[A-Za-z]+://[^/?#]+')),
           json_build_object(
               'type', type,
               'timestamp', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
               'data', data)::text
$$;

create or replace function batch_event() returns trigger language plpgsql as $$
declare
    b batch;
begin
    select * into b from batch where id = new.id;
    if not found or exists (select from event
                             where xid = pg_current_xact_id() and batch_id = new.id and job_id is null) then
        return null;
    end if;
    insert into event (workspace, batch_id, state, counts, at)
    values (b.workspace, b.id, b.state,
            array[b.total, b.scheduled, b.queued, b.running, b.retrying, b.succeeded, b.dead, b.cancelled],
            coalesce(b.finished_at, now()));
    if b.finished_at is not null and b.options ->> 'webhookUrl' is not null then
        perform deliver_to_webhook(b, null, 'batch.finished', json_build_object(
            'batchId', b.id,
            'name', b.name,
            'state', b.state,
            'counts', json_build_object(
                'total', b.total, 'scheduled', b.scheduled, 'queued', b.queued, 'running', b.running,
                'retrying', b.retrying, 'succeeded', b.succeeded, 'dead', b.dead, 'cancelled', b.cancelled),
            'finishedAt', to_char(b.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')));
    end if;
    return null;
end $$;

create function job_dead() returns trigger language plpgsql as $$
declare
    b batch;
begin
    select * into b from batch where id = new.batch_id;
    if b.options ->> 'webhookUrl' is not null then
        perform deliver_to_webhook(b, new.id, 'job.dead', json_build_object(
            'jobId', new.id,
            'batchId', new.batch_id,
            'externalId', new.external_id,
            'filename', new.filename,
            'error', json_build_object(
                'class', new.error_class, 'code', new.error_code, 'message', left(new.error_message, 1000))));
    end if;
    return null;
end $$;

-- Asked of every row, but called for those that die alone.
create trigger job_dead_insert after insert on job
    for each row when (new.state = 'DEAD') execute function job_dead();
create trigger job_dead_update after update on job
    for each row when (new.state = 'DEAD' and old.state <> 'DEAD') execute function job_dead();
