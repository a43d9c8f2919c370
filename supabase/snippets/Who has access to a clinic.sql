-- Everybody who can work in a clinic at this moment, and every super-admin who can read its clients under a support grant.
-- Empty while the clinic is not active, except for support. Reads only. Change the clinic's address.

with clinic as (select t.* from public.tenants t where t.id = private.clinic('bright-smile'))
select m.role as access, p.email, p.first_name, p.last_name, m.permissions, m.joined_at as since, null as until
from clinic c
join public.memberships m on m.tenant_id = c.id and m.status = 'active'
join public.profiles p on p.user_id = m.user_id and p.status = 'active'
where c.status = 'active'
union all
select 'support, reads only', p.email, p.first_name, p.last_name, null, g.starts_at, g.expires_at
from clinic c
join public.support_grants g on g.tenant_id = c.id and private.support_grant_state(g) = 'active'
join public.profiles p on p.user_id = g.admin_id
order by 1, 2;
