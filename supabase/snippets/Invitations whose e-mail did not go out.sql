-- Open invitations whose mail failed, or for which no mail provider is set up. Reads only.
-- To try again, use "Resend" in the web app: links are made there, never here.

select
  coalesce(t.name, 'the platform') as clinic,
  i.email,
  i.role,
  i.delivery,
  i.delivery_error,
  i.token_issued_at as tried_at,
  i.expires_at
from public.invitations i
left join public.tenants t on t.id = i.tenant_id
where i.delivery in ('failed', 'not_configured') and private.invitation_state(i) = 'open'
order by i.token_issued_at desc;
