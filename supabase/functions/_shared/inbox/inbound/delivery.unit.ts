import { describe, expect, it } from 'vitest';
import { readDelivery } from './delivery.ts';

const read = (body: string) => readDelivery(new TextEncoder().encode(body));
const base64 = (text: string) => Buffer.from(text).toString('base64');
const mail = 'From: a@b.example\r\n\r\nÄ?>';
const recipient = 'a@b.example';

describe('the body of a delivery', () => {
  it.each([
    ['as it is', JSON.stringify({ recipient, raw: base64(mail) })],
    ['in another order, with spaces', JSON.stringify({ raw: base64(mail), recipient }, null, 4)],
    ['with escapes', JSON.stringify({ recipient, raw: base64(mail) }).replaceAll('/', '\\/')],
    [
      'with more in it',
      JSON.stringify({ of: { raw: 'x' }, say: '"raw":"', recipient, raw: base64(mail), x: 'ä' }),
    ],
    ['with the same word elsewhere', JSON.stringify({ recipient, kind: 'raw', raw: base64(mail) })],
  ])('is a recipient and a mail in base64: %s', (_how, body) => {
    const given = read(body);
    expect([given.recipient, new TextDecoder().decode(given.raw)]).toEqual([recipient, mail]);
  });

  it('may be long', () => {
    for (const length of [12_286, 12_287, 12_288, 12_289, 24_576, 1_000_000]) {
      const long = `${mail}${'x'.repeat(length - 25)}`;
      expect(
        new TextDecoder().decode(read(JSON.stringify({ recipient, raw: base64(long) })).raw) === long,
      ).toBe(true);
    }
  });

  it.each([
    '',
    '[]',
    '{"recipient":"a@b.example"}',
    '{"recipient":"","raw":"YQ=="}',
    '{"recipient":"a@b.example","raw":""}',
    '{"recipient":"a@b.example","raw":7}',
    '{"recipient":"a@b.example","raw":"not base64!"}',
    '{"recipient":"a@b.example","raw":"YQ="}',
    '{"recipient":"a@b.example","raw":"YQ==YQ=="}',
    '{"recipient":"a@b.example","raw":"YWFh',
  ])('is refused when it is anything else: %s', (body) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ status: 422, code: 'delivery_invalid' }) as Error,
    );
  });
});
