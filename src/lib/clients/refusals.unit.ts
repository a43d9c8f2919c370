import { AppError } from '#lib/supabase/errors.ts';
import { expect, it } from 'vitest';
import { isSameIdentifier, readTakenIdentifier } from './refusals.ts';

const taken = { client_id: 'c1', name: 'Ana Pop', kind: 'phone', value: '+40 721 000 111' } as const;
const refusal = (details: unknown) => new AppError('identifier_taken', 409, { cause: { details } });

it('tells whose an address or number is', () => {
  expect(readTakenIdentifier(refusal(JSON.stringify(taken)))).toEqual(taken);
});

it('tells nothing of other errors and of details that are none', () => {
  expect(
    readTakenIdentifier(new AppError('network', 0, { cause: { details: JSON.stringify(taken) } })),
  ).toBeNull();
  for (const details of [undefined, 'not json', '{}', 7])
    expect(readTakenIdentifier(refusal(details))).toBeNull();
});

it('finds the line that was refused, however it is written', () => {
  expect(isSameIdentifier('phone', '0721.000.111', taken)).toBe(true);
  expect(isSameIdentifier('phone', '0721 000 112', taken)).toBe(false);
  expect(isSameIdentifier('email', '0721 000 111', taken)).toBe(false);
  expect(isSameIdentifier('email', ' ANA@x.test', { ...taken, kind: 'email', value: 'ana@x.test' })).toBe(
    true,
  );
});
