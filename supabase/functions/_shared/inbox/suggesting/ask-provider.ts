import { z } from 'zod';
import { keyHeader, type ProviderProblem, providerProblem } from '../../credentials/ai-providers.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ExternalAnswer, ExternalRequest } from '../../http/external-call.ts';
import { parseRetryAfter } from '../../http/retry.ts';
import type { ReplyRequest } from './reply-request.ts';

/** What `read_provider_key` returns; null when the clinic has no key. */
export const providerKey = z
  .object({
    id: z.string(),
    provider: z.enum(['openai', 'gemini', 'custom']),
    base_url: z.string(),
    model: z.string(),
    credential: z.object({ kid: z.string(), iv: z.string(), ciphertext: z.string() }).nullable(),
  })
  .nullable();
export type ProviderKey = NonNullable<z.infer<typeof providerKey>>;

/** Who is asked, and where. */
export interface AskedProvider {
  provider: ProviderKey['provider'];
  baseUrl: string;
  model: string;
}

/** Tokens of an answer. A reply needs a tenth of it; the rest is for models that think first. */
const mostTokens = 8192;

/**
 * The one request for a reply: chat completions as of OpenAI (platform.openai.com/docs/api-reference/chat), or generateContent
 * (ai.google.dev/api/generate-content). No tools, so that a mail can make the provider do nothing.
 */
export function replyCall(
  { provider, baseUrl, model }: AskedProvider,
  key: string,
  ask: ReplyRequest,
): ExternalRequest {
  const post = {
    ...({ name: `${provider}.suggest_reply`, method: 'POST', idempotent: false } as const),
    headers: keyHeader(provider, key),
  };
  if (provider === 'gemini') {
    return {
      ...post,
      url: `${baseUrl}/models/${encodeURIComponent(model.replace(/^models\//, ''))}:generateContent`,
      body: {
        systemInstruction: { parts: [{ text: ask.rules }] },
        contents: [{ role: 'user', parts: [{ text: ask.question }] }],
        generationConfig: { maxOutputTokens: mostTokens },
      },
    };
  }
  return {
    ...post,
    url: `${baseUrl}/chat/completions`,
    body: {
      model,
      messages: [
        { role: 'system', content: ask.rules },
        { role: 'user', content: ask.question },
      ],
      // Newer models of OpenAI know only the newer name, other servers only the older.
      [provider === 'openai' ? 'max_completion_tokens' : 'max_tokens']: mostTokens,
    },
  };
}

const openAiAnswer = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })),
});
const geminiPart = z.object({ text: z.string().optional(), thought: z.boolean().optional() });
const geminiAnswer = z.object({
  candidates: z
    .array(z.object({ content: z.object({ parts: z.array(geminiPart).optional() }).optional() }))
    .optional(),
});
const geminiError = z.object({
  error: z.object({
    message: z.string().optional(),
    details: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});

/** A provider that gave no reply. */
export class ProviderError extends AppError {
  /** What it says about the key; undefined when it says nothing. */
  readonly keyProblem: ProviderProblem | undefined;

  constructor(
    [status, code, message]: readonly [number, string, string],
    options: { keyProblem?: ProviderProblem; retryAfterSeconds?: number } = {},
  ) {
    const { retryAfterSeconds } = options;
    super(status, code, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
    this.keyProblem = options.keyProblem;
  }
}

const refusals = {
  key_refused: [409, 'ai_key_refused', 'The AI provider refuses the key of this clinic.'],
  model_unknown: [409, 'ai_model_unknown', 'The AI provider does not know the model that was chosen.'],
  quota_used_up: [
    429,
    'ai_quota',
    'The AI provider takes no more requests for now, or the credit is used up.',
  ],
} as const;
const unavailable = [
  503,
  'ai_unavailable',
  'The AI provider does not answer. Please try again later.',
] as const;
const noAnswer = [502, 'ai_no_answer', 'The AI provider has written no reply to this.'] as const;

/** When an answer holds nothing that could be shown. */
export const noReply = (): ProviderError => new ProviderError(noAnswer);

/**
 * The text of a provider's answer.
 *
 * @throws ProviderError 409 `ai_key_refused`, `ai_model_unknown`; 429 `ai_quota`; 502 `ai_no_answer`; 503 `ai_unavailable`.
 *   Nothing of what the provider wrote is repeated: it may quote the key or the mail
 */
export function replyText({ provider }: AskedProvider, answer: ExternalAnswer): string {
  const problem = providerProblem(provider, answer);
  if (problem === 'throttled') throw new ProviderError(refusals.quota_used_up, pauseOf(answer));
  // Of Gemini's answers 400, only some are about the key.
  const isOther =
    problem === 'key_refused' &&
    answer.kind === 'answered' &&
    answer.status === 400 &&
    !isGeminiKeyError(answer.body);
  if (problem !== null && problem in refusals && !isOther) {
    const refusal = refusals[problem as keyof typeof refusals];
    throw new ProviderError(refusal, { keyProblem: problem, ...pauseOf(answer) });
  }
  if (problem !== null || answer.kind !== 'answered') throw new ProviderError(unavailable);
  const text = provider === 'gemini' ? geminiText(answer.body) : openAiText(answer.body);
  if (!text) throw noReply();
  return text;
}

function pauseOf(answer: ExternalAnswer): { retryAfterSeconds?: number } {
  const pause =
    answer.kind === 'answered' ? parseRetryAfter(answer.headers.get('retry-after'), Date.now()) : null;
  return pause === null ? {} : { retryAfterSeconds: Math.min(Math.ceil(pause / 1000), 86_400) };
}

function openAiText(body: unknown): string | null | undefined {
  const { data } = openAiAnswer.safeParse(body);
  if (!data) throw new ProviderError(unavailable);
  return data.choices[0]?.message.content;
}

function geminiText(body: unknown): string {
  const { data } = geminiAnswer.safeParse(body);
  if (!data) throw new ProviderError(unavailable);
  const parts = data.candidates?.[0]?.content?.parts ?? [];
  return parts.map(({ text, thought }) => (thought ? '' : (text ?? ''))).join('');
}

function isGeminiKeyError(body: unknown): boolean {
  const { data } = geminiError.safeParse(body);
  return (
    data?.error.details?.some(({ reason }) => reason === 'API_KEY_INVALID') === true ||
    /api key (not valid|expired)/i.test(data?.error.message ?? '')
  );
}
