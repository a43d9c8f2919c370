import { newIdentifier } from '#lib/clients/form.ts';
import { expect, it } from 'vitest';
import { toCandidate } from './candidate.ts';

const line = (raw: string, is_shared = false) => ({ ...newIdentifier(), raw, is_shared });
const empty = { first_name: '', last_name: '', emails: [line('')], phones: [line('')], date_of_birth: '' };

it('compares nothing while there is too little to compare', () => {
  expect(toCandidate(empty)).toBeNull();
  expect(toCandidate({ ...empty, first_name: 'Ana', date_of_birth: '1980-05-01' })).toBeNull();
  expect(toCandidate({ ...empty, emails: [line('ana@')], phones: [line('0721')] })).toBeNull();
});

it('compares a whole name, an address or a number, trimmed', () => {
  expect(toCandidate({ ...empty, first_name: ' Ana ', last_name: 'Pop ' })).toMatchObject({
    first_name: 'Ana',
    last_name: 'Pop',
    date_of_birth: null,
  });
  expect(toCandidate({ ...empty, emails: [line(' ana@mail.test '), line('')] })?.emails).toEqual([
    'ana@mail.test',
  ]);
  expect(toCandidate({ ...empty, phones: [line('0721 0')] })?.phones).toEqual(['0721 0']);
});

it('leaves out what is known to be shared', () => {
  expect(toCandidate({ ...empty, phones: [line('0721 000 111', true)] })).toBeNull();
});
