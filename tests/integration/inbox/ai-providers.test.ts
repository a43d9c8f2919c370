import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestStack } from '../../../supabase/embedded/test-stack.ts';
import { createAiSimulator } from '../../simulators/ai.ts';

/**
 * The providers that are chosen by name, through the functions that use them: where the key goes, what a wrong one, an empty
 * account and silence lead to. Its own stack, because where these providers are is a setting of the functions.
 */

const ai = await createAiSimulator();
const test = await startTestStack({
  functionSecrets: {
    ...{ OPENAI_BASE_URL: ai.openAiUrl, GEMINI_BASE_URL: ai.geminiUrl, EXA_BASE_URL: ai.exaUrl },
    CREDENTIAL_KEYS: `k:${randomBytes(32).toString('base64')}`,
  },
});
// What is imported next reads from there which stack it works with.
Object.assign(process.env, test.environment);
const { bring, connectMailbox } = await import('./brought-mail.ts');
const { callFunction } = await import('../../support/functions.ts');
const { call, createClinic, createSuperAdmin } = await import('../../support/people.ts');

const sql = postgres(test.environment['SUPABASE_DB_URL'] ?? '', { max: 2, onnotice: () => {} });
afterAll(async () => {
  await sql.end();
  await test.stop();
  await ai.close();
});
const admin = await createSuperAdmin();
const wrong = `sk-wrong-${randomBytes(12).toString('hex')}`;
const header = { openai: 'authorization', gemini: 'x-goog-api-key', exa: 'x-api-key' } as const;
type Named = keyof typeof header;
const shownKey = (provider: Named, key: string) => ({
  [header[provider]]: provider === 'openai' ? `Bearer ${key}` : key,
});

/** A clinic, and what it does with its key. Whatever is answered, it holds no key. */
async function clinicWith(provider: Named) {
  const { clinic, owner } = await createClinic(admin);
  const ask = async (name: string, input: Record<string, unknown>) => {
    const answer = await callFunction(name, owner.accessToken, input);
    const text = JSON.stringify([answer.body, [...answer.headers]]);
    for (const secret of [ai.apiKey, wrong]) expect(text).not.toContain(secret.slice(0, 8));
    return answer;
  };
  const keep = (api_key: string, model = '') =>
    ask('provider-keys', {
      ...{ action: 'save', tenant_id: clinic.id, provider, api_key, settings: { base_url: '', model } },
    });
  const stored = async () => {
    const [row] = await sql`
      select provider, state, last_error_code from public.provider_keys where tenant_id = ${clinic.id}`;
    return row;
  };
  return { clinic, owner, ask, keep, stored };
}

beforeEach(() => {
  ai.visits.splice(0);
  ai.requests.splice(0);
});

describe.each(['openai', 'gemini', 'exa'] as const)('a key of %s', (provider) => {
  it('goes to its provider alone, in its own header, and is kept when it works', async () => {
    const { keep, stored } = await clinicWith(provider);
    expect((await keep(wrong)).body).toMatchObject({ ok: false, code: 'key_refused' });
    expect(await stored()).toBeUndefined();
    expect((await keep(ai.apiKey)).body).toMatchObject({ ok: true });
    expect(await stored()).toMatchObject({ provider, state: 'working' });
    expect(ai.visits.map(({ keys }) => keys)).toEqual([
      ...[shownKey(provider, wrong), shownKey(provider, ai.apiKey)],
    ]);
    // Trying a key costs nothing where that is possible.
    expect(ai.requests).toEqual([]);
  });

  it('that its provider does not let use the model is not kept', async () => {
    const { keep, stored } = await clinicWith(provider);
    const answer = await keep(ai.apiKey, 'a-model-nobody-knows');
    // Exa has no models.
    expect(answer.body).toMatchObject(
      provider === 'exa' ? { ok: true } : { ok: false, code: 'model_unknown' },
    );
    expect((await stored()) === undefined).toBe(provider !== 'exa');
  });
});

describe.each(['openai', 'gemini'] as const)('a reply suggested by %s', (provider) => {
  async function connected() {
    const { clinic, owner, ask, keep, stored } = await clinicWith(provider);
    expect((await keep(ai.apiKey)).body).toMatchObject({ ok: true });
    const { conversation_id } = await bring(await connectMailbox(owner, clinic), {
      text: 'Mă doare o măsea.',
    });
    ai.visits.splice(0);
    return { suggest: () => ask('suggest-reply', { conversation_id }), clinic, stored };
  }

  it('is what it writes, asked once, by its model, with the key in its header', async () => {
    const { suggest, clinic } = await connected();
    const { status, body } = await suggest();
    const model = provider === 'openai' ? 'gpt-5-mini' : 'gemini-2.5-flash';
    expect([status, body]).toEqual([
      200,
      { text: 'Thank you for your message. We will call you today.', provider, model },
    ]);
    expect(ai.visits).toMatchObject([{ method: 'POST', keys: shownKey(provider, ai.apiKey) }]);
    expect(Object.keys(ai.visits[0]?.keys ?? {})).toEqual([header[provider]]);
    const [request] = ai.requests;
    expect(request?.model).toBe(model);
    expect(request?.texts.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(request?.texts[0]?.text).toContain(clinic.name);
    expect(request?.texts[1]?.text).toContain('Mă doare o măsea.');
    expect(request?.body).not.toMatch(/"tools?"|functionDeclarations/);
  });

  it.each([
    [
      'the key was withdrawn',
      { status: provider === 'gemini' ? 400 : 401 },
      409,
      'ai_key_refused',
      'failing',
    ],
    ['the key may not do that', { status: 403 }, 409, 'ai_key_refused', 'failing'],
    ['its model is gone', { status: 404 }, 409, 'ai_model_unknown', 'failing'],
    [
      'it asks for a pause',
      { status: 429, code: 'rate_limit_exceeded', times: 2 },
      429,
      'ai_quota',
      'working',
    ],
    ['it has a problem', { status: 500 }, 503, 'ai_unavailable', 'working'],
    ['it hangs up', { hangUp: true }, 503, 'ai_unavailable', 'working'],
    ['its answer is cut off', { truncate: true }, 503, 'ai_unavailable', 'working'],
    ['it declines', { answer: 'refusal' as const }, 502, 'ai_no_answer', 'working'],
  ])(
    '%s: the answer says which it is, and the page of keys too',
    async (_what, fault, status, code, state) => {
      const { suggest, stored } = await connected();
      ai.fail(fault);
      const answer = await suggest();
      expect([answer.status, answer.body['code'], answer.body['text']]).toEqual([status, code, undefined]);
      expect(await stored()).toMatchObject({ state });
      // Each request costs money: it is asked again only where the first one was not taken.
      expect(ai.visits).toHaveLength('times' in fault ? 2 : 1);
      expect((await suggest()).status).toBe(200);
      expect(await stored()).toMatchObject({ state: 'working', last_error_code: null });
    },
  );

  it('tells when it may be asked again', async () => {
    const { suggest } = await connected();
    // Longer than anybody waits; a short pause is waited for.
    ai.fail({ status: 429, headers: { 'retry-after': '120' } });
    const { status, headers } = await suggest();
    expect([status, headers.get('retry-after')]).toEqual([429, '120']);
  });

  it('is not waited for longer than somebody would', { timeout: 90_000 }, async () => {
    const { suggest } = await connected();
    ai.fail({ delayMs: 60_000 });
    const started = Date.now();
    expect(await suggest()).toMatchObject({ status: 503, body: { code: 'ai_unavailable' } });
    expect(Date.now() - started).toBeLessThan(50_000);
  });
});

it('a key of Exa searches, and writes no replies', async () => {
  const { clinic, owner, ask, keep } = await clinicWith('exa');
  expect((await keep(ai.apiKey)).body).toMatchObject({ ok: true });
  const { conversation_id } = await bring(await connectMailbox(owner, clinic));
  ai.visits.splice(0);
  const { status, body } = await ask('suggest-reply', { conversation_id });
  expect([status, body['code']]).toEqual([409, 'ai_not_configured']);
  expect(ai.visits).toEqual([]);
  expect(await call(owner.client, 'list_provider_keys', { tenant_id: clinic.id })).toMatchObject([
    { provider: 'exa', last_four: ai.apiKey.slice(-4) },
  ]);
});
