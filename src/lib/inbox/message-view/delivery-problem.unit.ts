import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deliveryProblem } from './delivery-problem.ts';

/** Every reason that the functions or the database can give for a message that was not sent has its own sentence. */

const root = new URL('../../../../supabase/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const sending = readdirSync(new URL('functions/_shared/inbox/sending/', root))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.unit.ts'))
  .map((name) => read(`functions/_shared/inbox/sending/${name}`))
  .join('\n');
const sql = readdirSync(new URL('migrations/', root))
  .map((name) => read(`migrations/${name}`))
  .join('\n');

const literals = (text: string): string[] =>
  [...text.matchAll(/'([a-z]+(?:_[a-z]+)*)'/g)].map(([, code = '']) => code);
const ofConnections = literals(
  /type ConnectionCode =([^;]+);/.exec(read('functions/_shared/inbox/accounts/connection-problem.ts'))?.[1] ??
    '',
).filter((code) => code !== 'not_imap');
// A code stands where an outcome is made, where one is returned, or in a list of those that are passed on.
const ofSending = [
  ...sending.matchAll(
    /\b(?:code: |return )([^\n]*)|withAddresses\(('\w+')|(\[[^\]]*\])\.includes\(error\.code\)/g,
  ),
]
  .flatMap((found) => found.slice(1))
  .flatMap((text = '') => literals(text.replaceAll(/outcome: '\w+'|[=!]==? '\w*'|sendProblem\(.*\)/g, '')));
const ofDatabase = [
  ...sql.matchAll(/update public\.messages m\s+set [^;]*|private\.check_sent\([^;]*/g),
].flatMap(([statement]) =>
  [...statement.matchAll(/delivery_error = '(\w+)'|check_sent\([^,]*, '(\w+)'/g)].map(
    ([, set, checked]) => set ?? checked ?? '',
  ),
);
const codes = [...new Set([...ofConnections, ...ofSending, ...ofDatabase])].toSorted();

it('finds the reasons where they are given', () => {
  expect(ofConnections).toContain('password_refused');
  expect(ofSending).toEqual(
    expect.arrayContaining([
      'recipient_refused',
      'recipients_refused',
      'message_too_large',
      'not_configured',
      'attachment_missing',
    ]),
  );
  expect(ofDatabase).toEqual(
    expect.arrayContaining(['worker_lost', 'not_in_sent', 'mail_account_not_active']),
  );
});

describe('a reason', () => {
  it.each(codes)('%s has a sentence of its own', (code) => {
    expect(deliveryProblem(code)?.text).not.toBe(deliveryProblem('something_else')?.text);
  });

  it('names the addresses that it is about', () => {
    expect(deliveryProblem('recipient_refused: a@b.example, c@d.example')?.text).toContain(
      'a@b.example, c@d.example',
    );
  });

  it('is not there without an error', () => {
    expect(deliveryProblem(null)).toBeNull();
  });
});
