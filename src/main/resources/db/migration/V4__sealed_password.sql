-- What opens the document, sealed for this job (AES-256-GCM) and printable; null without one.
alter table job add column sealed_password text;

-- Kept for as long as the job may run again, a replay included, and no longer. A trigger, because jobs end in many
-- statements and no one of them may forget it; it is asked only where a statement sets one of the two columns.
create function job_forget_password() returns trigger language plpgsql as $$
begin
    new.sealed_password := null;
    return new;
end $$;

create trigger job_forget_password before update of state, discarded_at on job
    for each row
    when (new.sealed_password is not null
          and (new.state in ('SUCCEEDED', 'CANCELLED') or new.discarded_at is not null))
    execute function job_forget_password();
