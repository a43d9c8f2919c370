-- How far the hash chains reach and what became of the last anchor. Reads only.
-- unsealed is normally 0 or a handful, oldest_unsealed_at less than two minutes ago. Whether the chains are intact is checked
-- outside the database, by npm run audit:verify (docs/operations.md).

select s.key as what, s.value #>> '{}' as value
from jsonb_each(public.admin_audit_status()) s
order by s.key;
