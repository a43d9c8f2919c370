-- What: the roles, schemas, extensions and default privileges a Supabase project is born with.
-- Who: run once by supabase_admin, the cluster's superuser, before any migration.
-- Why so generous: the platform's old defaults grant everything in public to the API roles. They are
-- repeated here so that a migration which forgets to revoke is caught by the tests.

create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;

create role postgres login createrole createdb replication bypassrls;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
alter database postgres owner to postgres;

create role supabase_auth_admin login noinherit createrole;
create role supabase_storage_admin login noinherit;
grant anon, authenticated, service_role to supabase_storage_admin;
grant create on database postgres to supabase_auth_admin, supabase_storage_admin;

-- The API's limits: PostgREST connects as authenticator and applies the settings of the role it becomes.
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role supabase_storage_admin set search_path = storage;

create schema extensions;
grant usage on schema extensions to public;
grant all on schema extensions to postgres;
alter database postgres set search_path = "$user", public, extensions;
set search_path = public, extensions;

create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension moddatetime with schema extensions;
grant all on all functions in schema extensions to postgres with grant option;

revoke create on schema public from public;
grant usage on schema public to anon, authenticated, service_role;
grant all on schema public to postgres;

alter default privileges for role postgres in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on sequences to postgres, anon, authenticated, service_role;

create schema auth authorization supabase_auth_admin;
create schema storage authorization supabase_storage_admin;
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

-- PostgREST reloads its schema cache on this notification; the gateway listens for the same one.
create function extensions.notify_schema_change() returns event_trigger
language plpgsql set search_path = '' as $$
begin
  notify pgrst, 'reload schema';
end;
$$;
create event trigger notify_schema_change on ddl_command_end execute function extensions.notify_schema_change();
create event trigger notify_schema_drop on sql_drop execute function extensions.notify_schema_change();
