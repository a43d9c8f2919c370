-- Lets a job that was given up start over, within a minute and with all its attempts.
-- Change the id ("Jobs that failed") and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_retry_job('00000000-0000-4000-8000-000000000000', 'The mail provider works again.') as job;
rollback; -- change to commit
