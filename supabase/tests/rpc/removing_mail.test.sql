-- Removing mail: slice by slice, only of a mailbox that is disconnected, and the contents nobody names any more.
begin;
\ir ../fixtures.inc
select plan(9);

select tests.create_clinic('alpha') as alpha \gset
select tests.as_owner_of_database();
insert into public.mail_accounts (tenant_id, address, preset, imap_host) values (:'alpha', 'gone@mail.test', 'generic', 'imap.mail.test') returning id as gone \gset
insert into public.mail_accounts (tenant_id, address, preset, imap_host) values (:'alpha', 'kept@mail.test', 'generic', 'imap.mail.test') returning id as kept \gset
create function tests.bring(account uuid, count integer) returns void language plpgsql as $$
declare
  claim jsonb := public.claim_mail_account(account, 'member');
  lease uuid := claim ->> 'lease_token';
  folder uuid := public.open_mail_folder(account, lease, '{"path":"INBOX","role":"inbox","uid_validity":"1"}') -> 0 ->> 'id';
begin
  perform public.store_messages(account, lease, folder, (
    select jsonb_agg(jsonb_build_object('uid', n, 'message_id', n || '@x', 'from_address', 'p' || n || '@x.test', 'subject', 'S' || n,
      'attachments', jsonb_build_array(jsonb_build_object('part', '2', 'name', 'a.pdf', 'size', 5)))) from generate_series(1, count) n), 1, count);
  perform public.finish_mail_sync(account, lease, '{"outcome":"done"}');
end;
$$;
select tests.bring(:'gone', 7), tests.bring(:'kept', 2);
create function tests.mails(account uuid) returns bigint language sql as $$ select count(*) from public.messages where account_id = account $$;

select is(public.remove_mail_slice(:'gone', 5), '{"removed":0,"is_done":true}', 'of a mailbox that is connected nothing is removed');
select is(tests.mails(:'gone'), 7::bigint, 'and nothing was');
update public.mail_accounts set status = 'removed', removed_at = now() where id = :'gone';
update public.message_attachments set state = 'stored', stored_at = now();
select is(public.remove_mail_slice(:'gone', 4) ->> 'is_done', 'false', 'a slice is not all');
select ok(tests.mails(:'gone') between 1 and 6, 'some are gone, some are left');
create function tests.remove_all() returns void language plpgsql as $$ begin
  for round in 1..10 loop
    exit when (public.remove_mail_slice((select id from public.mail_accounts where address = 'gone@mail.test'), 4) ->> 'is_done')::boolean;
  end loop;
end $$;
select tests.remove_all();
select is((select count(*) from public.conversations where account_id = :'gone') + tests.mails(:'gone')
  + (select count(*) from private.mail_folders where account_id = :'gone'), 0::bigint, 'in the end nothing is left');
select is(tests.mails(:'kept'), 2::bigint, 'of another mailbox everything is');
select is((select count(*) from public.audit_events where action = 'mail_account.mail_removed' and target_id = :'gone'), 1::bigint, 'that is on record');
select is((select array_agg(distinct bucket_id) || array[count(*)::text] from private.object_removals), '{mail-attachments,7}', 'the contents are on their way out');

-- One of them is still named by another message.
insert into public.message_attachments (tenant_id, message_id, part, object_name)
select m.tenant_id, m.id, '9', (select r.object_name from private.object_removals r order by 1 limit 1) from public.messages m limit 1;
select is(jsonb_array_length(public.claim_file_removals()), 6, 'but not what another message still needs');

select * from finish();
rollback;
