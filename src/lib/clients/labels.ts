import { formatCalendarDay } from '#lib/dates.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { ClientFilter, ClientSort, FilterField } from './filter.ts';
import type { Channel, Tag } from './schemas.ts';

const CHANNEL_LABELS: Record<Channel, () => string> = {
  email: m.client_channel_email,
  phone: m.client_channel_phone,
  sms: m.client_channel_sms,
};

export const channelLabel = (channel: Channel): string => CHANNEL_LABELS[channel]();

const FIELD_LABELS: Record<string, () => string> = {
  first_name: m.field_first_name,
  last_name: m.field_last_name,
  email: m.field_email,
  phone: m.field_phone,
  date_of_birth: m.client_date_of_birth,
  address_line1: m.client_address,
  address_line2: m.client_address,
  postal_code: m.client_postal_code,
  city: m.client_city,
  region: m.client_region,
  country: m.field_country,
  preferred_channel: m.client_channel,
  consent_reminders: m.client_field_reminders,
  consent_marketing: m.client_field_marketing,
};

/** What a column of a client is called; one that has no such name by its own. */
export const clientFieldLabel = (field: string): string => FIELD_LABELS[field]?.() ?? field;

const SORT_LABELS: Record<ClientSort, () => string> = {
  name: m.clients_sort_name,
  '-name': m.clients_sort_name_back,
  last_activity: m.clients_sort_activity_oldest,
  '-last_activity': m.clients_sort_activity_newest,
  created: m.clients_sort_created_oldest,
  '-created': m.clients_sort_created_newest,
};

export const sortLabel = (sort: ClientSort): string => SORT_LABELS[sort]();

/** The name of a month, 1 to 12, in the language of the moment. */
export function monthName(month: number, locale: string = getLocale()): string {
  return new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(
    Date.UTC(2000, month - 1, 1),
  );
}

type Sentences = { [Field in FilterField]: (value: NonNullable<ClientFilter[Field]>) => string };

const SENTENCES: Omit<Sentences, 'tags'> = {
  state: (state) => (state === 'archived' ? m.clients_state_archived() : m.clients_state_all()),
  has_email: (has) => (has ? m.clients_with_email() : m.clients_without_email()),
  has_phone: (has) => (has ? m.clients_with_phone() : m.clients_without_phone()),
  channel: (channel) => m.clients_prefer({ channel: channelLabel(channel) }),
  consent_reminders: (agreed) => (agreed ? m.clients_reminders_yes() : m.clients_reminders_no()),
  consent_marketing: (agreed) => (agreed ? m.clients_marketing_yes() : m.clients_marketing_no()),
  created_since: (day) => m.clients_created_since_day({ day: formatCalendarDay(day) }),
  created_until: (day) => m.clients_created_until_day({ day: formatCalendarDay(day) }),
  active_since: (day) => m.clients_active_since_day({ day: formatCalendarDay(day) }),
  inactive_since: (day) => m.clients_inactive_since_day({ day: formatCalendarDay(day) }),
  birthday_month: (month) => m.clients_birthday_in({ month: monthName(month) }),
  city: (city) => city,
};

/** One thing a list is narrowed by, in words, and the filter without it. */
export type FilterChip = { key: string; label: string; without: ClientFilter };

/** What a filter narrows a list by, one by one. A tag that is not there any more is named as such. */
export function filterChips(filter: ClientFilter, tags: Tag[]): FilterChip[] {
  const { tags: tagIds = [], ...others } = filter;
  const ofTags = tagIds.map((id) => {
    const rest = tagIds.filter((each) => each !== id);
    const { tags: _, ...withoutTags } = filter;
    return {
      key: id,
      label: tags.find((tag) => tag.id === id)?.name ?? m.tag_unknown(),
      without: rest.length > 0 ? { ...filter, tags: rest } : withoutTags,
    };
  });
  const ofFields = (Object.keys(others) as (keyof typeof SENTENCES)[]).map((field) => {
    const { [field]: _, ...without } = filter;
    // Field and value belong together; the compiler cannot follow that through a loop.
    return { key: field, label: (SENTENCES[field] as (value: unknown) => string)(filter[field]), without };
  });
  return [...ofTags, ...ofFields];
}
