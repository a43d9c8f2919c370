begin;
\ir rules.inc
select plan(1);
select is_empty('select * from tests.violations()', 'the schema breaks none of the rules of the house');
select * from finish();
rollback;
