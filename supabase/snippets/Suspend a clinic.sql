-- Suspends a clinic: its people lose access with their next request; nothing is changed for them otherwise.
-- Change the address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_suspend_tenant(private.clinic('bright-smile'), 'Unpaid since March, announced on 2 April.') as clinic;
rollback; -- change to commit
