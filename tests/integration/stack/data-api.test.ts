import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signToken } from '../../../supabase/embedded/tokens.ts';
import type { TestStack } from '../../../supabase/embedded/test-stack.ts';
import { anonymous, newPerson, raw, rpc, serviceRole, startFixture } from './fixture.ts';

let stack: TestStack;
let person: Awaited<ReturnType<typeof newPerson>>;

beforeAll(async () => {
  stack = await startFixture();
  person = await newPerson(stack);
});
afterAll(() => stack.stop());

describe('values, as PostgREST sends what PostgreSQL makes JSON of them', () => {
  test.each([
    [{ a: 1 }, 'object'],
    [[1, 2], 'array'],
    ['text', 'string'],
    ['{"a": 1}', 'string'],
    [7, 'number'],
    [true, 'boolean'],
  ])('a jsonb argument %j is a JSON %s', async (argument, type) => {
    const { data } = await person.client.rpc('request_context', { argument });
    expect(data).toMatchObject({ argument_type: type });
  });

  test('a jsonb column keeps objects, arrays, strings and numbers apart', async () => {
    const details = [{ a: 1 }, [1, 2], 'text', '{"a": 1}', 7, true];
    const rows = details.map((value) => ({ title: 'typed', details: value }));
    const { data, error } = await person.client.from('notes').insert(rows).select('details');
    expect(error).toBeNull();
    expect(data?.map((row) => row.details as unknown)).toEqual(details);
  });

  test('numeric is a number, timestamptz and timestamp are ISO 8601, arrays are arrays', async () => {
    const note = { title: 'formats', price: 12.5, tags: ['a', 'b c'] };
    const { data } = await person.client
      .from('notes')
      .insert(note)
      .select('price, written_at, local_time, tags')
      .single();
    expect(data).toEqual({
      price: 12.5,
      written_at: '2026-11-21T02:34:41.5+00:00',
      local_time: '2026-11-21T02:34:41',
      tags: ['a', 'b c'],
    });
  });

  test('an embedded row has the same formats', async () => {
    await person.client.from('notes').insert({ title: 'embedded', book_id: 1 });
    const { data } = await person.client
      .from('notes')
      .select('title, books(id, title)')
      .eq('title', 'embedded')
      .single();
    expect(data).toEqual({ title: 'embedded', books: { id: 1, title: 'Book 1' } });
  });

  test('count=exact, ranges and order', async () => {
    const { data, count } = await person.client
      .from('books')
      .select('id', { count: 'exact' })
      .order('id')
      .range(10, 12);
    expect(count).toBe(1200);
    expect(data?.map((row) => row.id as number)).toEqual([11, 12, 13]);
  });
});

describe('errors (PostgREST documentation, "Errors")', () => {
  const documented: [code: string, status: number][] = [
    ['PT402', 402],
    ['PT409', 409],
    ['PT422', 422],
    ['P0001', 400],
    ['23P01', 400],
    ['23505', 409],
    ['23503', 409],
    ['28000', 403],
    ['40001', 500],
    ['53400', 500],
    ['57014', 500],
    ['22P02', 400],
    ['08006', 503],
  ];
  test.each(documented)(
    'SQLSTATE %s is HTTP status %i with code, message, hint and details',
    async (code, status) => {
      const answer = await rpc(stack, 'fail_with', { code });
      expect(answer.status).toBe(status);
      expect(answer.body).toEqual({
        code,
        message: 'A readable sentence.',
        hint: 'stable_code',
        details: 'more',
      });
    },
  );

  test('a violated exclusion constraint is 400 with 23P01', async () => {
    const answer = await rpc(stack, 'overlap', {}, { apikey: stack.description.secretKey });
    expect(answer).toMatchObject({ status: 403, body: { code: '42501' } });
    await stack.stack.database.admin`grant select, insert on public.slots to service_role`;
    const violated = await rpc(stack, 'overlap', {}, { apikey: stack.description.secretKey });
    expect(violated).toMatchObject({ status: 400, body: { code: '23P01' } });
  });

  test("sqlstate 'PGRST' sets status and headers", async () => {
    const answer = await rpc(stack, 'fail_with_header');
    expect(answer).toMatchObject({
      status: 429,
      body: { code: 'PT429', message: 'Too soon.', hint: 'cooldown' },
    });
    expect(answer.headers.get('retry-after')).toBe('42');
  });

  test('a missing privilege is 401 for anonymous callers and 403 for signed-in ones', async () => {
    expect(await raw(stack, '/rest/v1/notes?select=id')).toMatchObject({
      status: 401,
      body: { code: '42501' },
    });
    const headers = { authorization: `Bearer ${person.token}` };
    expect(await raw(stack, '/rest/v1/slots', { headers })).toMatchObject({
      status: 403,
      body: { code: '42501' },
    });
  });

  test('unknown tables and functions are 404 with PGRST205 and PGRST202', async () => {
    expect(await raw(stack, '/rest/v1/nowhere')).toMatchObject({ status: 404, body: { code: 'PGRST205' } });
    expect(await rpc(stack, 'nothing')).toMatchObject({ status: 404, body: { code: 'PGRST202' } });
  });

  test('no row for an object is 406 with PGRST116', async () => {
    const { error, status } = await person.client.from('books').select('id').eq('id', -1).single();
    expect([status, error?.code]).toEqual([406, 'PGRST116']);
  });
});

describe('the request as the database sees it (PostgREST documentation, "Transactions")', () => {
  test('session user authenticator, role and claims of the token, method and headers', async () => {
    const headers = { authorization: `Bearer ${person.token}`, 'x-probe': 'seen' };
    const { body } = await rpc(stack, 'request_context', {}, headers);
    expect(body).toMatchObject({
      ...{ session: 'authenticator', role: 'authenticated', uid: person.id },
      ...{ method: 'POST', header: 'seen', claim: 'aal1' },
    });
  });

  test('the address of the caller is appended to what the caller claims, and a request id is there', async () => {
    const first = await rpc(stack, 'request_context', {}, { 'sb-request-id': 'made up' });
    expect(first.body).toMatchObject({ forwarded_for: '127.0.0.1', own_request_id: null });
    expect(first.body.request_id).toBe(first.headers.get('sb-request-id'));
    const claimed = { 'x-forwarded-for': '203.0.113.7', 'x-request-id': 'my-own-id-1' };
    const second = await rpc(stack, 'request_context', {}, claimed);
    expect(second.body).toMatchObject({
      forwarded_for: '203.0.113.7, 127.0.0.1',
      own_request_id: 'my-own-id-1',
    });
    expect(second.body.request_id).not.toBe(first.body.request_id);
  });

  test("the role's settings hold: its statement_timeout, and what a migration has set", async () => {
    const asPerson = await rpc(stack, 'request_context', {}, { authorization: `Bearer ${person.token}` });
    expect(asPerson.body).toMatchObject({ timeout: '8s', page_cost: '1.1' });
    const asAnonymous = await rpc(stack, 'request_context');
    expect(asAnonymous.body).toMatchObject({ timeout: '3s', page_cost: '4', role: 'anon' });
    const asService = await rpc(stack, 'request_context', {}, { apikey: stack.description.secretKey });
    expect(asService.body).toMatchObject({ timeout: '8s', role: 'service_role' });
  });

  test('an anonymous statement is cancelled after 3 s with 57014', async () => {
    const began = Date.now();
    const answer = await rpc(stack, 'sleep', { seconds: 5 });
    expect(answer).toMatchObject({ status: 500, body: { code: '57014' } });
    expect(Date.now() - began).toBeLessThan(4_500);
  });

  test('GET runs read-only: a writing function answers 405 with 25006', async () => {
    expect(await raw(stack, '/rest/v1/rpc/write_in_a_get')).toMatchObject({
      status: 405,
      body: { code: '25006' },
    });
  });

  test('at most 1000 rows are returned, from tables and functions', async () => {
    const { data } = await person.client.from('books').select('id');
    expect(data).toHaveLength(1000);
    const many = await person.client.rpc('many');
    expect(many.data).toHaveLength(1000);
  });
});

describe('grants and row-level security', () => {
  test('nothing is granted behind the back of the migrations', async () => {
    const { error } = await person.client.from('notes').select('*');
    expect(error?.code).toBe('42501');
    const { error: secret } = await person.client.from('notes').select('secret');
    expect(secret?.code).toBe('42501');
    const { error: ownership } = await person.client
      .from('notes')
      .update({ owner: person.id })
      .eq('title', 'x');
    expect(ownership?.code).toBe('42501');
    const { error: removal } = await person.client.from('notes').delete().eq('title', 'x');
    expect(removal?.code).toBe('42501');
  });

  test("another person's rows are invisible", async () => {
    await person.client.from('notes').insert({ title: 'private' });
    const other = await newPerson(stack);
    const { data } = await other.client.from('notes').select('title').eq('title', 'private');
    expect(data).toEqual([]);
  });

  test('only exposed schemas can be reached', async () => {
    const answer = await raw(stack, '/rest/v1/users', { headers: { 'accept-profile': 'auth' } });
    expect(answer).toMatchObject({ status: 406, body: { code: 'PGRST106' } });
  });
});

describe('keys and tokens, as the platform gateway and PostgREST treat them', () => {
  test('no key is 401, a wrong key is 401', async () => {
    expect(await raw(stack, '/rest/v1/books', { headers: { apikey: '' } })).toMatchObject({
      status: 401,
      body: { message: 'No API key found in request' },
    });
    expect(await raw(stack, '/rest/v1/books', { headers: { apikey: 'sb_publishable_wrong' } })).toMatchObject(
      { status: 401 },
    );
  });

  test('a local request without a key is not elevated to the service role', async () => {
    const headers = { apikey: '', host: 'localhost' };
    expect((await rpc(stack, 'request_context', {}, headers)).status).toBe(401);
  });

  test('the secret key is the service role', async () => {
    const { data } = await serviceRole(stack).rpc('request_context');
    expect(data).toMatchObject({ role: 'service_role' });
  });

  test('expired and forged tokens are 401', async () => {
    const secret = stack.description.jwtSecret;
    const expired = signToken({ sub: person.id, role: 'authenticated', exp: 1_700_000_000 }, secret);
    const forged = signToken({ sub: person.id, role: 'service_role' }, 'another secret');
    for (const token of [expired, forged]) {
      const answer = await rpc(stack, 'request_context', {}, { authorization: `Bearer ${token}` });
      expect(answer.status).toBe(401);
    }
  });
});

test('a new table and a new function are seen without a restart (NOTIFY pgrst)', async () => {
  const { admin } = stack.stack.database;
  expect((await raw(stack, '/rest/v1/later')).status).toBe(404);
  await admin.unsafe(`create table public.later (id int); grant select on public.later to anon;
    create function public.later_too() returns int language sql as 'select 7'; grant execute on function public.later_too to anon;`);
  await expect.poll(async () => (await raw(stack, '/rest/v1/later')).status).toBe(200);
  expect((await anonymous(stack).rpc('later_too')).data).toBe(7);
});

test('64 calls at once are all answered', async () => {
  const answers = await Promise.all(Array.from({ length: 64 }, () => person.client.rpc('request_context')));
  expect(answers.every(({ error }) => error === null)).toBe(true);
});

test('the list of all tables is not for publishable keys', async () => {
  expect((await raw(stack, '/rest/v1/')).status).toBe(403);
});

test('browsers may call from any origin', async () => {
  const headers = {
    origin: 'https://app.example.test',
    'access-control-request-headers': 'apikey,x-client-info',
  };
  const answer = await raw(stack, '/rest/v1/books', { method: 'OPTIONS', headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('access-control-allow-headers')).toBe('apikey,x-client-info');
});
