/** What a client may have told besides; dates as YYYY-MM-DD. */
export interface DemoClientDetails {
  date_of_birth?: string;
  preferred_channel?: 'email' | 'phone' | 'sms';
  address_line1?: string;
  postal_code?: string;
  city?: string;
  consent_reminders?: boolean;
  consent_marketing?: boolean;
}

export interface DemoClient extends DemoClientDetails {
  first_name: string;
  last_name: string;
  email: string | null;
  phone: string | null;
}

/** A client of the demo: name, primary address and number, and what else is known. */
export function client(
  first_name: string,
  last_name: string,
  email: string | null,
  phone: string | null,
  details: DemoClientDetails = {},
): DemoClient {
  return { first_name, last_name, email, phone, ...details };
}

/** The details of a client who filled in the whole sheet and agreed to reminders. */
export function asked(
  date_of_birth: string,
  preferred_channel: 'email' | 'phone' | 'sms',
  address_line1: string,
  postal_code: string,
  city: string,
): DemoClientDetails {
  return { date_of_birth, preferred_channel, address_line1, postal_code, city, consent_reminders: true };
}
