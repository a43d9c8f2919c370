import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { dataApi } from '../../support/environment.ts';
import { call, createSuperAdmin, refusal } from '../../support/people.ts';
import {
  callWithQuery,
  createSupportScene,
  listClients,
  recordLook,
  refusedShow,
  show,
} from './support-grants.ts';

/**
 * The two steps of a look. A caller can make the transaction of a request fail after its function has run, which takes
 * the event back, and read the function's answer in the error message: so nothing of a client may leave the database
 * before the event is committed.
 */

const scene = await createSupportScene();
const { sql, owner, staff, stranger, ash, openAsNewAdmin, looksOf, readsOf } = scene;
afterAll(() => sql.end());

const REQUIRED = '403 support_access_required';
/** Anything of the clinic's clients, in whatever part of an answer. */
const OF_CLIENTS = /\bash\b|birch|ana_a|anaxa/i;

/** Casts that fail once the function has answered: by the column's name here, and by PostgREST's own for a scalar. */
const castsOf = (name: string, field: string): string[] =>
  [name, 'pgrst_scalar'].flatMap((column) => [
    `select=${column}::int`,
    `select=${column}->>${field}::int`,
    `select=${column}->${field}::int`,
    `select=stolen:${column}->>${field}::int`,
  ]);
/** What a composite answer would be attacked with. */
const fieldCasts = (field: string): string[] => [`select=${field}::int`, `order=${field}`, `${field}=eq.1`];

/** Invalid text for a type: the function has run, and its answer is being quoted. */
const QUOTING = '22P02';
const codeOf = (body: unknown): unknown => (body as { code?: unknown } | null)?.code;

describe('recording a look', () => {
  it('answers nothing of any client', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    expect(await recordLook(supporter, grant)).toEqual({ look_id: expect.any(String) });
    const one = { support_grant_id: grant.id, client_id: ash };
    expect(await call(supporter.client, 'admin_support_get_client', one)).toEqual({
      look_id: expect.any(String),
    });
  });

  it('that is made to fail leaves no event and tells nothing', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    for (const [name, args] of [
      ['admin_support_list_clients', { support_grant_id: grant.id }],
      ['admin_support_get_client', { support_grant_id: grant.id, client_id: ash }],
    ] as const) {
      const codes: unknown[] = [];
      for (const query of [...castsOf(name, 'look_id'), ...fieldCasts('look_id')]) {
        const answer = await callWithQuery(supporter, name, query, args);
        const tells = OF_CLIENTS.test(JSON.stringify(answer.body));
        expect({ query, fails: answer.status >= 400, tells }).toEqual({ query, fails: true, tells: false });
        codes.push(codeOf(answer.body));
        // The message may quote the id of the look, which has gone with the transaction.
        const [look_id] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(JSON.stringify(answer.body)) ?? [randomUUID()];
        expect(await refusedShow(supporter, { look_id })).toBe(REQUIRED);
      }
      expect(codes).toContain(QUOTING);
    }
    expect(await looksOf(grant)).toHaveLength(0);
    expect(await readsOf(grant)).toBe(0);
  });
});

describe('showing a look', () => {
  it('that is made to fail is on record already', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const codes: unknown[] = [];
    const queries = [...castsOf('admin_support_show', 'clients'), ...fieldCasts('clients')];
    for (const [index, query] of queries.entries()) {
      const look = await recordLook(supporter, grant);
      expect(await looksOf(grant)).toHaveLength(index + 1);
      const answer = await callWithQuery(supporter, 'admin_support_show', query, look);
      expect({ query, fails: answer.status >= 400 }).toEqual({ query, fails: true });
      codes.push(codeOf(answer.body));
      expect(await looksOf(grant)).toHaveLength(index + 1);
    }
    expect(codes).toContain(QUOTING);
    expect(await readsOf(grant)).toBe(queries.length);
  });

  it('happens once, also when requests race', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const look = await recordLook(supporter, grant);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => supporter.client.rpc('admin_support_show', { ...look })),
    );
    expect(answers.filter((answer) => !answer.error)).toHaveLength(1);
    for (const { error, status } of answers.filter((answer) => answer.error)) {
      expect(`${status} ${error?.hint}`).toBe(REQUIRED);
    }
    expect(await refusedShow(supporter, look)).toBe(REQUIRED);
    expect(await looksOf(grant)).toHaveLength(1);
  });

  it('is for the super-admin who looked, and for nobody else', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const { supporter: colleague } = await openAsNewAdmin();
    const look = await recordLook(supporter, grant);
    for (const person of [colleague, await createSuperAdmin()]) {
      expect(await refusedShow(person, look)).toBe(REQUIRED);
    }
    for (const person of [owner, staff, stranger]) {
      expect(await refusedShow(person, look)).toBe('403 super_admin_required');
      expect(await refusedShow(person, { look_id: randomUUID() })).toBe('403 super_admin_required');
    }
    expect((await dataApi('POST', 'rpc/admin_support_show', { body: look })).status).toBe(401);
    expect((await show(supporter, look)).clients).toHaveLength(2);
  });

  it('needs POST, because a GET could not note that it was shown', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const { look_id } = await recordLook(supporter, grant);
    const { accessToken } = supporter;
    const answer = await dataApi('GET', `rpc/admin_support_show?look_id=${look_id}`, { accessToken });
    expect(answer.status).toBe(405);
    expect(JSON.stringify(answer.body)).not.toMatch(OF_CLIENTS);
    expect((await show(supporter, { look_id })).clients).toHaveLength(2);
  });

  it('is over after a minute, and the look is on record all the same', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const look = await recordLook(supporter, grant);
    await sql`update private.support_looks set made_at = now() - interval '61 seconds' where id = ${look.look_id}`;
    expect(await refusedShow(supporter, look)).toBe(REQUIRED);
    expect(await looksOf(grant)).toHaveLength(1);
    await listClients(supporter, grant);
    expect(await sql`select from private.support_looks where id = ${look.look_id}`).toHaveLength(0);
  });

  it('is over with the grant', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const look = await recordLook(supporter, grant);
    await call(supporter.client, 'admin_end_support_access', { support_grant_id: grant.id });
    expect(await refusedShow(supporter, look)).toBe(REQUIRED);
    const next = await scene.open(supporter);
    expect(await refusedShow(supporter, look)).toBe(REQUIRED);
    expect((await listClients(supporter, next)).clients).toHaveLength(2);
  });

  it('needs a look', async () => {
    const { supporter } = await openAsNewAdmin();
    for (const look_id of [randomUUID(), null]) {
      expect(await refusal(supporter.client, 'admin_support_show', { look_id })).toBe(REQUIRED);
    }
    const looks = await dataApi('GET', 'support_looks', { accessToken: supporter.accessToken });
    expect(looks.status).toBe(404);
  });
});
