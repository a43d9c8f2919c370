/** `stack.json`: how scripts and tests on this machine reach the running stack. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockHolder } from './lock.ts';
import { localData } from './paths.ts';
import type { Stack } from './stack.ts';

export interface StackDescription {
  url: string;
  publishableKey: string;
  secretKey: string;
  jwtSecret: string;
  /** The owner of the schema, as on a hosted project: not a superuser. */
  dbUrl: string;
  adminDbUrl: string;
  inboxUrl: string;
  appUrl: string;
  /** Directory of the certificate that mail servers for tests show; see mail/certificate.ts. */
  certificates: string;
  pid: number;
}

export function describeStack(stack: Stack, appUrl: string): StackDescription {
  return {
    url: stack.url,
    publishableKey: stack.keys.publishableKey,
    secretKey: stack.keys.secretKey,
    jwtSecret: stack.keys.jwtSecret,
    dbUrl: stack.database.url('postgres'),
    adminDbUrl: stack.database.url('supabase_admin'),
    inboxUrl: `${stack.url}/inbox`,
    appUrl,
    certificates: stack.paths.certificates,
    pid: process.pid,
  };
}

/** Writes the description, readable by the owner alone. */
export function writeDescription(stack: Stack, appUrl: string): StackDescription {
  const description = describeStack(stack, appUrl);
  const path = stack.paths.description;
  writeFileSync(`${path}.new`, JSON.stringify(description, null, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return description;
}

/** The stack that runs on `data`, or null. */
export function runningStack(data: string = localData): StackDescription | null {
  const path = join(data, 'stack.json');
  if (!existsSync(path) || lockHolder(join(data, 'stack.lock')) === null) return null;
  return JSON.parse(readFileSync(path, 'utf8')) as StackDescription;
}

/** The variables through which tests, scripts and tools get a stack. */
export function stackEnvironment(description: StackDescription): Record<string, string> {
  return {
    SUPABASE_URL: description.url,
    SUPABASE_PUBLISHABLE_KEY: description.publishableKey,
    SUPABASE_SECRET_KEY: description.secretKey,
    SUPABASE_DB_URL: description.dbUrl,
    INBOX_URL: description.inboxUrl,
    APP_URL: description.appUrl,
    MAIL_CERTIFICATES: description.certificates,
  };
}
