import { expect, test } from 'vitest';
import { unknownPlaceholders } from './schemas.ts';

test('what nothing will be put in for is named once', () => {
  expect(unknownPlaceholders('Hello {{client.first_name}}, {{clinic.name}} {x}')).toEqual([]);
  expect(
    unknownPlaceholders('{{client.firstname}} {{ clinic.name }} {{client.firstname}} {{}} { client }'),
  ).toEqual(['client.firstname', ' clinic.name ', '']);
});
