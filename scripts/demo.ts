/**
 * npm run demo
 *
 * Demo clinics with people, clients and their records, and what happens on a platform over time, made once, over the
 * public API alone and with real tokens: what works here works for everybody. `npm start` calls it; on
 * another stack the variables SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY and INBOX_URL
 * name it. With SUPABASE_DB_URL of a database on this machine, all of it is spread over past weeks.
 */
import { join } from 'node:path';
import type { SupabaseClient } from '@supabase/supabase-js';
import { runningStack } from '../supabase/embedded/description.ts';
import type { LocalMail } from '../supabase/embedded/mail/local-mail.ts';
import { localData } from '../supabase/embedded/paths.ts';
import { accessOf, adminAccounts } from './accounts/accounts-api.ts';
import { CommandFailure, exitCodes } from './accounts/command-failure.ts';
import { findStackTarget, type StackTarget } from './accounts/stack-target.ts';
import { createSuperAdmin } from './accounts/super-admin.ts';
import { clinicLives } from './demo/clinic-life/lives.ts';
import { playClinicLife } from './demo/clinic-life/play-clinic-life.ts';
import { spreadClinicLife } from './demo/clinic-life/spread-clinic-life.ts';
import { spreadVisits } from './demo/clinic-life/spread-visits.ts';
import { type DemoPerson, demoClinics, superAdmin } from './demo/demo-clinics.ts';
import { ensureClinic } from './demo/ensure-clinic.ts';
import { DemoState } from './demo/demo-state.ts';
import { makeFirstAnchor } from './demo/first-anchor.ts';
import { ensureMailbox } from './demo/mailbox/ensure-mailbox.ts';
import { demoSession, type DemoTarget } from './demo/invited-people.ts';
import { clinicFates, ensurePlatformLife } from './demo/platform-life.ts';
import { isOnThisMachine, spreadSignUps } from './demo/sign-up-dates.ts';

export interface DemoLogin {
  who: string;
  email: string;
  password: string;
}

export interface DemoOptions {
  /** Where the passwords are kept; `.chairside/demo.json` unless told otherwise. */
  statePath?: string;
  /** The mail server of this machine, where the demo has a mailbox; null without one. */
  mail?: LocalMail | null;
  onProgress?: (step: string) => void;
}

/** The stack of the demo; the address of its database where it is known. */
export type DemoStack = StackTarget & { dbUrl?: string | undefined };

const defaultStatePath = join(localData, 'demo.json');

/**
 * Creates what is missing of the demo, and returns its logins. Once it has been completed it is left
 * alone: what a developer changed or deleted since does not come back.
 *
 * @throws CommandFailure
 */
export async function ensureDemo(stack: DemoStack, options: DemoOptions = {}): Promise<DemoLogin[]> {
  if (!stack.inboxUrl) {
    throw new CommandFailure(
      'usage',
      'The demo needs the local inbox of the stack (INBOX_URL), where its invitations arrive.',
    );
  }
  const target: DemoTarget = { ...stack, inboxUrl: stack.inboxUrl };
  const state = new DemoState(options.statePath ?? defaultStatePath);
  const progress = options.onProgress ?? (() => {});
  if (!(state.completed && (await isThere(target, state)))) {
    progress('the super-admin');
    const admin = await ensureSuperAdmin(target, state);
    for (const { clinic, life } of clinicLives()) {
      progress(clinic.name);
      const { tenantId } = await ensureClinic(target, state, admin, clinic);
      await playClinicLife(target, state, clinic, tenantId, life);
    }
    progress('what happens on a platform');
    await ensurePlatformLife(target, state, admin);
    // Never on a remote stack: there the dates of accounts are facts.
    if (stack.dbUrl && isOnThisMachine(stack.url) && isOnThisMachine(stack.dbUrl)) {
      await spreadSignUps(stack.dbUrl);
      await spreadClinicLife(
        stack.dbUrl,
        demoClinics.map(({ slug }) => slug),
      );
      await spreadVisits(stack.dbUrl, clinicLives());
      await makeFirstAnchor(stack.dbUrl);
    }
    state.complete();
  }
  if (options.mail) {
    progress('the mailbox');
    await ensureMailbox(target, state, options.mail);
  }
  return logins(state);
}

/** The logins as lines to print. */
export function formatLogins(entries: DemoLogin[]): string[] {
  const width = (field: 'who' | 'email'): number => Math.max(...entries.map((entry) => entry[field].length));
  return entries.map(
    ({ who, email, password }) => `${who.padEnd(width('who'))}  ${email.padEnd(width('email'))}  ${password}`,
  );
}

/** Any login that still works shows that this is the stack on which the demo was completed. */
async function isThere(target: DemoTarget, state: DemoState): Promise<boolean> {
  for (const person of [superAdmin, ...demoClinics.map((clinic) => clinic.owner)]) {
    if (await demoSession(target, state, person)) return true;
  }
  return false;
}

function logins(state: DemoState): DemoLogin[] {
  const found = new Map<string, DemoLogin>();
  const add = (person: DemoPerson, role: string): void => {
    const known = found.get(person.email);
    const who = known ? `${known.who} and ${role}` : role;
    found.set(person.email, { who, email: person.email, password: state.passwordOf(person.email) });
  };
  add(superAdmin, 'super-admin');
  for (const clinic of demoClinics) {
    add(clinic.owner, `owner, ${clinic.name}`);
    for (const person of clinic.staff) add(person, `staff, ${clinic.name}`);
  }
  for (const { clinic, steps } of clinicFates) {
    if (steps.at(-1)?.call === 'admin_suspend_tenant') add(clinic.owner, `owner, ${clinic.name} (suspended)`);
  }
  return [...found.values()];
}

async function ensureSuperAdmin(target: DemoTarget, state: DemoState): Promise<SupabaseClient> {
  const known = await demoSession(target, state, superAdmin);
  if (known && (await accessOf(known)).is_super_admin) return known;
  await createSuperAdmin(superAdmin, async () => state.passwordOf(superAdmin.email), adminAccounts(target));
  const session = await demoSession(target, state, superAdmin);
  if (session) return session;
  throw new CommandFailure(
    'refused',
    `There is an account ${superAdmin.email} with another password than the one kept here. "npm run reset" starts over.`,
  );
}

async function main(): Promise<void> {
  const target = findStackTarget();
  if (typeof target === 'string') throw new CommandFailure('unreachable', target);
  const local = runningStack();
  const dbUrl = local?.url === target.url ? local.dbUrl : process.env['SUPABASE_DB_URL'];
  const found = await ensureDemo(
    { ...target, dbUrl },
    { onProgress: (step) => console.log(`Demo: ${step}…`) },
  );
  console.log(formatLogins(found).join('\n'));
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    const failure =
      error instanceof CommandFailure
        ? error
        : new CommandFailure('unexpected', `Unexpected: ${String(error)}`);
    console.error(failure.message);
    process.exitCode = exitCodes[failure.reason];
  });
}
