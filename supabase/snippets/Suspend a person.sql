-- Suspends a person in all clinics: access ends with the next request, and they are signed out everywhere.
-- Change the e-mail address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_suspend_user(private.person('dan@example.com'), 'Laptop stolen, reported by phone.') as person;
rollback; -- change to commit
