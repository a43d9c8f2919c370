-- What: a stand-in for pg_net. Requests are queued here; workers/net.ts sends them once they are committed.
-- Who: everybody may call the functions and use the tables, as pg_net 0.11 and later grants it. The schema is not exposed.
-- Not covered: http_collect_response (deprecated) and http_delete's body.

create schema net;
grant usage on schema net to public;
create domain net.http_method as text check (value in ('GET', 'POST', 'DELETE'));

-- Unlogged as in pg_net: what is queued or answered does not survive a crash of the server.
create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);
create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out bool,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);
grant all on all tables in schema net to public;
grant all on all sequences in schema net to public;

create function net._urlencode_string(string text) returns text language sql immutable strict as $$
  select coalesce(string_agg(
    case
      when character ~ '[A-Za-z0-9_.~-]' then character
      else regexp_replace(upper(encode(convert_to(character, 'UTF8'), 'hex')), '(..)', '%\1', 'g')
    end, '' order by position), '')
  from regexp_split_to_table(string, '') with ordinality as characters (character, position)
$$;

create function net._url_with_params(url text, params jsonb) returns text language sql immutable as $$
  select url || coalesce(
    case when strpos(url, '?') > 0 then '&' else '?' end
    || string_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value), '&'), '')
  from jsonb_each_text(params)
$$;

create function net.http_get(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000
) returns bigint language sql as $$
  insert into net.http_request_queue (method, url, headers, timeout_milliseconds)
  values ('GET', net._url_with_params(url, params), headers, timeout_milliseconds) returning id
$$;

create function net.http_delete(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000
) returns bigint language sql as $$
  insert into net.http_request_queue (method, url, headers, timeout_milliseconds)
  values ('DELETE', net._url_with_params(url, params), headers, timeout_milliseconds) returning id
$$;

create function net.http_post(
  url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds int default 5000
) returns bigint language plpgsql as $$
declare
  content_type text := (select value from jsonb_each_text(headers) where lower(key) = 'content-type' limit 1);
  request_id bigint;
begin
  if content_type is null then
    headers := headers || '{"Content-Type": "application/json"}';
  elsif content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('POST', net._url_with_params(url, params), headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
  returning id into request_id;
  return request_id;
end;
$$;

-- Postgres delivers the notification when the transaction commits, so the worker never sees uncommitted requests.
create function net._wake() returns trigger language plpgsql as $$
begin
  notify net_queue;
  return null;
end;
$$;
create trigger wake after insert on net.http_request_queue for each statement execute function net._wake();
