-- Marks a clinic as deleted and disables its members. No row is removed; "Restore a clinic" brings both back.
-- Change the address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_delete_tenant(private.clinic('bright-smile'), 'Practice closed at the end of March.') as clinic;
rollback; -- change to commit
