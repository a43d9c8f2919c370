import { clientFieldLabel } from '#lib/clients/labels.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { DayOrder } from './days.ts';
import type { ClientImport, Outcome } from './schemas.ts';

const FIELDS: Record<string, () => string> = {
  full_name: m.import_field_full_name,
  address_line1: m.client_address_line1,
  address_line2: m.client_address_line2,
  tags: m.import_field_tags,
  note: m.import_field_note,
};

/** What a field of the import is called. */
export const importFieldLabel = (field: string): string => FIELDS[field]?.() ?? clientFieldLabel(field);

export const DAY_ORDER_LABELS: Record<DayOrder, () => string> = {
  dmy: m.import_day_dmy,
  mdy: m.import_day_mdy,
  ymd: m.import_day_ymd,
};

export const TRIAL_LABELS: Record<Outcome, () => string> = {
  added: m.import_would_add,
  updated: m.import_would_update,
  unchanged: m.import_would_leave,
  failed: m.import_would_fail,
};

export const OUTCOME_LABELS: Record<Outcome, () => string> = {
  added: m.import_added,
  updated: m.import_updated,
  unchanged: m.import_unchanged,
  failed: m.import_failed,
};

export const STATUS_LABELS: Record<ClientImport['status'], () => string> = {
  running: m.import_status_running,
  finished: m.import_status_finished,
  cancelled: m.import_status_cancelled,
};

/** A number as people write it in the language of the moment. */
export const formatCount = (count: number): string => new Intl.NumberFormat(getLocale()).format(count);
