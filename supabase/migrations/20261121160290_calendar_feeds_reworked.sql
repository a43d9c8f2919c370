-- What: calendar feeds: secret addresses at which a calendar program reads appointments, of the clinic or of one provider.
-- Who:  owners for everything, members for the provider they are; the addresses are read by the function calendar-feed.
-- Relies on: catalogue, appointments and audit migrations.
--
-- Only the hash of a token is kept, and nobody reads the table through the Data API: what there is, functions list. A feed ends
-- with the access of the person who made it, because whoever has left could still know its address.

-- reading ----------------------------------------------------------------------------------------------------------

create or replace function private.read_calendar_feed(token_hash text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  reads_an_hour constant integer := 60;
  most_events constant integer := 5000;
  feed public.calendar_feeds;
begin
  select * into feed from public.calendar_feeds f where f.token_hash = read_calendar_feed.token_hash for update;
  if feed.id is null or not private.is_feed_carried(feed) then
    return null;
  elsif feed.hour_began_at > now() - interval '1 hour' and feed.reads_in_hour >= reads_an_hour then
    -- Said, not raised: raising would undo the count.
    return jsonb_build_object('retry_after_seconds', ceil(extract(epoch from feed.hour_began_at + interval '1 hour' - now())));
  end if;
  update public.calendar_feeds f
  set last_read_at = now(),
      hour_began_at = case when f.hour_began_at > now() - interval '1 hour' then f.hour_began_at else now() end,
      reads_in_hour = case when f.hour_began_at > now() - interval '1 hour' then f.reads_in_hour + 1 else 1 end
  where f.id = feed.id;
  return (
    select jsonb_build_object(
      'name', feed.name, 'clinic', t.name, 'details', feed.details,
      'events', coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', v.id, 'revision', v.revision, 'created_at', v.created_at, 'updated_at', v.updated_at,
          'starts_at', v.starts_at, 'ends_at', v.ends_at, 'is_given_up', v.status in ('cancelled', 'no_show'))
          || case when feed.details = 'names' then jsonb_build_object(
            'client', btrim(c.first_name || ' ' || c.last_name), 'service', s.name,
            'provider', case when feed.provider_id is null then p.name end,
            'place', (
              select string_agg(r.name, ', ' order by r.name) from public.resources r
              where r.tenant_id = v.tenant_id and r.id in (
                select a.resource_id from public.allocations a where a.tenant_id = v.tenant_id and a.appointment_id = v.id)))
            else '{}'::jsonb end
          order by v.starts_at, v.id)
        from (
          select x.* from public.appointments x
          where x.tenant_id = feed.tenant_id and x.starts_at > now() - interval '30 days' and x.starts_at < now() + interval '180 days'
            and (feed.provider_id is null or x.provider_id = feed.provider_id)
            -- Long enough for every program to hear of it.
            and (x.status <> 'cancelled' or x.cancelled_at > now() - interval '14 days')
          -- What is to come is read before what is over, the nearest first.
          order by x.ends_at < now(), abs(extract(epoch from x.starts_at - now())), x.id limit most_events
        ) v
        join public.clients c on c.tenant_id = v.tenant_id and c.id = v.client_id
        left join public.services s on s.tenant_id = v.tenant_id and s.id = v.service_id
        left join public.providers p on p.tenant_id = v.tenant_id and p.id = v.provider_id
      ), '[]'::jsonb))
    from public.tenants t where t.id = feed.tenant_id
  );
end;
$$;
comment on function public.read_calendar_feed(text) is
  'Service role: what a feed shows, 30 days back and 180 ahead, at most 5,000 visits, those to come first: { name, clinic, details, events: [{ id, revision, created_at, updated_at, starts_at, ends_at, is_given_up, client, service, provider, place }] }; null when it does not exist, has ended, or the clinic is suspended; { retry_after_seconds } after 60 reads in an hour.';
