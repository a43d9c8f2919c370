import { beforeAll, describe, expect, it } from 'vitest';
import { dataApi } from '../../support/environment.ts';
import {
  addStaff,
  call,
  type Clinic,
  createClinic,
  createSuperAdmin,
  type Person,
  refusal,
} from '../../support/people.ts';

/** Searching as the client list does it, over HTTP. */

interface ClientList {
  clients: { id: string; first_name: string; last_name: string }[];
  next: unknown;
  is_fuzzy: boolean;
}

let clinic: Clinic;
let staff: Person;
let stranger: Person;

const list = (args: Record<string, unknown>) =>
  call<ClientList>(staff.client, 'list_clients', { tenant_id: clinic.id, ...args });
const firstNames = (answer: ClientList) => answer.clients.map((client) => client.first_name);

beforeAll(async () => {
  const admin = await createSuperAdmin();
  const made = await createClinic(admin);
  clinic = made.clinic;
  staff = await addStaff(made.owner, clinic);
  stranger = (await createClinic(admin)).owner;
  const { error } = await staff.client.from('clients').insert([
    { tenant_id: clinic.id, first_name: 'Ana', last_name: 'Popescu', phone: '0721 000 111' },
    { tenant_id: clinic.id, first_name: 'Ștefan', last_name: 'Țurcanu', email: 'stefan@example.test' },
    { tenant_id: clinic.id, first_name: 'Maria', last_name: 'Ionescu', phone: null },
  ]);
  if (error) throw error;
});

describe('a search', () => {
  it.each([
    ['turcanu', ['Ștefan']],
    ['0721 000', ['Ana']],
    ['+40 721', ['Ana']],
    ['pop 0721', ['Ana']],
    ['%', []],
    ['a%n\\_a', []],
    ['😀 \u202e', []],
  ])('for "%s" finds %j', async (search, expected) => {
    expect(firstNames(await list({ search }))).toEqual(expected);
  });

  it('takes what nobody is called for a mistake', async () => {
    expect(await list({ search: 'popsecu' })).toMatchObject({
      clients: [{ first_name: 'Ana' }],
      is_fuzzy: true,
      next: null,
    });
  });

  it('survives ten megabytes', async () => {
    const answer = await dataApi('POST', 'rpc/list_clients', {
      accessToken: staff.accessToken,
      body: { tenant_id: clinic.id, search: '%_x'.repeat(3_500_000) },
    });
    // Some gateways refuse so large a request before it reaches the database.
    expect([200, 413]).toContain(answer.status);
  });

  it('finds a client as soon as they are there, and under a new name as soon as they have it', async () => {
    const { data } = await staff.client
      .from('clients')
      .insert({ tenant_id: clinic.id, first_name: 'Zoe', last_name: 'Zamfirescu' })
      .select('id')
      .single();
    expect(firstNames(await list({ search: 'zamfirecsu' }))).toEqual(['Zoe']);
    await staff.client
      .from('clients')
      .update({ last_name: 'Brătianu' })
      .eq('tenant_id', clinic.id)
      .eq('id', data?.id);
    expect(firstNames(await list({ search: 'bratinau' }))).toEqual(['Zoe']);
  });
});

describe('pages', () => {
  it.each(['name', '-name', 'last_activity', '-last_activity', 'created', '-created'])(
    'by %s follow one another without gap or repetition',
    async (sort) => {
      const whole = await list({ sort });
      const walked: string[] = [];
      let after: unknown = null;
      do {
        const page = await list({ sort, after, page_size: 2 });
        walked.push(...page.clients.map((client) => client.id));
        after = page.next;
      } while (after !== null && walked.length < 100);
      expect(walked).toEqual(whole.clients.map((client) => client.id));
    },
  );
});

describe('refusals', () => {
  it.each([
    [{ filter: { anything: 1 } }, '422 filter_invalid'],
    [{ filter: { tags: ['x'] } }, '422 filter_invalid'],
    [{ sort: 'email' }, '422 sort_unknown'],
    [{ after: { id: 'x' } }, '422 page_unknown'],
  ])('%j answers %s', async (args, expected) => {
    expect(await refusal(staff.client, 'list_clients', { tenant_id: clinic.id, ...args })).toBe(expected);
  });

  it.each(['list_clients', 'count_clients'])('%s tells a stranger nothing', async (name) => {
    expect(await refusal(stranger.client, name, { tenant_id: clinic.id })).toBe('404 clinic_not_found');
  });
});
