-- Ends every support grant that is still open, in all clinics. Nothing to change.
-- Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_end_support_access(g.id) as support_grant
from public.support_grants g
where private.support_grant_state(g) = 'active';
rollback; -- change to commit
