import { expect, it } from 'vitest';
import { beginFrom, clientFormSchema, fromClientForm, newIdentifier, toClientForm } from './form.ts';

const filled = { ...toClientForm(), last_name: 'Pop' };

it('sends what was typed as the server takes it', () => {
  const { values, identifiers } = fromClientForm({
    ...filled,
    date_of_birth: '1985-04-03',
    preferred_channel: 'sms',
    emails: [{ ...newIdentifier(true), raw: ' ana@example.test ' }, newIdentifier()],
    phones: [{ ...newIdentifier(true), id: 'p1', raw: '0721 000 111', label: ' mobile ' }],
  });
  expect(values).toMatchObject({
    last_name: 'Pop',
    date_of_birth: '1985-04-03',
    country: null,
    preferred_channel: 'sms',
  });
  expect(values).not.toHaveProperty('tags');
  expect(identifiers).toEqual([
    { kind: 'email', raw: 'ana@example.test', label: '', is_primary: true, is_shared: false },
    { id: 'p1', kind: 'phone', raw: '0721 000 111', label: 'mobile', is_primary: true, is_shared: false },
  ]);
});

it('asks for a name, and for numbers and dates that are some', () => {
  const result = clientFormSchema.safeParse({
    ...filled,
    date_of_birth: 'soon',
    emails: [{ ...newIdentifier(true), raw: 'not an address' }],
    phones: [{ ...newIdentifier(true), raw: '--- ---' }],
  });
  expect(result.error?.issues.map(({ path }) => path.join('.')).toSorted()).toEqual([
    'date_of_birth',
    'emails.0.raw',
    'phones.0.raw',
  ]);
  expect(clientFormSchema.safeParse({ ...filled, last_name: ' ' }).error?.issues[0]?.path).toEqual([
    'last_name',
  ]);
});

it('begins a form with what was searched for', () => {
  expect(beginFrom('Ana Maria Pop')).toEqual({ first_name: 'Ana', last_name: 'Maria Pop' });
  expect(beginFrom('Pop')).toEqual({ last_name: 'Pop' });
  expect(beginFrom('+40 721 000').phones?.[0]?.raw).toBe('+40 721 000');
  expect(beginFrom('ana@example.test').emails?.[0]?.raw).toBe('ana@example.test');
});
