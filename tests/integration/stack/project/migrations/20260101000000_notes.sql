-- What: tables, functions and policies the stack's tests look at.
-- Who: signed-in people see and write their own notes; anonymous callers nothing.
-- Relies on: the platform's roles and default privileges, and nothing of the embedded stack's own.

alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;
alter role authenticated set random_page_cost = 1.1;
create schema private;

create table public.books (id int generated always as identity primary key, title text not null unique);
create table public.notes (
  id uuid primary key default gen_random_uuid(),
  owner uuid not null default auth.uid(),
  book_id int references public.books,
  title text not null,
  price numeric(12, 2),
  details jsonb,
  tags text[],
  written_at timestamptz not null default '2026-11-21 02:34:41.5+00',
  local_time timestamp default '2026-11-21 02:34:41',
  secret text default 'not for the API'
);
alter table public.books enable row level security;
alter table public.notes enable row level security;
create policy "everybody signed in reads books" on public.books for select to authenticated using (true);
create policy "people read their notes" on public.notes for select to authenticated using (owner = (select auth.uid()));
create policy "people write their notes" on public.notes for insert to authenticated with check (owner = (select auth.uid()));
create policy "people change their notes" on public.notes for update to authenticated using (owner = (select auth.uid()));
grant select on public.books to authenticated;
grant select (id, owner, book_id, title, price, details, tags, written_at, local_time) on public.notes to authenticated;
grant insert (title, price, details, tags, book_id), update (title) on public.notes to authenticated;
insert into public.books (title) select 'Book ' || n from generate_series(1, 1200) as n;

create table public.slots (during tstzrange, exclude using gist (during with &&));
insert into public.slots values ('[2026-01-01, 2026-01-02)');

create function public.request_context(argument jsonb default null) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'argument_type', jsonb_typeof(argument),
    'role', current_user,
    'session', session_user,
    'uid', auth.uid(),
    'method', current_setting('request.method', true),
    'header', current_setting('request.headers', true)::jsonb ->> 'x-probe',
    'forwarded_for', current_setting('request.headers', true)::jsonb ->> 'x-forwarded-for',
    'request_id', current_setting('request.headers', true)::jsonb ->> 'sb-request-id',
    'own_request_id', current_setting('request.headers', true)::jsonb ->> 'x-request-id',
    'timeout', current_setting('statement_timeout'),
    'page_cost', current_setting('random_page_cost'),
    'claim', auth.jwt() ->> 'aal',
    'methods', auth.jwt() -> 'amr'
  )
$$;
create function public.fail_with(code text) returns void language plpgsql as $$
begin
  raise exception 'A readable sentence.' using errcode = code, hint = 'stable_code', detail = 'more';
end;
$$;
create function public.fail_with_header() returns void language plpgsql as $$
begin
  raise sqlstate 'PGRST' using
    message = '{"code": "PT429", "message": "Too soon.", "hint": "cooldown"}',
    detail = '{"status": 429, "headers": {"Retry-After": "42"}}';
end;
$$;
create function public.overlap() returns void language sql as $$ insert into public.slots values ('[2026-01-01, 2026-01-03)') $$;
create function public.sleep(seconds float) returns void language sql as $$ select pg_sleep(seconds) $$;
create function public.write_in_a_get() returns void language sql as $$ insert into public.books (title) values ('never') $$;
create function public.many() returns setof int language sql as $$ select generate_series(1, 2000) $$;
grant execute on all functions in schema public to anon, authenticated, service_role;

-- Sign-up: addresses of refused.test are refused, those of invited.test arrive confirmed, the token is taken out.
create function private.admit() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' and new.email like '%@refused.test' then
    raise exception 'not invited';
  end if;
  if tg_op = 'INSERT' and new.email like '%@invited.test' then
    new.email_confirmed_at := now();
  end if;
  new.raw_user_meta_data := new.raw_user_meta_data - 'invitation_token';
  return new;
end;
$$;
create trigger admit before insert or update on auth.users for each row execute function private.admit();
create function private.refuse_identity() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if new.identity_data ->> 'email' like '%@half.test' then
    raise exception 'refused late';
  end if;
  return new;
end;
$$;
create trigger refuse_identity before insert on auth.identities for each row execute function private.refuse_identity();

-- The hook of each password check: notes the attempt. Addresses that begin with locked-, full- or broken- are refused.
create table private.password_attempts (event jsonb not null);
create function public.record_password_attempt(event jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  address text := (select email from auth.users where id = (event ->> 'user_id')::uuid);
begin
  insert into private.password_attempts values (event);
  if address like 'broken-%' then
    raise exception 'broken';
  end if;
  return case
    when address like 'locked-%' then '{"decision": "reject", "message": "Locked.", "should_logout_user": true}'::jsonb
    when address like 'full-%' then '{"error": {"http_code": 429, "message": "Too many."}}'::jsonb
    else '{"decision": "continue"}'::jsonb
  end;
end;
$$;
grant execute on function public.record_password_attempt to supabase_auth_admin;

insert into storage.buckets (id, name, file_size_limit, allowed_mime_types)
values ('documents', 'documents', 100000, array['text/plain', 'image/*']);
create policy "people add files to their folder" on storage.objects for insert to authenticated
  with check (bucket_id = 'documents' and split_part(name, '/', 1) = (select auth.uid())::text);
create policy "people read their folder" on storage.objects for select to authenticated
  using (bucket_id = 'documents' and split_part(name, '/', 1) = (select auth.uid())::text);
create policy "people delete from their folder" on storage.objects for delete to authenticated
  using (bucket_id = 'documents' and split_part(name, '/', 1) = (select auth.uid())::text);

select cron.schedule('probe', '* * * * *', $$select net.http_post('http://127.0.0.1:1/unreachable', '{"from": "cron"}')$$);
