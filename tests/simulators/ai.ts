/**
 * A stand-in for AI providers, on loopback: OpenAI's `POST /v1/chat/completions` and `GET /v1/models[/:id]`, and Gemini's
 * `POST /v1beta/models/:model:generateContent` and `GET /v1beta/models[/:id]`.
 *
 * Sources: https://platform.openai.com/docs/api-reference/{chat/create,chat/object,models/list},
 * https://platform.openai.com/docs/guides/error-codes, https://ai.google.dev/api/{generate-content,models} and
 * https://ai.google.dev/gemini-api/docs/troubleshooting (a wrong key is 400 INVALID_ARGUMENT with the reason API_KEY_INVALID).
 *
 * Unlike the real ones it keeps every request it accepted, so that tests can read what a provider was shown.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Something that goes wrong with the next requests for a text. */
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

export interface AiSimulator {
  /** Address up to the paths of OpenAI: `<url>/chat/completions`. */
  openAiUrl: string;
  /** Address up to the paths of Gemini: `<url>/models/…:generateContent`. */
  geminiUrl: string;
  /** The key that is accepted. */
  apiKey: string;
  models: string[];
  requests: AiRequest[];
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

type Dialect = 'openai' | 'gemini';

/** Starts a simulator; port 0 (the default) picks a free one. */
export async function createAiSimulator(options: { port?: number } = {}): Promise<AiSimulator> {
  const apiKey = `sk-${randomUUID().replaceAll('-', '')}`;
  const faults: Array<AiFault & { left: number }> = [];
  const simulator: Omit<AiSimulator, 'openAiUrl' | 'geminiUrl'> = {
    apiKey,
    models: ['gpt-5-mini', 'gemini-2.5-flash', 'local-model'],
    requests: [],
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
    const dialect: Dialect = path.startsWith('/v1beta/') ? 'gemini' : 'openai';
    const given =
      dialect === 'gemini'
        ? request.headers['x-goog-api-key']
        : request.headers.authorization?.replace(/^Bearer /, '');
    if (given !== apiKey) throw new AiError(dialect === 'gemini' && given ? 400 : 401);
    if (request.method === 'GET') return listedModels(dialect, path, simulator.models);
    if (request.method !== 'POST') throw new AiError(404);
    if (fault?.status !== undefined) throw new AiError(fault.status);
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
    const fault = request.method === 'POST' ? takeFault() : undefined;
    let status = 200;
    let content: unknown;
    try {
      content = answer(request, path, body, fault);
    } catch (error) {
      status = error instanceof AiError ? error.status : 500;
      content = path.startsWith('/v1beta/') ? geminiError(status) : openAiError(status, apiKey, fault?.code);
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
  return Object.assign(simulator, { openAiUrl: `${url}/v1`, geminiUrl: `${url}/v1beta` });
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

function openAiError(status: number, apiKey: string, given?: string): unknown {
  const [type, code, message] =
    {
      // The real one repeats part of the key that was given.
      401: [
        'invalid_request_error',
        'invalid_api_key',
        `Incorrect API key provided: ${apiKey.slice(0, 8)}***.`,
      ],
      403: [
        'invalid_request_error',
        'unsupported_country_region_territory',
        'Country, region, or territory not supported',
      ],
      404: [
        'invalid_request_error',
        'model_not_found',
        'The model does not exist or you do not have access to it.',
      ],
      429: ['insufficient_quota', 'insufficient_quota', 'You exceeded your current quota.'],
      503: ['server_error', null, 'The engine is currently overloaded, please try again later'],
    }[status] ??
    (status < 500
      ? ['invalid_request_error', null, 'Invalid request.']
      : ['server_error', null, 'The server had an error.']);
  return { error: { message, type, param: null, code: given ?? code } };
}

function geminiError(status: number): unknown {
  const names: Record<number, string> = {
    403: 'PERMISSION_DENIED',
    404: 'NOT_FOUND',
    429: 'RESOURCE_EXHAUSTED',
    503: 'UNAVAILABLE',
  };
  const isKey = status === 400;
  const message = isKey ? 'API key not valid. Please pass a valid API key.' : 'An error has occurred.';
  const details = isKey
    ? [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'API_KEY_INVALID',
          domain: 'googleapis.com',
        },
      ]
    : [];
  return {
    error: {
      code: status,
      message,
      status: names[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL'),
      details,
    },
  };
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
