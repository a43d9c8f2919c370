-- Gives a suspended person their access back.
-- Change the e-mail address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_resume_user(private.person('dan@example.com'), 'Laptop found, password changed.') as person;
rollback; -- change to commit
