-- Allocates seats to a clinic. Fewer than are taken by members and open invitations is refused.
-- Change the address and the number. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_set_seats(private.clinic('bright-smile'), 12) as clinic;
rollback; -- change to commit
