-- A job of a re-embedding batch holds a copy of the bytes of an earlier job. Its content is as old as that job, however
-- late the copy was accepted. Null for other jobs, and for copies that an earlier version has made.
alter table job add column copied_seq bigint;
comment on column job.copied_seq is 'seq of the job that a client posted with the bytes that this job holds a copy of';
