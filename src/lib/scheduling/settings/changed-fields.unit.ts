import { expect, it } from 'vitest';
import { changedFields, withNewer } from './changed-fields.ts';

const from = { quiet_from: '20:00', quiet_to: '08:00', contact_phone: '' };

it('saves what has been changed and nothing else', () => {
  expect(changedFields({ ...from, contact_phone: '0721' }, from)).toEqual({ contact_phone: '0721' });
  expect(changedFields({ ...from }, from)).toEqual({});
});

it('what nobody has touched follows what somebody else saves', () => {
  const typed = { ...from, contact_phone: '0721' };
  const newer = { ...from, quiet_from: '21:00', contact_phone: '0722' };
  const form = withNewer(typed, from, newer);
  expect(form).toEqual({ quiet_from: '21:00', quiet_to: '08:00', contact_phone: '0721' });
  // And saving it takes nothing back.
  expect(changedFields(form, newer)).toEqual({ contact_phone: '0721' });
});

it('a form that has just been saved begins from what was saved', () => {
  const saved = { ...from, contact_phone: '0721' };
  expect(changedFields(withNewer(saved, from, saved), saved)).toEqual({});
});
