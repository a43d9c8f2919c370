import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { trialSentence } from './labels.ts';
import { syncErrorSentence } from './sync-errors.ts';

/** Whatever a mail server or the sync can come up with is said in words of its own. */

const read = (path: string): string =>
  readFileSync(new URL(`../../../../supabase/${path}`, import.meta.url), 'utf8');
const literals = (text = ''): string[] => [...text.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);

const ofSync = literals(
  /type SyncErrorCode =([^;]+);/.exec(read('functions/_shared/inbox/sync/sync-error.ts'))?.[1],
);
const ofDatabase = literals(
  /last_error_code in \(([^)]+)\)/.exec(read('migrations/20261122100100_mail_accounts.sql'))?.[1],
);
const ofServers = literals(
  /type ConnectionCode =([^;]+);/.exec(read('functions/_shared/inbox/accounts/connection-problem.ts'))?.[1],
);

it('finds the codes where they are declared', () => {
  expect(ofSync).toContain('throttled');
  expect(ofDatabase).toContain('permanent');
  expect(ofServers).toContain('tls_required');
});

describe('a run that failed', () => {
  const codes = new Set([...ofSync, ...ofDatabase]);
  // What has no name is our own fault, and is called that.
  codes.delete('internal');
  it.each([...codes])('by %s has a sentence of its own', (code) =>
    expect(syncErrorSentence(code)).not.toBe(syncErrorSentence('internal')),
  );
});

describe('a server that refuses', () => {
  it.each(ofServers.filter((code) => code !== 'failed'))('by %s has a sentence of its own', (code) =>
    expect(trialSentence(code)).not.toBe(trialSentence('failed')),
  );
});
