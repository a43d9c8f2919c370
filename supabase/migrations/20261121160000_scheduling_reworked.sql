-- What: takes away what scheduling and records have in another form from here on, and gives the waiting list what it has to remember.
-- Who:  functions of the following migrations.
-- Relies on: waitlist, changing_series and dashboard_visits migrations.

drop function public.book_appointment(tenant_id uuid, fields jsonb, hold_id uuid, overbook boolean, outside_hours boolean);
drop function public.expire_offer(tenant_id uuid, offer_id uuid);
drop function private.book_appointment(tenant_id uuid, fields jsonb, hold_id uuid, overbook boolean, outside_hours boolean, source text, series_id uuid, occurrence_at timestamp with time zone);
drop function private.book_as_member(tenant_id uuid, fields jsonb, hold_id uuid, overbook boolean, outside_hours boolean);
drop function private.dashboard_birthdays(tenant_id uuid);
drop function private.dashboard_today(tenant_id uuid);
drop function private.expire_offer(tenant_id uuid, offer_id uuid);
drop function private.find_place(tenant_id uuid, service_id uuid, provider_id uuid, preferred_ids uuid[], starts_at timestamp with time zone, ends_at timestamp with time zone);
drop function private.make_offer(tenant_id uuid, entry_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamp with time zone, ends_at timestamp with time zone, opening_ends_at timestamp with time zone);
drop function private.offer_json(offer waitlist_offers, state text);
drop function private.rank_waitlist(tenant_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamp with time zone, ends_at timestamp with time zone, only_reachable boolean, most integer);
drop function private.report_gaps(series appointment_series, days date[], cause text);
drop function private.visits_in_the_way(tenant_id uuid, provider_id uuid, resource_id uuid, starts_at timestamp with time zone, ends_at timestamp with time zone);

alter type private.series_change add attribute needs_rule boolean;
comment on type private.series_change is
  'A change to be: series as it will be; place: when of the day, how long, with whom and where; begins_at: the old time of its first visit; days: by how many it moves; needs_rule: the old rule does not follow it there, and no new one was given.';

alter table public.waitlist_entries add column refused_email text;
comment on column public.waitlist_entries.refused_email is 'An address that takes no mail. While the client has it, nobody is written to.';
alter table public.waitlist_offers add column opening_starts_at timestamptz;
update public.waitlist_offers set opening_starts_at = starts_at;
alter table public.waitlist_offers alter column opening_starts_at set not null;
alter table public.waitlist_offers drop constraint waitlist_offers_check;
alter table public.waitlist_offers add constraint waitlist_offers_check
  check (starts_at < ends_at and opening_starts_at <= starts_at and ends_at <= opening_ends_at);
alter table public.waitlist_offers drop constraint waitlist_offers_mail_outcome_check;
alter table public.waitlist_offers add constraint waitlist_offers_mail_outcome_check
  check (mail_outcome in ('waiting', 'sent', 'failed', 'refused', 'not_configured'));
comment on column public.waitlist_offers.opening_ends_at is null;
comment on column public.waitlist_offers.opening_starts_at is
  'With opening_ends_at: the time that became free, of which this is a part. It is what is offered to the next in turn.';
comment on column public.waitlist_offers.mail_outcome is 'failed: will be tried again. refused or not_configured: nobody heard of the offer, which has ended.';
create unique index waitlist_offers_expiry_idx on public.waitlist_offers (expires_at, id) where state = 'open';
grant select (opening_starts_at) on public.waitlist_offers to authenticated;
-- Offers end by a sweep now.
update private.jobs set state = 'cancelled', finished_at = now() where kind = 'waitlist-expire' and state = 'waiting';
