import type { ClientForm } from '#lib/clients/form.ts';
import type { Client } from '#lib/clients/schemas.ts';
import { readTypedDate } from '#lib/forms/typed-date.ts';

/** Who is being entered, as far as it is known. */
export type CandidateValues = {
  first_name: string;
  last_name: string;
  emails: string[];
  phones: string[];
  /** YYYY-MM-DD */
  date_of_birth: string | null;
};

type Typed = Pick<ClientForm, 'first_name' | 'last_name' | 'emails' | 'phones' | 'date_of_birth'>;

/**
 * What of a half-filled form is worth comparing: trimmed, and without addresses and numbers marked as shared, which
 * others are known to have. Null while there is neither a whole name, nor an address, nor a number.
 */
export function toCandidate(form: Typed): CandidateValues | null {
  const own = (all: Typed['emails']) =>
    all.filter(({ is_shared, raw }) => !is_shared && raw.trim() !== '').map(({ raw }) => raw.trim());
  const candidate = {
    first_name: form.first_name.trim(),
    last_name: form.last_name.trim(),
    emails: own(form.emails).filter((raw) => /.@.+\../.test(raw)),
    phones: own(form.phones).filter((raw) => raw.replaceAll(/\D/g, '').length >= 5),
    date_of_birth: form.date_of_birth ? readTypedDate(form.date_of_birth) : null,
  };
  const isNamed = candidate.first_name !== '' && candidate.last_name !== '';
  return isNamed || candidate.emails.length > 0 || candidate.phones.length > 0 ? candidate : null;
}

/** A client as a candidate, to find others who may be the same person. */
export const candidateOf = (client: Client): CandidateValues => ({
  first_name: client.first_name,
  last_name: client.last_name,
  emails: client.identifiers.filter(({ kind }) => kind === 'email').map(({ raw }) => raw),
  phones: client.identifiers.filter(({ kind }) => kind === 'phone').map(({ raw }) => raw),
  date_of_birth: client.date_of_birth,
});
