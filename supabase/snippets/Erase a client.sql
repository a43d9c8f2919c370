-- Erases what a clinic holds about a client for good, also from the audit log. Cannot be undone: read docs/erasure.md first.
-- The reason stays in the audit log: it must not name the client. Change the clinic, the client's e-mail address (a phone number or the
-- id will do as well) and the reason. Run it once to see what it does, then once more with commit instead of rollback.
-- "audit_not_sealed": another transaction is open; try again in a minute.

begin;
select private.erase_client(private.clinic('bright-smile'), private.client('bright-smile', 'maria@example.com'), 'Request 2026-18.') as result;
rollback; -- change to commit
