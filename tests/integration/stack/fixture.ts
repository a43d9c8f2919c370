/** A stack of its own for each test file, on the small project beside it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { StackDescription } from '../../../supabase/embedded/description.ts';
import {
  startTestStack,
  type TestStack,
  type TestStackOptions,
} from '../../../supabase/embedded/test-stack.ts';

export const fixtureProject = join(import.meta.dirname, 'project');
export const password = 'correct horse battery';

export function startFixture(options: TestStackOptions = {}): Promise<TestStack> {
  return startTestStack({ project: fixtureProject, ...options });
}

const withoutMemory = { auth: { persistSession: false, autoRefreshToken: false } };

export const anonymous = ({ description }: TestStack): SupabaseClient =>
  createClient(description.url, description.publishableKey, withoutMemory);

export const serviceRole = ({ description }: TestStack): SupabaseClient =>
  createClient(description.url, description.secretKey, withoutMemory);

let people = 0;

/** A signed-in person with an account that arrived confirmed. */
export async function newPerson(
  test: TestStack,
  name = 'person',
): Promise<{ client: SupabaseClient; id: string; email: string; token: string }> {
  people += 1;
  const email = `${name}-${people}@invited.test`;
  const client = anonymous(test);
  const { data, error } = await client.auth.signUp({ email, password });
  if (error || !data.session) throw error ?? new Error('The sign-up gave no session');
  return { client, id: data.session.user.id, email, token: data.session.access_token };
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A request without supabase-js, with the publishable key unless `apikey` says otherwise. */
export async function raw(test: TestStack, path: string, init: RequestInit = {}): Promise<RawAnswer> {
  const headers = new Headers({
    apikey: test.description.publishableKey,
    ...(init.headers as Record<string, string>),
  });
  if (headers.get('apikey') === '') headers.delete('apikey');
  if (init.body && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const response = await fetch(`${test.description.url}${path}`, { redirect: 'manual', ...init, headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body = isJson && text ? (JSON.parse(text) as Record<string, unknown>) : { text };
  return { status: response.status, headers: response.headers, body };
}

export const rpc = (
  test: TestStack,
  name: string,
  body: object = {},
  headers: Record<string, string> = {},
): Promise<RawAnswer> =>
  raw(test, `/rest/v1/rpc/${name}`, { method: 'POST', body: JSON.stringify(body), headers });

/** The newest captured mail to an address, with the token hash of its link. */
export async function newestMail(
  test: TestStack,
  to: string,
): Promise<{ subject: string; html: string; tokenHash: string }> {
  const list = (await (
    await fetch(`${test.description.inboxUrl}/messages?to=${encodeURIComponent(to)}`)
  ).json()) as { id: string }[];
  if (!list[0]) throw new Error(`No mail to ${to}`);
  const mail = (await (await fetch(`${test.description.inboxUrl}/messages/${list[0].id}`)).json()) as {
    subject: string;
    html: string;
  };
  return { ...mail, tokenHash: /token(?:_hash)?=([0-9a-f]+)/.exec(mail.html)?.[1] ?? '' };
}

/** The processes whose command line matches. */
export function processesOf(pattern: string): number[] {
  try {
    return execFileSync('pgrep', ['-f', '--', pattern], { encoding: 'utf8' }).trim().split('\n').map(Number);
  } catch {
    // pgrep ends with 1 when there is none.
    return [];
  }
}

/** Deno itself for a project's functions; the shells that tie it to the stack have it in their command line too. */
export function denoProcesses(project: string): number[] {
  const name = (pid: number) => {
    try {
      return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
    } catch {
      // ended meanwhile
      return '';
    }
  };
  return processesOf(`deno run .*${project}/functions .*`).filter((pid) => name(pid).includes('deno'));
}

/** What a stack that runs as a process of its own says of itself. */
export const readDescription = (data: string) =>
  JSON.parse(readFileSync(join(data, 'stack.json'), 'utf8')) as StackDescription;
