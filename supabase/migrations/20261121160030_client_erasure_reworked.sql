-- What: what erasing a client does to which rows, that an erased client stays erased, and taking one out of the audit log.
-- Who:  erase_client, which the database's owner calls.
-- Relies on: merging (client_references) and audit_upkeep migrations.
--
-- client_erasure_rules says for every column that refers to a client what becomes of the row. A migration that adds such a column
-- adds its rule; without one nothing is erased, and a test fails. What has to be brought to its end first, as visits to come, is a
-- function in client_erasure_steps.

create table private.client_erasure_steps (
  name text primary key check (name ~ '^[a-z_]{1,40}$'),
  -- Text: see client_record_parts.
  worker text not null check (worker ~ '^[a-z_]{1,60}$')
);
comment on table private.client_erasure_steps is
  'What is brought to its end before a client''s rows are treated, as people would do it, so that everything that follows from it does: private.<worker>(tenant_id uuid, client_ids uuid[]) returns void, in the order of names.';
