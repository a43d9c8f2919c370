-- Marks a person as deleted, revokes their memberships and signs them out. No row is removed; "Restore a person" brings all of
-- it back. The answer names clinics that are left without an owner.
-- Change the e-mail address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_delete_user(private.person('dan@example.com'), 'Asked for it by e-mail on 2 April.') as result;
rollback; -- change to commit
