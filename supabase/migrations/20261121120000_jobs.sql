-- What: work on a schedule: registering jobs with pg_cron, and calling an Edge Function from the database.
-- Who:  nobody through the API; migrations register jobs, and the jobs call private functions as the database's owner.
-- Relies on: pg_cron and pg_net where the platform offers them; in the Vault, project_url and cron_secret (docs/deployment.md).

-- Only the database that cron.database_name names can hold pg_cron: a shadow or test database goes without.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_cron')
    and current_setting('cron.database_name', true) = current_database()
  then
    create extension if not exists pg_cron with schema pg_catalog;
  end if;
  if exists (select from pg_available_extensions where name = 'pg_net') then
    create extension if not exists pg_net with schema extensions;
  end if;
end;
$$;

create function private.schedule_job(name text, schedule text, command text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'pg_cron is missing here: the job % has to be run by other means.', name;
    return;
  end if;
  execute 'select cron.schedule($1, $2, $3)' using name, schedule, command;
end;
$$;
comment on function private.schedule_job(text, text, text) is
  'Registers a job (or changes the one of that name) with pg_cron: schedule in cron form, UTC. Without pg_cron it does nothing but say so.';

create function private.dispatch(worker text, body jsonb default '{}') returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  project_url text;
  cron_secret text;
begin
  if to_regclass('vault.decrypted_secrets') is null or to_regprocedure('net.http_post(text, jsonb, jsonb, jsonb, integer)') is null then
    raise warning 'There is no Vault or no pg_net here: % was not called.', worker;
    return null;
  end if;
  select s.decrypted_secret into project_url from vault.decrypted_secrets s where s.name = 'project_url';
  select s.decrypted_secret into cron_secret from vault.decrypted_secrets s where s.name = 'cron_secret';
  if project_url is null or cron_secret is null then
    raise warning 'The Vault lacks project_url or cron_secret: % was not called.', worker;
    return null;
  end if;
  return net.http_post(
    url := rtrim(project_url, '/') || '/functions/v1/' || worker,
    body := body,
    headers := jsonb_build_object('Content-Type', 'application/json', 'x-cron-secret', cron_secret)
  );
end;
$$;
comment on function private.dispatch(text, jsonb) is
  'Calls an Edge Function with the secret of scheduled calls, once this transaction commits. Returns the request''s number in pg_net, null when the Vault is not set up.';

-- pg_cron keeps a row for every run, for ever; a job of every minute alone makes half a million a year.
select private.schedule_job('cron-history', '20 0 * * *', $$delete from cron.job_run_details where end_time < now() - interval '30 days'$$);
