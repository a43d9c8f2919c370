-- Brings a deleted person back, with the memberships that this deletion revoked, where a seat is free. Not possible once their
-- data have been erased.
-- Change the e-mail address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_restore_user(private.person('dan@example.com'), 'Deleted by mistake.') as result;
rollback; -- change to commit
