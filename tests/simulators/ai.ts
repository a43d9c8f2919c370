/**
 * A stand-in for AI providers, on loopback: OpenAI's `POST /v1/chat/completions` and `GET /v1/models[/:id]`, Gemini's
 * `POST /v1beta/models/:model:generateContent` and `GET /v1beta/models[/:id]`, and Exa's `POST /search`.
 *
 * Sources: https://platform.openai.com/docs/api-reference/{chat/create,chat/object,models/list},
 * https://platform.openai.com/docs/guides/error-codes, https://ai.google.dev/api/{generate-content,models} and
 * https://ai.google.dev/gemini-api/docs/troubleshooting (a wrong key is 400 INVALID_ARGUMENT with the reason API_KEY_INVALID),
 * https://docs.exa.ai/reference/search.
 *
 * Unlike the real ones it keeps every request it accepted, so that tests can read what a provider was shown.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { exaError, geminiError, openAiError } from './ai-errors.ts';

/** Something that goes wrong with the next requests for a text, or for a search. */
export interface AiFault {
  /** How many requests it hits; default 1. */
  times?: number;
  /** Answer with this status: 400, 401, 402, 403, 404, 429, 500, 503. */
  status?: number;
  /** OpenAI's name of the error; a fitting one when absent. */
  code?: string;
  headers?: Record<string, string>;
  /** Wait before answering. */
  delayMs?: number;
  /** The answer is cut off in the middle. */
  truncate?: boolean;
  /** The connection closes without an answer. */
  hangUp?: boolean;
  /** An answer without a choice, a choice without a text, or what the provider declines to write. */
  answer?: 'no_choice' | 'no_text' | 'refusal';
}

/** A request as it came. */
export interface AiRequest {
  path: string;
  model: string;
  /** All texts in it, in their order. */
  texts: Array<{ role: string; text: string }>;
  /** The body as it came. */
  body: string;
}

/** Any request, also one that is refused. */
export interface AiVisit {
  method: string;
  path: string;
  /** The headers that may carry a key, as they came. */
  keys: Partial<Record<'authorization' | 'x-goog-api-key' | 'x-api-key', string>>;
}

export interface AiSimulator {
  /** Address up to the paths of OpenAI: `<url>/chat/completions`. */
  openAiUrl: string;
  /** Address up to the paths of Gemini: `<url>/models/…:generateContent`. */
  geminiUrl: string;
  /** Address up to Exa's paths: `<url>/search`. */
  exaUrl: string;
  /** The key that is accepted. */
  apiKey: string;
  models: string[];
  requests: AiRequest[];
  visits: AiVisit[];
  /** What is answered; given the request, so that tests can play a provider that was talked into something. */
  reply: (request: AiRequest) => string;
  fail(fault: AiFault): void;
  close(): Promise<void>;
}

class AiError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`AI error ${status}`);
    this.status = status;
  }
}

type Dialect = 'openai' | 'gemini' | 'exa';
const keyHeaders = { openai: 'authorization', gemini: 'x-goog-api-key', exa: 'x-api-key' } as const;
const dialectOf = (path: string): Dialect =>
  path.startsWith('/v1beta/') ? 'gemini' : path === '/search' ? 'exa' : 'openai';

/** Starts a simulator; port 0 (the default) picks a free one. */
export async function createAiSimulator(options: { port?: number } = {}): Promise<AiSimulator> {
  const apiKey = `sk-${randomUUID().replaceAll('-', '')}`;
  const faults: Array<AiFault & { left: number }> = [];
  const simulator: Omit<AiSimulator, 'openAiUrl' | 'geminiUrl' | 'exaUrl'> = {
    apiKey,
    models: ['gpt-5-mini', 'gemini-2.5-flash', 'local-model'],
    requests: [],
    visits: [],
    reply: () => 'Thank you for your message. We will call you today.',
    fail: (fault) => void faults.push({ ...fault, left: fault.times ?? 1 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function takeFault(): AiFault | undefined {
    const [fault] = faults;
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.left === 0) faults.shift();
    return fault;
  }

  function answer(request: IncomingMessage, path: string, body: string, fault: AiFault | undefined): unknown {
    const dialect = dialectOf(path);
    const given = keyOf(request, dialect);
    if (given !== apiKey) throw new AiError(dialect === 'gemini' && given ? 400 : 401);
    if (request.method === 'GET') return listedModels(dialect, path, simulator.models);
    if (request.method !== 'POST') throw new AiError(404);
    if (fault?.status !== undefined) throw new AiError(fault.status);
    if (dialect === 'exa') return { requestId: randomUUID(), results: [] };
    const asked = dialect === 'gemini' ? readGemini(path, body) : readOpenAi(path, body);
    if (!simulator.models.includes(asked.model)) throw new AiError(404);
    simulator.requests.push(asked);
    const text = fault?.answer ? null : simulator.reply(asked);
    return dialect === 'gemini'
      ? geminiAnswer(text, fault, asked.model)
      : openAiAnswer(text, fault, asked.model);
  }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://simulator').pathname;
    const body = await readBody(request);
    simulator.visits.push({ method: request.method ?? '', path, keys: keysOf(request) });
    const fault = request.method === 'POST' ? takeFault() : undefined;
    let status = 200;
    let content: unknown;
    try {
      content = answer(request, path, body, fault);
    } catch (error) {
      status = error instanceof AiError ? error.status : 500;
      content = {
        openai: () => openAiError(status, keyOf(request, 'openai'), fault?.code),
        gemini: () => geminiError(status),
        exa: () => exaError(status),
      }[dialectOf(path)]();
    }
    if (fault?.delayMs) await pause(fault.delayMs);
    if (fault?.hangUp) return void request.socket.destroy();
    const text = JSON.stringify(content);
    response.writeHead(status, {
      ...{ 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
      ...fault?.headers,
    });
    if (!fault?.truncate) return void response.end(text);
    response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.destroy());
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(simulator, { openAiUrl: `${url}/v1`, geminiUrl: `${url}/v1beta`, exaUrl: url });
}

/** The key that came in the header of this provider. */
function keyOf({ headers }: IncomingMessage, dialect: Dialect): string {
  const value = headers[keyHeaders[dialect]];
  return typeof value === 'string' ? value.replace(/^Bearer /, '') : '';
}

function keysOf({ headers }: IncomingMessage): AiVisit['keys'] {
  return Object.fromEntries(
    Object.values(keyHeaders).flatMap((name) =>
      typeof headers[name] === 'string' ? [[name, headers[name]]] : [],
    ),
  );
}

/** All models, or the one that the path names. */
function listedModels(dialect: Dialect, path: string, models: string[]): unknown {
  const [, wanted = ''] = /^\/v1(?:beta)?\/models(?:\/([^/]+))?$/.exec(path) ?? [undefined, ' '];
  const show = (id: string) =>
    dialect === 'gemini'
      ? { name: `models/${id}`, supportedGenerationMethods: ['generateContent'] }
      : { id, object: 'model', owned_by: 'system' };
  if (wanted === '')
    return dialect === 'gemini' ? { models: models.map(show) } : { object: 'list', data: models.map(show) };
  if (!models.includes(decodeURIComponent(wanted))) throw new AiError(404);
  return show(decodeURIComponent(wanted));
}

function readOpenAi(path: string, body: string): AiRequest {
  if (path !== '/v1/chat/completions') throw new AiError(404);
  const { model, messages, ...rest } = parse(body) as {
    model?: string;
    messages?: Array<{ role: string; content: unknown }>;
  };
  const roles = ['system', 'developer', 'user', 'assistant'];
  if (
    !model ||
    !messages?.length ||
    !messages.every(({ role, content }) => roles.includes(role) && typeof content === 'string')
  )
    throw new AiError(400);
  const known = ['max_tokens', 'max_completion_tokens', 'temperature', 'stream', 'n'];
  if (Object.keys(rest).some((name) => !known.includes(name))) throw new AiError(400);
  return { path, model, body, texts: messages.map(({ role, content }) => ({ role, text: String(content) })) };
}

function readGemini(path: string, body: string): AiRequest {
  const model = decodeURIComponent(/^\/v1beta\/models\/([^/]+):generateContent$/.exec(path)?.[1] ?? '');
  if (!model) throw new AiError(404);
  type Content = { role?: string; parts?: Array<{ text?: string }> };
  const { systemInstruction, contents, ...rest } = parse(body) as {
    systemInstruction?: Content;
    contents?: Content[];
  };
  if (
    !contents?.length ||
    Object.keys(rest).some((name) => !['generationConfig', 'safetySettings'].includes(name))
  )
    throw new AiError(400);
  const textsOf = ({ role = 'system', parts = [] }: Content) =>
    parts.map(({ text = '' }) => ({ role, text }));
  return {
    path,
    model,
    body,
    texts: [...(systemInstruction ? textsOf(systemInstruction) : []), ...contents.flatMap(textsOf)],
  };
}

function openAiAnswer(text: string | null, fault: AiFault | undefined, model: string): unknown {
  const refusal = fault?.answer === 'refusal' ? "I'm sorry, I cannot help with that." : null;
  const choice = { index: 0, message: { role: 'assistant', content: text, refusal }, finish_reason: 'stop' };
  return {
    ...{
      id: `chatcmpl-${randomUUID()}`,
      object: 'chat.completion',
      created: Math.floor(Date.now() / 1000),
      model,
    },
    choices: fault?.answer === 'no_choice' ? [] : [choice],
    usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
  };
}

function geminiAnswer(text: string | null, fault: AiFault | undefined, model: string): unknown {
  const usage = { usageMetadata: { totalTokenCount: 20 }, modelVersion: model };
  if (fault?.answer === 'no_choice')
    return { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, ...usage };
  if (fault?.answer === 'refusal') return { candidates: [{ finishReason: 'SAFETY', index: 0 }], ...usage };
  const content = {
    role: 'model',
    parts: text === null ? [] : [{ text: 'Thinking.', thought: true }, { text }],
  };
  return { candidates: [{ content, finishReason: 'STOP', index: 0 }], ...usage };
}

function parse(body: string): object {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // answered below
  }
  throw new AiError(400);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
