import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';
import {
  addStaff,
  call,
  createClinic,
  createSuperAdmin,
  refusal,
  type Person,
} from '../../support/people.ts';

/**
 * Merging at the same moment as others work: real parallel requests, each on a connection of its own. Nothing may stay
 * with a merged client, and nobody may meet an error of the server.
 */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);

interface Merged {
  merge_id: string;
  client: { id: string };
}

async function addClient(name: string): Promise<string> {
  const saved = await call<{ id: string }>(staff.client, 'save_client', {
    tenant_id: clinic.id,
    client_id: null,
    details: { last_name: name },
  });
  return saved.id;
}

/** "done", or status and code of the refusal. */
async function merge(person: Person, keepId: string, mergeId: string): Promise<string> {
  const args = { tenant_id: clinic.id, keep_id: keepId, merge_id: mergeId };
  const { error, status } = await person.client.rpc('merge_clients', args);
  return error ? `${status} ${error.hint ?? error.code}` : 'done';
}

async function addNote(person: Person, clientId: string, body: string): Promise<string> {
  const { error, status } = await person.client
    .from('client_notes')
    .insert({ tenant_id: clinic.id, client_id: clientId, body });
  return error ? `${status} ${error.hint ?? error.code}` : 'done';
}

describe('two at once', () => {
  for (const round of [1, 2, 3, 4, 5]) {
    it(`one merges A into B, the other B into A: one of them wins (round ${round})`, async () => {
      const [a, b] = [await addClient('A'), await addClient('B')];
      const answers = await Promise.all([merge(owner, a, b), merge(staff, b, a)]);
      expect(answers.toSorted()).toEqual(['409 client_merged', 'done']);
      const rows =
        await sql`select id from public.clients where id in ${sql([a, b])} and merged_into is null`;
      expect(rows).toHaveLength(1);
    });
  }

  it('three in a circle: nobody is merged into somebody who is merged', async () => {
    const [a, b, c] = [await addClient('A'), await addClient('B'), await addClient('C')];
    const answers = await Promise.all([merge(owner, a, b), merge(staff, b, c), merge(owner, c, a)]);
    for (const answer of answers) expect(answer).toMatch(/^(done|409 client_merged)$/);
    const chained = await sql`
      select from public.clients c join public.clients k on k.id = c.merged_into
      where c.id in ${sql([a, b, c])} and k.merged_into is not null`;
    expect(chained).toHaveLength(0);
  });

  it('a double click merges once', async () => {
    const [a, b] = [await addClient('A'), await addClient('B')];
    const answers = await Promise.all([merge(staff, a, b), merge(staff, a, b), merge(staff, a, b)]);
    expect(answers.toSorted()).toEqual(['409 client_merged', '409 client_merged', 'done']);
  });

  it('a double click undoes once', async () => {
    const [a, b] = [await addClient('A'), await addClient('B')];
    const args = { tenant_id: clinic.id, keep_id: a, merge_id: b };
    const { merge_id } = await call<Merged>(staff.client, 'merge_clients', args);
    const undo = { tenant_id: clinic.id, merge_id };
    const answers = await Promise.all([owner, staff].map((each) => each.client.rpc('undo_merge', undo)));
    expect(answers.map(({ error }) => error?.hint ?? 'done').toSorted()).toEqual(['done', 'merge_undone']);
  });
});

describe('while others work on the merged client', () => {
  it('notes written at that moment are moved, or refused: none stays behind', async () => {
    const [keep, gone] = [await addClient('Keep'), await addClient('Gone')];
    const notes = Array.from({ length: 20 }, (_, n) => addNote(staff, gone, `note ${n}`));
    const [outcome, ...written] = await Promise.all([merge(owner, keep, gone), ...notes]);
    expect(outcome).toBe('done');
    for (const answer of written) expect(answer).toMatch(/^(done|409 client_merged)$/);
    const rows = await sql<{ client_id: string }[]>`
      select client_id from public.client_notes where client_id in ${sql([keep, gone])}`;
    expect(rows.map((row) => row.client_id)).toEqual(
      written.filter((answer) => answer === 'done').map(() => keep),
    );
    expect(await addNote(staff, gone, 'too late')).toBe('409 client_merged');
  });

  it('somebody who holds a row and then needs the client does not deadlock with the merge', async () => {
    const [keep, gone] = [await addClient('Keep'), await addClient('Gone')];
    await addNote(staff, gone, 'held');
    let merging: Promise<string> = Promise.resolve('');
    await sql.begin(async (held) => {
      await held`update public.client_notes set is_pinned = true where client_id = ${gone}`;
      merging = merge(staff, keep, gone);
      await new Promise((resolve) => setTimeout(resolve, 150));
      await held`update public.clients set last_activity_at = now() where id = ${gone}`;
    });
    expect(await merging).toBe('done');
    const rows = await sql`select from public.client_notes where client_id = ${keep} and is_pinned`;
    expect(rows).toHaveLength(1);
  });

  it('a client held for long is said to be busy, and stays as it was', async () => {
    const [keep, gone] = [await addClient('Keep'), await addClient('Gone')];
    await addNote(staff, gone, 'held');
    let outcome = '';
    await sql.begin(async (held) => {
      await held`select from public.client_notes where client_id = ${gone} for update`;
      outcome = await merge(staff, keep, gone);
    });
    expect(outcome).toBe('409 clients_busy');
    expect(await merge(staff, keep, gone)).toBe('done');
  });
});

it('another clinic finds neither the clients nor the merge', async () => {
  const { clinic: theirs, owner: stranger } = await createClinic(admin);
  const [keep, gone] = [await addClient('Keep'), await addClient('Gone')];
  const args = { keep_id: keep, merge_id: gone };
  const { merge_id } = await call<Merged>(staff.client, 'merge_clients', { tenant_id: clinic.id, ...args });
  const ask = (name: string, more: Record<string, unknown>) =>
    refusal(stranger.client, name, { tenant_id: theirs.id, ...more });
  expect(await ask('merge_clients', args)).toBe('404 client_not_found');
  expect(await ask('preview_merge', args)).toBe('404 client_not_found');
  expect(await ask('undo_merge', { merge_id })).toBe('404 merge_not_found');
  expect(await ask('list_merges', { client_id: gone })).toBe('404 client_not_found');
});

it('a client with thousands of rows is merged and restored within a request', async () => {
  const [keep, gone] = [await addClient('Keep'), await addClient('Gone')];
  await sql`
    insert into public.activities (tenant_id, client_id, kind, subject_type, summary)
    select ${clinic.id}, ${gone}, 'note_added', 'note', 'x' from generate_series(1, 20000)`;
  const args = { tenant_id: clinic.id, keep_id: keep, merge_id: gone };
  const { merge_id } = await call<Merged>(staff.client, 'merge_clients', args);
  const count = async (id: string) =>
    (await sql`select from public.activities where client_id = ${id} and kind = 'note_added'`).length;
  expect(await count(keep)).toBe(20_000);
  await call(staff.client, 'undo_merge', { tenant_id: clinic.id, merge_id });
  expect([await count(keep), await count(gone)]).toEqual([0, 20_000]);
});
