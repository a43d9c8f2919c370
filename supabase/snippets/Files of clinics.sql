-- How many clients and files clinics have, how much they store, what waits for removal and what is lost. Reads only.
-- Files that wait for longer than a week and an hour: look at the job file-sweep ("Scheduled jobs and their last runs").

select
  t.name,
  t.slug,
  (select count(*) from public.clients c where c.tenant_id = t.id and c.merged_into is null) as clients,
  count(f.id) filter (where f.state = 'stored') as files,
  coalesce(sum(f.size) filter (where f.state in ('stored', 'deleting')), 0) / 1024 / 1024 as megabytes,
  count(f.id) filter (where f.state = 'deleting') as waiting,
  min(f.deleted_at) filter (where f.state = 'deleting') as waiting_since,
  count(f.id) filter (where f.state = 'missing') as lost
from public.tenants t
left join public.client_files f on f.tenant_id = t.id
group by t.id, t.name, t.slug
order by megabytes desc, t.name;
