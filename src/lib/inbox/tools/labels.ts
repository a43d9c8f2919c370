import { m } from '#lib/paraglide/messages.js';
import type { Placeholder } from './schemas.ts';

export const PLACEHOLDER_LABELS: Record<Placeholder, () => string> = {
  'client.first_name': m.placeholder_client_first_name,
  'client.last_name': m.placeholder_client_last_name,
  'clinic.name': m.placeholder_clinic_name,
  'me.first_name': m.placeholder_me_first_name,
  'me.last_name': m.placeholder_me_last_name,
  'appointment.next': m.placeholder_next_visit,
};
