-- The newest hundred audit events of a clinic. Reads only. Change the clinic's address.

select
  e.occurred_at,
  e.action,
  coalesce(e.actor_email, e.actor_id::text) as actor,
  e.actor_role,
  e.target_type,
  coalesce(e.target_label, e.target_id) as target,
  e.before,
  e.after,
  e.reason,
  e.details,
  e.ip
from public.audit_events e
where e.tenant_id = private.clinic('bright-smile')
order by e.occurred_at desc, e.id desc
limit 100;
