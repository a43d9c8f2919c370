-- Support grants that are open now: who may read which clinic's clients, why, until when, and how often they did. Reads only.

select t.name as clinic, p.email as super_admin, g.reason, g.starts_at, g.expires_at, g.reads
from public.support_grants g
join public.tenants t on t.id = g.tenant_id
join public.profiles p on p.user_id = g.admin_id
where private.support_grant_state(g) = 'active'
order by g.expires_at;
