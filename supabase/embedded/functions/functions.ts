/** /functions/v1: checks the caller as the platform's gateway does and passes the request to Deno. */
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { caller as callerOf } from '../gateway/api-keys.ts';
import { preflight } from '../gateway/gateway.ts';
import type { Handler } from '../gateway/http-server.ts';
import type { StackKeys } from '../keys.ts';
import type { FunctionConfig } from '../project-config.ts';
import { requestScope } from '../request-scope.ts';
import { keySet, signToken } from '../tokens.ts';
import { DenoHost } from './deno-host.ts';

export interface FunctionsOptions {
  /** The project's supabase directory. */
  project: string;
  config: Record<string, FunctionConfig>;
  keys: StackKeys;
  url: string;
  databaseUrl: string;
  /** Secrets, as `supabase secrets set` would hold them. */
  secrets: Record<string, string>;
  /** What scheduled calls show; every function finds it as CRON_SECRET. */
  cronSecret: string;
  wallLimitMilliseconds: number;
  /** See DenoHostOptions. */
  mailAuthority?: string | undefined;
  log: (text: string) => void;
}

export interface Functions {
  handle: Handler;
  stop(): Promise<void>;
}

const reloadDelayMilliseconds = 100;

export function createFunctions(options: FunctionsOptions): Functions {
  const { keys, config, log, wallLimitMilliseconds, mailAuthority } = options;
  const directory = join(options.project, 'functions');
  const environment = {
    ...platformEnvironment(options),
    // Mail servers and simulators of a developer's machine are on that machine.
    ALLOW_LOOPBACK_HOSTS: 'true',
    ...options.secrets,
    CRON_SECRET: options.cronSecret,
    CREDENTIAL_KEYS: options.secrets.CREDENTIAL_KEYS || keys.credentialKeys,
  };
  const host = new DenoHost({ directory, environment, wallLimitMilliseconds, mailAuthority, log });
  const stopWatching = watchFiles(directory, () => void host.reload());

  const handle: Handler = async (request) => {
    const url = new URL(request.url);
    const name = url.pathname.split('/')[3] ?? '';
    const { enabled = true, verifyJwt = true } = config[name] ?? {};
    const exists = /^[A-Za-z][\w-]*$/.test(name) && existsSync(join(directory, name, 'index.ts'));
    if (!exists || !enabled) return problem(404, 'NOT_FOUND', 'Requested function was not found');
    const refusal = verifyJwt && request.method !== 'OPTIONS' ? refusalOf(request, keys) : null;
    if (refusal) return refusal;
    const headers = forwardedHeaders(request, keys);
    const path = url.pathname.slice('/functions/v1'.length);
    try {
      const response = await fetch(`${await host.address()}${path}${url.search}`, {
        ...{
          method: request.method,
          headers,
          body: request.body,
          redirect: 'manual',
          signal: request.signal,
        },
        ...(request.body ? { duplex: 'half' } : {}),
      } as RequestInit);
      return withoutHopHeaders(response);
    } catch (error) {
      if (request.signal.aborted) throw error;
      log(`functions: ${requestScope.getStore()?.id ?? ''} ${name}: ${(error as Error).message}`);
      if (request.method === 'OPTIONS') return preflight(request);
      return problem(503, 'SERVICE_UNAVAILABLE', 'Service is temporarily unavailable');
    }
  };
  const stop = async () => {
    stopWatching();
    await host.stop();
  };
  return { handle, stop };
}

/** The variables every function finds, as on the platform. */
function platformEnvironment({ keys, url, databaseUrl }: FunctionsOptions): Record<string, string> {
  return {
    SUPABASE_URL: url,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    SUPABASE_JWKS: JSON.stringify(keySet(keys.jwtSecret)),
    SUPABASE_ANON_KEY: keys.publishableKey,
    SUPABASE_SERVICE_ROLE_KEY: keys.secretKey,
    SUPABASE_DB_URL: databaseUrl,
  };
}

/** `verify_jwt`: a valid token, or a valid API key in its stead. It says who calls, not what they may do. */
function refusalOf(request: Request, keys: StackKeys): Response | null {
  const hasToken = /^Bearer\s+(?!sb_)/i.test(request.headers.get('authorization') ?? '');
  if (hasToken)
    return callerOf(request, keys) ? null : problem(401, 'UNAUTHORIZED_INVALID_JWT', 'Invalid JWT');
  const key = request.headers.get('apikey');
  if (key === keys.publishableKey || key === keys.secretKey) return null;
  return problem(401, 'UNAUTHORIZED_NO_AUTH_HEADER', 'Missing authorization header');
}

/** Gives the request its id, and signs a valid token anew so that it names the key in SUPABASE_JWKS. */
function forwardedHeaders(request: Request, keys: StackKeys): Headers {
  const headers = new Headers(request.headers);
  for (const name of ['host', 'connection', 'transfer-encoding', 'expect']) headers.delete(name);
  const id = requestScope.getStore()?.id;
  if (id) headers.set('sb-request-id', id);
  if (id && !headers.has('x-request-id')) headers.set('x-request-id', id);
  const claims = callerOf(request, keys)?.claims;
  if (claims?.sub) headers.set('authorization', `Bearer ${signToken(claims, keys.jwtSecret)}`);
  return headers;
}

/** fetch has decoded the body already, so its length and encoding no longer hold. */
function withoutHopHeaders(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'])
    headers.delete(name);
  const status = response.status === 101 ? 502 : response.status;
  return new Response(response.body, { status, statusText: response.statusText, headers });
}

/** Calls back once after a burst of changes. */
function watchFiles(directory: string, changed: () => void): () => void {
  if (!existsSync(directory)) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(directory, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(changed, reloadDelayMilliseconds);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

function problem(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: { 'Access-Control-Allow-Origin': '*' } });
}
