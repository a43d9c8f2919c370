-- Gives a suspended clinic its access back.
-- Change the address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_resume_tenant(private.clinic('bright-smile'), 'Paid on 9 April.') as clinic;
rollback; -- change to commit
