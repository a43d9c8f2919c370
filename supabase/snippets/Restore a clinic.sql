-- Brings a deleted clinic back, with the members whom this deletion disabled, as far as seats last. The answer names both those
-- who came back and those who did not.
-- Change the address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_restore_tenant(private.clinic('bright-smile'), 'Deleted by mistake.') as result;
rollback; -- change to commit
