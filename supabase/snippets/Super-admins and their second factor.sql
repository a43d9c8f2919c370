-- Who runs the platform, and whether they have set up two-step verification. Reads only.
-- Whoever has set it up needs it for everything they do for the platform; nobody is made to (docs/studio.md).

select
  p.email,
  p.status as account,
  a.status as platform_role,
  private.has_verified_factor(p.user_id) as has_second_factor,
  private.last_seen_at(p.user_id) as last_seen_at,
  a.created_at as since
from public.platform_admins a
join public.profiles p on p.user_id = a.user_id
order by a.status, p.email;
