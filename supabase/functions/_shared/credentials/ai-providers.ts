import type { ExternalAnswer, ExternalRequest } from '../http/external-call.ts';

export type Provider = 'openai' | 'gemini' | 'exa' | 'custom';

/** A key, and what it is used with. */
export interface ProviderAccess {
  provider: Provider;
  /** Of a custom provider; empty for the others. */
  base_url: string;
  /** Empty for the provider's usual one. */
  model: string;
}

/** Why a provider could not be used. */
export type ProviderProblem =
  | 'key_refused'
  | 'quota_used_up'
  | 'throttled'
  | 'model_unknown'
  | 'host_not_allowed'
  | 'host_not_found'
  | 'unreachable'
  | 'unexpected_answer';

const addresses = {
  openai: ['OPENAI_BASE_URL', 'https://api.openai.com/v1'],
  gemini: ['GEMINI_BASE_URL', 'https://generativelanguage.googleapis.com/v1beta'],
  exa: ['EXA_BASE_URL', 'https://api.exa.ai'],
} as const;

/** Models that are asked where the clinic named none. */
export const usualModel: Readonly<Record<Provider, string>> = {
  openai: 'gpt-5-mini',
  gemini: 'gemini-2.5-flash',
  exa: '',
  custom: '',
};

/** Where a provider is reached, version included, without a slash at the end. The settings are for stand-ins in tests. */
export function providerBaseUrl(
  { provider, base_url }: ProviderAccess,
  setting: (name: string) => string | undefined,
): string {
  if (provider === 'custom') return base_url.replace(/\/+$/, '');
  const [name, usual] = addresses[provider];
  return (setting(name)?.trim() || usual).replace(/\/+$/, '');
}

/** The header that carries the key. */
export function keyHeader(provider: Provider, key: string): Record<string, string> {
  if (provider === 'gemini') return { 'x-goog-api-key': key };
  return provider === 'exa' ? { 'x-api-key': key } : { authorization: `Bearer ${key}` };
}

/**
 * The cheapest request that shows whether a key works, and whether it may use its model: asking about the model, which costs
 * nothing. Exa has no such thing: one result is searched for. Not every server that speaks as OpenAI does lists its models,
 * so a custom one is asked for a single word.
 */
export function trialRequest(access: ProviderAccess, key: string, baseUrl: string): ExternalRequest {
  const { provider } = access;
  const model = access.model || usualModel[provider];
  const common = { name: `${provider}.try_key`, headers: keyHeader(provider, key), idempotent: false };
  if (provider === 'exa') {
    const body = { query: 'dental clinic', numResults: 1 };
    return { ...common, method: 'POST', url: `${baseUrl}/search`, body };
  }
  if (provider === 'custom') {
    const body = { model, max_tokens: 1, messages: [{ role: 'user', content: 'Hello' }] };
    return { ...common, method: 'POST', url: `${baseUrl}/chat/completions`, body };
  }
  return { ...common, method: 'GET', url: `${baseUrl}/models/${encodeURI(model)}` };
}

/** What the answer of a provider says about the key; null when it works. Texts of the provider are not passed on. */
export function providerProblem(provider: Provider, answer: ExternalAnswer): ProviderProblem | null {
  if (answer.kind === 'failed') return answer.reason === 'unreadable' ? 'unexpected_answer' : 'unreachable';
  const { status, body } = answer;
  if (status >= 200 && status < 300) return body === null ? 'unexpected_answer' : null;
  if (status === 402) return 'quota_used_up';
  if (status === 429) return errorCode(body) === 'insufficient_quota' ? 'quota_used_up' : 'throttled';
  // Gemini answers 400 to a key that does not exist.
  if (status === 401 || status === 403 || (status === 400 && provider === 'gemini')) return 'key_refused';
  if (status === 404) return 'model_unknown';
  return status >= 500 ? 'unreachable' : 'unexpected_answer';
}

function errorCode(body: unknown): unknown {
  const { error } = (body ?? {}) as { error?: { code?: unknown } };
  return error?.code;
}
