-- Jobs of pg_cron with their latest run. Reads only. Needs the extension pg_cron.

select
  j.jobname as job,
  j.schedule,
  j.active,
  r.status,
  r.start_time as started_at,
  r.end_time - r.start_time as took,
  r.return_message as message
from cron.job j
left join lateral (
  select d.* from cron.job_run_details d where d.jobid = j.jobid order by d.runid desc limit 1
) r on true
order by j.jobname;
