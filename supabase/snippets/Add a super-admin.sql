-- Makes somebody who has an account a super-admin. For somebody without one: npm run admin:create -- --email …
-- Change the e-mail address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_grant_super_admin(private.person('dan@example.com'), 'Second person on call, agreed on 2 April.') as person;
rollback; -- change to commit
