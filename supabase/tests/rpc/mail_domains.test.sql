-- Whose an address is, where no password proves it, is said by the platform's own people.
begin;
\ir ../fixtures.inc
select plan(11);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.as_owner_of_database();

select is(private.may_send_as(:'alpha', 'desk@alpha.example'), false, 'no clinic sends from a domain by itself');
select lives_ok($$select private.allow_mail_domain('alpha', ' Alpha.example ')$$, 'a domain is allowed, however it is typed');
select is(private.may_send_as(:'alpha', 'desk@alpha.example'), true, 'then its clinic sends from it');
select is(private.may_send_as(:'alpha', 'desk@mail.alpha.example'), false, 'not from one below it');
select is(private.may_send_as(:'beta', 'desk@alpha.example'), false, 'and no other clinic does');
select throws_ok($$select private.allow_mail_domain('beta', 'alpha.example')$$, 'PT409', null, 'a domain has one clinic');
select is((select count(*) from public.audit_events where action = 'mail_domain.allowed' and tenant_id = :'alpha'), 1::bigint, 'that it was allowed is on the record');

select private.connect_webhook_mailbox('alpha', 'Front@alpha.example') as account \gset
select is((select preset || ' ' || address from public.mail_accounts where id = :'account'), 'webhook front@alpha.example', 'a mailbox that mail is brought to');
select is(private.connect_webhook_mailbox('alpha', 'front@alpha.example'), :'account'::uuid, 'is there once, however often it is connected');
select throws_ok($$select private.connect_webhook_mailbox('beta', 'front@alpha.example')$$, 'PT409', null, 'and at one clinic');

select tests.sign_in(:'owner');
select throws_ok($$select private.allow_mail_domain('alpha', 'beta.example')$$, '42501', null, 'owners do not do it themselves');

select * from finish();
rollback;
