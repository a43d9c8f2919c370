import { AppError } from '#lib/supabase/errors.ts';
import { expect, test } from 'vitest';
import { syncSentence } from './sync-sentence.ts';

const address = 'front@example.test';

test('new messages of all mailboxes are added up', () => {
  const run = (stored: number) => ({ address, answer: { outcome: 'done', run: { stored } } });
  expect(syncSentence([run(2), run(1)])).toEqual({ text: '3 new messages', isProblem: false });
  expect(syncSentence([run(1)]).text).toBe('1 new message');
  expect(syncSentence([run(0)]).text).toBe('No new mail');
});

test('what is being fetched already is no failure', () => {
  expect(syncSentence([{ address, answer: { skipped: 'already-syncing' } }])).toEqual({
    text: 'Mail is being fetched already.',
    isProblem: false,
  });
});

test('a failure names the mailbox', () => {
  const result = syncSentence([
    { address, error: new AppError('network', 0) },
    { address: 'other@example.test', answer: { outcome: 'done', run: { stored: 5 } } },
  ]);
  expect(result.isProblem).toBe(true);
  expect(result.description).toContain(address);
  expect(result.description).not.toContain('other@example.test');
});

test('what the server refused is said', () => {
  const result = syncSentence([{ address, answer: { outcome: 'failed', error_code: 'auth', run: null } }]);
  expect(result.isProblem).toBe(true);
  expect(result.description).toMatch(/refuses the password/);
});
