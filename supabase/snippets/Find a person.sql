-- People by any part of name or address, and where they work. Reads only.
-- Change the text in the first line of the query; case and accents do not matter.

with wanted (part) as (values ('ana'))
select
  p.email,
  p.first_name,
  p.last_name,
  p.status,
  p.status_reason,
  exists (select from public.platform_admins a where a.user_id = p.user_id and a.status = 'active') as is_super_admin,
  (
    select string_agg(format('%s (%s, %s)', t.slug, m.role, m.status), ', ' order by t.slug)
    from public.memberships m join public.tenants t on t.id = m.tenant_id
    where m.user_id = p.user_id
  ) as clinics,
  private.last_seen_at(p.user_id) as last_seen_at,
  p.user_id
from public.profiles p, wanted
where p.search_text like all (private.search_patterns(wanted.part))
order by p.sort_name, p.user_id
limit 100;
