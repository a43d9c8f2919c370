import { afterAll, expect, it } from 'vitest';
import { ownerConnection, serviceClient } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../../support/people.ts';

/** Whose a sender's address is, as programs with the service key and members at work ask for it. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);

interface Matched {
  contact_point_id: string;
  client_id: string | null;
  match: string;
  candidates: string[];
}

const match = (kind: string, value: string): Promise<Matched> =>
  call(serviceClient(), 'match_contact', { tenant_id: clinic.id, kind, value });

async function addClient(last_name: string, identifiers: object[]): Promise<string> {
  const args = { tenant_id: clinic.id, client_id: null, details: { last_name }, identifiers };
  return (await call<{ id: string }>(staff.client, 'save_client', args)).id;
}

it('a sender nobody knows is noted, and follows once somebody enters the address', async () => {
  const first = await match('email', 'New.Patient@mail.test');
  expect(first).toMatchObject({ client_id: null, match: 'unmatched', candidates: [] });
  const id = await addClient('New', [{ kind: 'email', raw: 'new.patient@mail.test' }]);
  const { data } = await staff.client
    .from('contact_points')
    .select('*')
    .eq('id', first.contact_point_id)
    .single();
  expect(data).toMatchObject({ value: 'new.patient@mail.test', client_id: id, match: 'matched' });
});

it('one sender that writes many times at once is one contact point', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => match('phone', '+40 733 000 999')));
  expect(new Set(answers.map((answer) => answer.contact_point_id)).size).toBe(1);
});

it('a family phone leads to all who have it, and a merge of them to one', async () => {
  const phone = { kind: 'phone', raw: '0744 555 666', is_shared: true };
  const [mother, child] = [await addClient('Mother', [phone]), await addClient('Child', [phone])];
  expect(await match('phone', '0040744555666')).toMatchObject({
    client_id: null,
    match: 'ambiguous',
    candidates: [mother, child].toSorted(),
  });
  await call(staff.client, 'merge_clients', { tenant_id: clinic.id, keep_id: mother, merge_id: child });
  expect(await match('phone', '+40744555666')).toMatchObject({ client_id: mother, match: 'matched' });
});

it('members look up and assign; they do not match, and see their own clinic alone', async () => {
  const { owner: stranger } = await createClinic(admin);
  const id = await addClient('Assigned', []);
  const point = await match('email', 'assistant@firm.test');
  const assigned = await call(staff.client, 'assign_contact_point', {
    tenant_id: clinic.id,
    contact_point_id: point.contact_point_id,
    client_id: id,
  });
  expect(assigned).toMatchObject({ client_id: id, match: 'manual' });
  const args = { tenant_id: clinic.id, kind: 'email', value: 'assistant@firm.test' };
  expect((await staff.client.rpc('match_contact', args)).status).toBe(403);
  expect((await stranger.client.rpc('find_clients_by_identifier', args)).status).toBe(404);
  expect((await stranger.client.from('contact_points').select('*')).data).toEqual([]);
});
