import { expect, it } from 'vitest';
import { addStaff, call, createClinic, createSuperAdmin } from '../../support/people.ts';

/** The duplicate warning and the list of duplicates over HTTP, as the form and the page ask for them. */

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);

interface Found {
  candidates: { client: { id: string }; score: number; reasons: string[]; is_taken: boolean }[];
}
interface Pairs {
  pairs: { a: { id: string }; b: { id: string }; reasons: string[] }[];
  next: unknown;
}

async function addClient(details: object, identifiers: object[] = []): Promise<string> {
  const args = { tenant_id: clinic.id, client_id: null, details, identifiers };
  return (await call<{ id: string }>(staff.client, 'save_client', args)).id;
}

const ana = await addClient({ first_name: 'Ana', last_name: 'Pop', date_of_birth: '1980-05-01' }, [
  { kind: 'phone', raw: '0721 000 111' },
]);

const find = (candidate: unknown): Promise<Found> =>
  call(staff.client, 'find_duplicates', { tenant_id: clinic.id, candidate });

it('finds whom somebody is about to enter again, with reasons', async () => {
  const { candidates } = await find({ first_name: 'Anna', last_name: 'Pop', date_of_birth: '1980-05-01' });
  expect(candidates).toMatchObject([
    { client: { id: ana }, score: 50, reasons: ['similar_name', 'date_of_birth'] },
  ]);
  expect((await find({ phones: ['+40721000111'] })).candidates).toMatchObject([{ is_taken: true }]);
});

it('takes whatever has been typed so far', async () => {
  const typed = ['', ' ', '%', '\\', "'", '😀', 'ا', 'a'.repeat(10_000), '<b>', '2026-13-45', '12', '+'];
  for (const text of typed) {
    const candidate = {
      first_name: text,
      last_name: text,
      date_of_birth: text,
      emails: [text],
      phones: [text],
    };
    expect(await find(candidate)).toEqual({ candidates: [] });
  }
});

it('lists pairs page by page, and no longer those that were dismissed or merged', async () => {
  const same = { first_name: 'Dan', last_name: 'Ash', date_of_birth: '1990-01-01' };
  const [one, two, three] = [await addClient(same), await addClient(same), await addClient(same)];
  const pairs: Pairs['pairs'] = [];
  let after: unknown = null;
  do {
    const args = { tenant_id: clinic.id, after, page_size: 1 };
    const page: Pairs = await call(staff.client, 'list_duplicates', args);
    pairs.push(...page.pairs);
    after = page.next;
  } while (after);
  expect(pairs.map(({ a, b }) => [a.id, b.id].toSorted())).toHaveLength(3);
  await call(staff.client, 'dismiss_duplicate', { tenant_id: clinic.id, client_a: one, client_b: two });
  await call(staff.client, 'merge_clients', { tenant_id: clinic.id, keep_id: one, merge_id: three });
  // Three was a duplicate of two as well, and is now one, of whom somebody said that it is not two.
  const rest: Pairs = await call(staff.client, 'list_duplicates', { tenant_id: clinic.id });
  expect(rest.pairs).toEqual([]);
});
