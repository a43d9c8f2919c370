-- Erases the personal data of a person for good, also from the audit log. Cannot be undone: read docs/erasure.md first.
-- Only for somebody who has been deleted ("Delete a person"). The reason stays in the audit log: it must not name the person.
-- Change the e-mail address and the reason. Run it once to see what it does, then once more with commit instead of rollback.
-- "audit_not_sealed": another transaction is open; try again in a minute.

begin;
select private.erase_person(private.person('dan@example.com'), 'Request 2026-17.') as result;
rollback; -- change to commit
