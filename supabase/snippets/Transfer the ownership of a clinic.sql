-- Makes one member an owner in place of another, who becomes staff. Both must be active members.
-- Change the clinic, from whom, to whom, and the reason. Run it once to see what it does, then once more with commit instead of
-- rollback.

begin;
select public.admin_transfer_ownership(
  private.clinic('bright-smile'), private.person('ana@example.com'), private.person('dan@example.com'),
  'Ana has sold the practice to Dan, contract of 1 April.') as result;
rollback; -- change to commit
