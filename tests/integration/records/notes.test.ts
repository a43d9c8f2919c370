import { afterAll, describe, expect, it } from 'vitest';
import { dataApi, ownerConnection } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, type Person } from '../../support/people.ts';

/** Notes over HTTP: verbatim, never half saved, two people at once, and nothing for anybody outside the clinic. */

const sql = ownerConnection();
afterAll(() => sql.end());

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { clinic: elsewhere, owner: stranger } = await createClinic(admin);
const tenant_id = clinic.id;
const [client] = await sql<{ id: string }[]>`
  insert into public.clients (tenant_id, last_name) values (${tenant_id}, 'Pop') returning id`;
const client_id = client?.id ?? '';

interface Note {
  id: string;
  body: string;
  revision: number;
}

async function add(person: Person, body: string): Promise<Note> {
  const { data, error } = await person.client
    .from('client_notes')
    .insert({ tenant_id, client_id, body })
    .select('id, body, revision')
    .single();
  if (error) throw new Error(error.message);
  return data;
}

const edit = (person: Person, note: Note, body: string) =>
  person.client
    .from('client_notes')
    .update({ body })
    .eq('id', note.id)
    .eq('revision', note.revision)
    .select('id');

describe('a note', () => {
  it('is kept and given back exactly as it was written, whatever it holds', async () => {
    for (const body of [
      '<script>alert(1)</script> & "quotes" <img src=x onerror=alert(1)>',
      "=cmd|'/c calc'!A1",
      'שלום עולם \u202Egnp.exe 👩‍⚕️🦷',
      '  two\r\n\r\nlines\twith a tab  ',
    ]) {
      const note = await add(staff, body);
      expect(note.body).toBe(body);
    }
  });

  it('of ten megabytes ends in a clear error, and nothing is saved', async () => {
    const count = async () => Number((await sql`select count(*) from public.client_notes`)[0]?.count);
    const before = await count();
    const answer = await dataApi('POST', 'client_notes', {
      accessToken: owner.accessToken,
      body: { tenant_id, client_id, body: 'x'.repeat(10 * 1024 * 1024) },
    });
    expect(answer).toMatchObject({ status: 422, body: { hint: 'note_too_long', details: '20000' } });
    expect(await count()).toBe(before);
  });

  it('edited by two people at once is changed by one of them, and no text is lost', async () => {
    const note = await add(owner, 'first');
    const answers = await Promise.all([edit(owner, note, 'from the owner'), edit(staff, note, 'from staff')]);
    expect(answers.map(({ data }) => data?.length).toSorted()).toEqual([0, 1]);
    const revisions = await sql`select body from public.client_note_revisions where note_id = ${note.id}`;
    expect(revisions.map(({ body }) => body as string)).toEqual(['first']);
  });

  it('that is deleted stays for its history and comes back', async () => {
    const note = await add(owner, 'to be deleted');
    const twice = await Promise.all(
      [owner, staff].map((person) =>
        call<Note>(person.client, 'delete_note', { tenant_id, note_id: note.id }),
      ),
    );
    expect(twice.map(({ id }) => id)).toEqual([note.id, note.id]);
    const events = await sql`
      select action from public.audit_events where target_id = ${note.id} and action = 'note.deleted'`;
    expect(events).toHaveLength(1);
    expect(await call(staff.client, 'restore_note', { tenant_id, note_id: note.id })).toMatchObject({
      body: 'to be deleted',
      deleted_at: null,
    });
  });
});

describe("another clinic's owner", () => {
  it('reads, writes and deletes nothing, by whichever way', async () => {
    const note = await add(owner, 'ours');
    const rows = async () =>
      sql`select * from public.client_notes where tenant_id = ${tenant_id} order by id`;
    const before = await rows();
    const foreign = stranger.client;
    for (const table of ['client_notes', 'client_note_revisions']) {
      expect((await foreign.from(table).select('id').eq('tenant_id', tenant_id)).data).toEqual([]);
    }
    expect(
      (await foreign.from('client_notes').update({ body: 'theirs' }).eq('id', note.id).select('id')).data,
    ).toEqual([]);
    expect((await foreign.from('client_notes').insert({ tenant_id, client_id, body: 'x' })).status).toBe(403);
    // A row of the own clinic cannot point at the other one's client.
    const crossing = { tenant_id: elsewhere.id, client_id, body: 'x' };
    expect((await foreign.from('client_notes').insert(crossing)).error?.code).toBe('23503');
    for (const tenant of [tenant_id, elsewhere.id]) {
      const answer = await foreign.rpc('delete_note', { tenant_id: tenant, note_id: note.id });
      expect(answer.status).toBe(404);
    }
    expect(await rows()).toEqual(before);
  });
});
