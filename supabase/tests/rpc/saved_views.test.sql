-- Saved views belong to the clinic: any member adds, renames and deletes them.
begin;
\ir ../fixtures.inc
select plan(12);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset

select tests.sign_in(:'staff');
select lives_ok(format($$insert into public.saved_views (tenant_id, page, name, filter) values (%L, 'clients', 'Not seen for a year', '{"inactive_since": "2025-01-01"}')$$, :'alpha'), 'a member saves a view');
select throws_ok(format($$insert into public.saved_views (tenant_id, page, name) values (%L, 'clients', 'NOT SEEN FOR A YEAR')$$, :'alpha'), '23505', null, 'under a name the page does not have yet, case aside');
select lives_ok(format($$insert into public.saved_views (tenant_id, page, name) values (%L, 'tasks', 'Not seen for a year')$$, :'alpha'), 'another page may have it');
select throws_ok(format($$insert into public.saved_views (tenant_id, page, name) values (%L, 'notes', 'x')$$, :'alpha'), '23514', null, 'there are views of two pages');
select throws_ok(format($$insert into public.saved_views (tenant_id, page, name, filter) values (%L, 'tasks', 'x', '[]')$$, :'alpha'), '23514', null, 'a filter is an object');
select throws_ok(format($$insert into public.saved_views (tenant_id, page, name, filter) values (%L, 'tasks', 'x', jsonb_build_object('search', repeat('x', 5000)))$$, :'alpha'), '23514', null, 'of moderate size');
select throws_ok(format($$insert into public.saved_views (tenant_id, page, name) values (%L, 'tasks', 'x')$$, :'beta'), '42501', null, 'nobody saves views of another clinic');
select tests.sign_in(:'stranger');
select is((select count(*) from public.saved_views), 0::bigint, 'or sees them');
select tests.sign_in(:'owner');
select is((select array_agg(v.created_by) from public.saved_views v), array[:'staff', :'staff']::uuid[], 'colleagues see who made them');
update public.saved_views set name = 'Lost' where page = 'tasks';
delete from public.saved_views where page = 'clients';
select is((select array_agg(v.name) from public.saved_views v), array['Lost'], 'rename and delete them');
select throws_ok($$update public.saved_views set page = 'clients'$$, '42501', null, 'but do not move them');
select tests.as_owner_of_database();
select is((select array_agg(e.action order by e.occurred_at, e.id) from public.audit_events e where e.target_type = 'saved_view'),
  array['saved_view.created', 'saved_view.created', 'saved_view.updated', 'saved_view.deleted'], 'and the audit log has it all');
select * from finish();
rollback;
