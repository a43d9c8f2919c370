-- Wrong passwords for known accounts in the last seven days, most first. Reads only.
-- Empty where the Auth service does not report them (docs/deployment.md).

select
  e.target_label as email,
  count(*) as failed,
  min(e.occurred_at) as first,
  max(e.occurred_at) as last
from public.audit_events e
where e.action = 'sign_in.failed' and e.occurred_at > now() - interval '7 days'
group by e.target_id, e.target_label
order by failed desc, last desc
limit 100;
