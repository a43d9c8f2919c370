import { afterAll, describe, expect, it } from 'vitest';
import { dataApi, ownerConnection } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../../support/people.ts';

/** Clients and their identifiers over the Data API, as a person with a token and no app meets them. */

const sql = ownerConnection();
afterAll(() => sql.end());

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const other = await createClinic(admin);

interface Saved {
  id: string;
  first_name: string;
  last_name: string;
  updated_at: string;
  identifiers: { id: string; kind: string; raw: string; normalised: string | null }[];
}
const save = (details: unknown, identifiers: unknown = null, clientId: string | null = null) =>
  call<Saved>(staff.client, 'save_client', {
    tenant_id: clinic.id,
    client_id: clientId,
    details,
    identifiers,
  });

describe('what people write', () => {
  it.each([
    ['emoji', '😀👩‍⚕️'],
    ['right-to-left text', 'אברהם \u202Eabc'],
    ['HTML', '<img src=x onerror=alert(1)>'],
    ['a formula', '=cmd|"/c calc"!A1'],
    ['SQL', `'; drop table clients; --`],
  ])('%s is kept as it is', async (_, name) => {
    const { id } = await save({ last_name: name });
    const [row] = await sql`select last_name from public.clients where id = ${id}`;
    expect(row?.last_name).toBe(name);
  });

  it('a text of 10 MB is refused with a code, and nothing is kept', async () => {
    const { error } = await staff.client.rpc('save_client', {
      tenant_id: clinic.id,
      client_id: null,
      details: { last_name: 'x'.repeat(10_000_000) },
    });
    expect(error).toMatchObject({ hint: 'field_too_long', details: 'last_name' });
    expect(await sql`select from public.clients where length(last_name) > 100`).toEqual([]);
  });

  it('a character no database keeps is refused, not a failure of the server', async () => {
    const answer = await dataApi('POST', 'rpc/save_client', {
      accessToken: staff.accessToken,
      body: { tenant_id: clinic.id, client_id: null, details: { last_name: 'a\u0000b' } },
    });
    expect(answer.status).toBe(400);
  });
});

describe('one number', () => {
  it('of two clients saved at the same moment exactly one gets it, and the other is told whose it is', async () => {
    const phone = '+40 721 555 001';
    const results = await Promise.allSettled(
      ['One', 'Two', 'Three', 'Four'].map((name) =>
        save({ last_name: name }, [{ kind: 'phone', raw: phone }]),
      ),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const owners = await sql`select client_id from public.client_identifiers where raw = ${phone}`;
    expect(owners).toHaveLength(1);
    const left = await sql`
      select last_name from public.clients where tenant_id = ${clinic.id} and last_name in ('One', 'Two', 'Three', 'Four')`;
    expect(left).toHaveLength(1);
  });

  it('a newer version is not written over', async () => {
    const { id, updated_at } = await save({ last_name: 'Seen' });
    await save({ city: 'Iași' }, null, id);
    const { error } = await owner.client.rpc('save_client', {
      tenant_id: clinic.id,
      client_id: id,
      details: { city: 'Cluj' },
      seen_updated_at: updated_at,
    });
    expect(error).toMatchObject({ hint: 'changed_meanwhile' });
    expect((await sql`select city from public.clients where id = ${id}`)[0]?.city).toBe('Iași');
  });
});

describe('another clinic', () => {
  it('cannot tie its own rows to a client, a tag or an identifier of this one', async () => {
    const { id } = await save({ last_name: 'Mine' }, [{ kind: 'email', raw: 'mine@example.test' }]);
    const { data: tag } = await staff.client
      .from('tags')
      .insert({ tenant_id: clinic.id, name: 'Private' })
      .select()
      .single<{ id: string }>();
    const attempts = [
      dataApi('POST', 'client_identifiers', {
        accessToken: other.owner.accessToken,
        body: { tenant_id: other.clinic.id, client_id: id, kind: 'phone', raw: '0721 000 999' },
      }),
      dataApi('POST', 'client_tags', {
        accessToken: other.owner.accessToken,
        body: { tenant_id: other.clinic.id, client_id: id, tag_id: tag?.id },
      }),
      dataApi('POST', 'client_identifiers', {
        accessToken: other.owner.accessToken,
        body: { tenant_id: clinic.id, client_id: id, kind: 'phone', raw: '0721 000 999' },
      }),
    ];
    const statuses = (await Promise.all(attempts)).map((answer) => answer.status);
    expect(statuses.every((status) => status === 403 || status === 409)).toBe(true);
    expect(await sql`select from public.client_identifiers where raw = '0721 000 999'`).toEqual([]);
    expect(await sql`select from public.client_tags where client_id = ${id}`).toEqual([]);
  });

  it('is told nothing of a number, a name or a merged client by what is said before the policy refuses', async () => {
    const { id } = await save({ last_name: 'Secret' }, [{ kind: 'phone', raw: '+40 721 555 888' }]);
    const twin = await save({ last_name: 'Secret twin' });
    await call(staff.client, 'merge_clients', { tenant_id: clinic.id, keep_id: id, merge_id: twin.id });
    await sql`insert into public.providers (tenant_id, name) values (${clinic.id}, 'Dr. Secret')`;
    const stranger = other.owner.accessToken;
    for (const [table, body] of [
      ['client_identifiers', { client_id: id, kind: 'phone', raw: '0721 555 888' }],
      ['client_identifiers', { client_id: twin.id, kind: 'phone', raw: '0721 555 889' }],
      ['client_notes', { client_id: twin.id, body: 'x' }],
      ['client_notes', { client_id: id, body: 'x' }],
      ['providers', { name: 'Dr. Secret' }],
      ['clients', { last_name: 'x', phone: '0721 555 888' }],
    ] as const) {
      const answer = await dataApi('POST', table, {
        accessToken: stranger,
        body: { tenant_id: clinic.id, ...body },
      });
      expect(answer).toMatchObject({ status: 403, body: { code: '42501' } });
    }
  });

  it('may have a client with the very same number, and is told of none here', async () => {
    await save({ last_name: 'Here' }, [{ kind: 'phone', raw: '+40 721 555 777' }]);
    const saved = await call<Saved>(other.owner.client, 'save_client', {
      tenant_id: other.clinic.id,
      client_id: null,
      details: { last_name: 'There' },
      identifiers: [{ kind: 'phone', raw: '0721 555 777' }],
    });
    expect(saved.identifiers[0]?.normalised).toBe('+40721555777');
  });
});
