import { describe, expect, it } from 'vitest';
import type { ExternalAnswer } from '../http/external-call.ts';
import {
  providerBaseUrl,
  providerProblem,
  trialRequest,
  type Provider,
  type ProviderProblem,
} from './ai-providers.ts';
import { providerKey, type ProviderKeyInput, type ProviderKeySteps } from './provider-keys.ts';

const id = '22222222-2222-4222-8222-222222222222';

function world(options: { isStored?: boolean; canUseStored?: boolean; problem?: ProviderProblem } = {}) {
  const tried: string[] = [];
  const kept: unknown[][] = [];
  const recorded: unknown[][] = [];
  const steps: ProviderKeySteps = {
    check: async () => ({
      ...{
        key_id: options.isStored ? id : null,
        can_use_stored: options.canUseStored ?? options.isStored ?? false,
      },
      settings: { provider: 'openai', base_url: '', model: '' },
    }),
    readKey: async () => 'stored-key-1234',
    newId: () => 'new-id',
    attempt: async (_access, key) => {
      tried.push(key);
      return options.problem ?? null;
    },
    store: async (...given) => {
      kept.push(given);
      return { id: given[0] };
    },
    record: async (...given) => void recorded.push(given),
  };
  const run = (change: Partial<ProviderKeyInput> = {}) =>
    providerKey(
      {
        action: 'save',
        tenant_id: 't',
        provider: 'openai',
        settings: {},
        api_key: ' sk-given-key-9876 ',
        ...change,
      },
      steps,
    );
  return { run, tried, kept, recorded };
}

describe('storing a provider key', () => {
  it('tries it once and keeps it under a new id', async () => {
    const { run, tried, kept } = world();
    expect(await run()).toMatchObject({ ok: true, code: 'ok', key: { id: 'new-id' } });
    expect(tried).toEqual(['sk-given-key-9876']);
    expect(kept).toEqual([['new-id', expect.anything(), 'sk-given-key-9876', null]]);
  });

  it('takes the place of the one before', async () => {
    const { run, kept } = world({ isStored: true });
    await run();
    expect(kept[0]?.[0]).toBe(id);
  });

  it.each([
    'key_refused',
    'model_unknown',
    'host_not_allowed',
    'host_not_found',
    'unexpected_answer',
  ] as const)('keeps nothing when it does not work: %s', async (problem) => {
    const { run, kept } = world({ problem });
    const answer = await run();
    expect(answer).toMatchObject({ ok: false, code: problem });
    expect([kept, JSON.stringify(answer).includes('9876')]).toEqual([[], false]);
  });

  it.each(['unreachable', 'throttled', 'quota_used_up'] as const)(
    'keeps what it could not find fault with, and says so: %s',
    async (problem) => {
      const { run, kept } = world({ problem });
      expect(await run()).toMatchObject({ ok: false, code: problem, key: { id: 'new-id' } });
      expect(kept[0]?.[3]).toBe(problem);
    },
  );

  it.each(['short', 'with a space in it', 'line\nbreak-in-key', `${'x'.repeat(501)}`, 'ключ-ключ-ключ'])(
    'refuses what is no key: %.30j',
    async (api_key) => {
      const { run, tried } = world();
      await expect(run({ api_key })).rejects.toMatchObject({ status: 422, code: 'provider_key_invalid' });
      expect(tried).toEqual([]);
    },
  );

  it('never sends the stored key to another server', async () => {
    const { run, tried } = world({ isStored: true, canUseStored: false });
    for (const action of ['test', 'save'] as const)
      await expect(run({ action, api_key: '' })).rejects.toMatchObject({ code: 'provider_key_required' });
    expect(tried).toEqual([]);
  });
});

describe('testing the stored key', () => {
  it('records that it works, or does not', async () => {
    for (const problem of [undefined, 'key_refused'] as const) {
      const { run, tried, kept, recorded } = world({ isStored: true, ...(problem ? { problem } : {}) });
      expect((await run({ action: 'test', api_key: null })).ok).toBe(!problem);
      expect([tried, kept, recorded]).toEqual([['stored-key-1234'], [], [[id, problem ?? null]]]);
    }
  });

  it('records nothing when the provider could not be asked', async () => {
    const { run, recorded } = world({ isStored: true, problem: 'unreachable' });
    expect(await run({ action: 'test', api_key: null })).toMatchObject({ code: 'unreachable' });
    expect(recorded).toEqual([]);
  });
});

describe('a trial', () => {
  const request = (provider: Provider, model = '', base_url = '') => {
    const access = { provider, model, base_url };
    return trialRequest(
      access,
      'the-key',
      providerBaseUrl(access, () => undefined),
    );
  };

  it('is cheap, and carries the key in a header alone', () => {
    expect(request('openai', 'gpt-x')).toMatchObject({
      ...{ method: 'GET', url: 'https://api.openai.com/v1/models/gpt-x' },
      headers: { authorization: 'Bearer the-key' },
    });
    expect(request('gemini', 'gemini-x')).toMatchObject({
      ...{ url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-x' },
      headers: { 'x-goog-api-key': 'the-key' },
    });
    expect(request('exa')).toMatchObject({
      url: 'https://api.exa.ai/search',
      headers: { 'x-api-key': 'the-key' },
    });
    expect(request('custom', 'm', 'https://ai.example/v1/')).toMatchObject({
      ...{ method: 'POST', url: 'https://ai.example/v1/chat/completions' },
      body: { model: 'm', max_tokens: 1 },
    });
    for (const provider of ['openai', 'gemini', 'exa'] as const)
      expect(request(provider).url).not.toContain('the-key');
  });

  it('goes to a stand-in where a setting names one, but never for a server that the clinic named', () => {
    const setting = () => 'http://127.0.0.1:9/v1/';
    const access = (provider: Provider) => ({ provider, base_url: 'https://ai.example/v1', model: '' });
    expect(providerBaseUrl(access('openai'), setting)).toBe('http://127.0.0.1:9/v1');
    expect(providerBaseUrl(access('custom'), setting)).toBe('https://ai.example/v1');
  });

  const answered = (status: number, body: unknown = {}): ExternalAnswer => ({
    ...{ kind: 'answered', status, headers: new Headers(), body, attempts: 1 },
  });
  it.each<[ProviderProblem | null, Provider, ExternalAnswer]>([
    [null, 'openai', answered(200)],
    ['unexpected_answer', 'openai', answered(200, null)],
    ['key_refused', 'openai', answered(401)],
    ['key_refused', 'gemini', answered(400)],
    ['unexpected_answer', 'custom', answered(400)],
    ['key_refused', 'exa', answered(403)],
    ['model_unknown', 'openai', answered(404)],
    ['throttled', 'openai', answered(429)],
    ['quota_used_up', 'openai', answered(429, { error: { code: 'insufficient_quota' } })],
    ['quota_used_up', 'exa', answered(402)],
    ['unreachable', 'openai', answered(503)],
    ['unexpected_answer', 'custom', answered(302)],
    ['unreachable', 'openai', { kind: 'failed', reason: 'timeout', attempts: 1 }],
    ['unexpected_answer', 'custom', { kind: 'failed', reason: 'unreadable', attempts: 1 }],
  ])('that is answered in this way means %s (%s)', (problem, provider, answer) => {
    expect(providerProblem(provider, answer)).toBe(problem);
  });
});
