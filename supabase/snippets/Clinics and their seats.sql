-- Clinics with their owners, seats and status, by name. Reads only.

select
  t.name,
  t.slug,
  t.status,
  t.max_seats as seats,
  s.active as members,
  s.open as open_invitations,
  (
    select string_agg(p.email, ', ' order by p.email)
    from public.memberships m join public.profiles p on p.user_id = m.user_id
    where m.tenant_id = t.id and m.role = 'owner' and m.status = 'active'
  ) as owners,
  t.status_reason,
  t.created_at
from public.tenants t, private.seat_usage(t.id) s
order by t.name, t.id;
