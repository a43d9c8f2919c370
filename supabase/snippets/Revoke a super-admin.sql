-- Takes the platform role from a person, whose memberships stay. The last active super-admin is kept.
-- Change the e-mail address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select public.admin_revoke_super_admin(private.person('root@example.com'), 'Left the company on 31 March.') as person;
rollback; -- change to commit
