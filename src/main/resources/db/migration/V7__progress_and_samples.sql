-- How far a job has been at most, in percent; lowered only by a replay, so that neither a retry nor a takeover takes
-- back what was told. A final job counts as 100 whatever stands here.
alter table job add column percent smallint not null default 0 check (percent between 0 and 100);

-- Since when the batch has been worked on without a break: what its speed is measured over.
alter table batch add column measured_since timestamptz;

-- What a unit of size of each kind of document has cost of late, in milliseconds of a worker. The size of a document is
-- its bytes and 1024 more, because the smallest is some work too. The first values are guesses; they are worth as much
-- as a megabyte.
create table pace (
    media_type text             primary key,
    size       double precision not null check (size > 0),
    millis     double precision not null
);
insert into pace (media_type, size, millis) values
    ('text/plain', 1000000, 17000),
    ('text/markdown', 1000000, 17000),
    ('text/csv', 1000000, 17000),
    ('text/html', 1000000, 6000),
    ('application/json', 1000000, 6000),
    ('application/pdf', 1000000, 2000);

-- The work of a batch by kind of document: what its progress and its ETA are computed from without a look at its jobs.
create table batch_work (
    batch_id       uuid             not null references batch on delete cascade,
    media_type     text             not null,
    -- The pace when the batch was accepted. Never changed: if weights moved, the percent of the batch could fall.
    cost           double precision not null,
    -- Of all jobs, and the same times the percent of each.
    size           bigint           not null,
    credit         bigint           not null,
    -- Of jobs that are not final.
    open_size      bigint           not null,
    open_squares   double precision not null,
    -- Of jobs that became final by work on them; the scatter is the sum of millis² / size.
    worked_jobs    integer          not null default 0,
    worked_size    bigint           not null default 0,
    worked_millis  double precision not null default 0,
    worked_scatter double precision not null default 0,
    -- The size that was worked off, where what lies back by time t counts for exp(-t / m), as of recent_at; m is a minute,
    -- or four times what a document has taken, if that is longer.
    recent         double precision not null default 0,
    recent_at      timestamptz,
    -- When a job was last put aside at no cost of an attempt, because its provider was away or asked to wait.
    parked_at      timestamptz,
    primary key (batch_id, media_type)
) with (fillfactor = 50);

create function job_work_insert() returns trigger language plpgsql as $$
begin
    insert into batch_work as w (batch_id, media_type, cost, size, credit, open_size, open_squares)
    select n.batch_id, n.media_type,
           coalesce((select p.millis / p.size from pace p where p.media_type = n.media_type),
                    (select sum(p.millis) / sum(p.size) from pace p), 0.01),
           sum(n.size), coalesce(sum(100 * n.size) filter (where n.final), 0),
           coalesce(sum(n.size) filter (where not n.final), 0),
           coalesce(sum(n.size::double precision ^ 2) filter (where not n.final), 0)
      from (select batch_id, media_type, bytes + 1024 as size, finished_at is not null as final from new_rows) n
     group by n.batch_id, n.media_type
     order by n.batch_id, n.media_type
        on conflict (batch_id, media_type) do update
       set size = w.size + excluded.size,
           credit = w.credit + excluded.credit,
           open_size = w.open_size + excluded.open_size,
           open_squares = w.open_squares + excluded.open_squares;
    return null;
end $$;

-- After job_counts_update, by its name: then the rows of the batches are locked, and with them the right to wait for
-- these. A claim changes nothing here. Grouped and not joined, so that it is one pass whatever number of rows the plan
-- was made for.
create function job_work_update() returns trigger language plpgsql as $$
begin
    if not exists (select from old_rows where state = 'RUNNING' or finished_at is not null)
       and not exists (select from new_rows where finished_at is not null) then
        return null;
    end if;
    with both_rows as (
        select id, batch_id, media_type, bytes, state, attempt, error_class, finished_at, claimed_at,
               case when finished_at is null then percent else 100 end as percent, 1 as sign
          from new_rows
        union all
        select id, batch_id, media_type, bytes, state, attempt, null, finished_at, claimed_at,
               case when finished_at is null then percent else 100 end, -1
          from old_rows),
    moved as (
        select batch_id, media_type, bytes + 1024 as size,
               sum(sign * percent) as gained,
               count(*) filter (where finished_at is null and sign = 1)
                   - count(*) filter (where finished_at is null and sign = -1) as opened,
               bool_or(sign = -1 and state = 'RUNNING')
                   and bool_or(sign = 1 and state in ('RUNNING', 'SUCCEEDED', 'DEAD')
                               and error_class is distinct from 'POISON') as worked,
               -- Put aside without the loss of an attempt.
               bool_or(sign = 1 and state = 'RETRYING') and bool_or(sign = -1 and state = 'RUNNING')
                   and sum(sign * attempt) < 0 as parked,
               extract(epoch from max(finished_at) filter (where sign = 1)
                                  - max(claimed_at) filter (where sign = -1))::double precision * 1000 as millis
          from both_rows group by id, batch_id, media_type, bytes),
    delta as (
        select batch_id, media_type,
               sum(size * gained) as credit,
               sum(opened * size) as open_size,
               sum(opened * size::double precision ^ 2) as open_squares,
               count(*) filter (where worked and opened < 0) as worked_jobs,
               coalesce(sum(size) filter (where worked and opened < 0), 0) as worked_size,
               coalesce(sum(millis) filter (where worked and opened < 0), 0) as worked_millis,
               coalesce(sum(millis ^ 2 / size) filter (where worked and opened < 0), 0) as worked_scatter,
               coalesce(sum(size * gained) filter (where worked), 0)::double precision / 100 as recent,
               bool_or(parked) as parked
          from moved where gained <> 0 or opened <> 0 or parked group by batch_id, media_type)
    update batch_work w
       set credit = w.credit + d.credit,
           open_size = w.open_size + d.open_size,
           open_squares = w.open_squares + d.open_squares,
           worked_jobs = w.worked_jobs + d.worked_jobs,
           worked_size = w.worked_size + d.worked_size,
           worked_millis = w.worked_millis + d.worked_millis,
           worked_scatter = w.worked_scatter + d.worked_scatter,
           recent = case when d.recent > 0
                         then d.recent + case when w.recent_at >= b.measured_since then w.recent * exp(-least(50,
                              extract(epoch from clock_timestamp() - w.recent_at)::double precision
                              / greatest(60, 4 * w.worked_millis / 1000 / greatest(1, w.worked_jobs)))) else 0 end
                         else w.recent end,
           recent_at = case when d.recent > 0 then clock_timestamp() else w.recent_at end,
           parked_at = case when d.parked then clock_timestamp() else w.parked_at end
      from delta d join batch b on b.id = d.batch_id
     where w.batch_id = d.batch_id and w.media_type = d.media_type;
    return null;
end $$;

create trigger job_work_insert after insert on job
    referencing new table as new_rows for each statement execute function job_work_insert();
create trigger job_work_update after update on job
    referencing old table as old_rows new table as new_rows for each statement execute function job_work_update();

-- After a break (a pause, an outage, a restart, a replay) speed is measured anew.
create function batch_measured() returns trigger language plpgsql as $$
begin
    if not exists (select from batch_work
                    where batch_id = new.id and recent_at > clock_timestamp() - interval '5 seconds') then
        new.measured_since := clock_timestamp();
    end if;
    return new;
end $$;

create trigger batch_measured before update on batch
    for each row when (old.running = 0 and new.running > 0) execute function batch_measured();

-- What was accepted before.
insert into batch_work (batch_id, media_type, cost, size, credit, open_size, open_squares)
select n.batch_id, n.media_type,
       coalesce((select p.millis / p.size from pace p where p.media_type = n.media_type),
                (select sum(p.millis) / sum(p.size) from pace p)),
       sum(n.size), coalesce(sum(100 * n.size) filter (where n.final), 0),
       coalesce(sum(n.size) filter (where not n.final), 0),
       coalesce(sum(n.size::double precision ^ 2) filter (where not n.final), 0)
  from (select batch_id, media_type, bytes + 1024 as size, finished_at is not null as final from job) n
 group by n.batch_id, n.media_type;
update batch set measured_since = now() where finished_at is null and running > 0;

-- For charts: each stretch of ten seconds that some instance has looked at, by its beginning, and in it each workspace
-- that had anything. What is missing in a stretch that stands is zero.
create table sampled (
    at timestamptz primary key
);
create table sample (
    at                    timestamptz      not null references sampled on delete cascade,
    workspace             text             not null,
    succeeded             bigint           not null,
    dead                  bigint           not null,
    queued                bigint           not null,
    running               bigint           not null,
    retrying              bigint           not null,
    oldest_queued_seconds double precision not null,
    primary key (at, workspace)
);
