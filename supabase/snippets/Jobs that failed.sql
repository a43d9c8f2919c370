-- Jobs that were given up, newest first, and those that have failed and will be tried again. Reads only.
-- To let one start over: put right what made it fail, then "Retry a job that failed" with its id.

select
  j.id,
  j.kind,
  t.slug as clinic,
  j.state,
  j.attempts,
  j.last_error as error,
  j.payload,
  j.created_at,
  j.run_at as next_attempt_at,
  j.finished_at as given_up_at
from private.jobs j
left join public.tenants t on t.id = j.tenant_id
where j.state = 'dead' or (j.state in ('waiting', 'running') and j.last_error is not null)
order by j.state = 'dead' desc, coalesce(j.finished_at, j.run_at) desc;
