import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bodyBytes } from './body-bytes.ts';
import { readWebhookSecrets, readWebhookStamp, verifyWebhook } from './standard-webhook.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const secretText = () => `whsec_${randomBytes(32).toString('base64')}`;
const body = new TextEncoder().encode('{"recipient":"a@b.example"}');

function signed(secret: string, { id = 'msg_1', at = now, content = body } = {}): Headers {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.slice(6), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(content).digest('base64');
  return new Headers({
    ...{ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
  });
}

const verify = (headers: Headers, secrets: string, content = body) =>
  verifyWebhook(readWebhookStamp(headers, now), content, readWebhookSecrets(secrets));
const refused = expect.objectContaining({ status: 401, code: 'signature_invalid' }) as Error;

describe('a signed call', () => {
  it('is the one of the specification', () => {
    // The example of standard-webhooks: spec/standard-webhooks.md, "Signature scheme".
    const headers = new Headers({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
    const stamp = readWebhookStamp(headers, 1_614_265_330_000);
    const secrets = readWebhookSecrets('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const verifyText = (text: string) => () => verifyWebhook(stamp, new TextEncoder().encode(text), secrets);
    expect(verifyText('{"test": 2432232314}')).not.toThrow();
    expect(verifyText('{"test": 2432232315}')).toThrow(refused);
  });

  it('gets through with any of the secrets and any of the signatures', () => {
    const [old, current] = [secretText(), secretText()];
    expect(() => verify(signed(old), `${current}, ${old}`)).not.toThrow();
    const headers = signed(current);
    headers.set('webhook-signature', `v1,AAAA v1a,xyz ${headers.get('webhook-signature')}`);
    expect(() => verify(headers, current)).not.toThrow();
  });

  it('is refused when anything of it has changed', () => {
    const secret = secretText();
    const changed = (name: string, value: string) => {
      const headers = signed(secret);
      headers.set(name, value);
      return headers;
    };
    const others = [
      changed('webhook-id', 'msg_2'),
      changed('webhook-timestamp', String(now / 1000 + 1)),
      changed('webhook-signature', 'v1,'),
      changed('webhook-signature', signed(secret).get('webhook-signature')?.replace('v1,', 'v2,') ?? ''),
      changed('webhook-signature', `v1,${randomBytes(32).toString('base64')}`),
      signed(secretText()),
    ];
    for (const headers of others) expect(() => verify(headers, secret)).toThrow(refused);
    expect(() => verify(signed(secret), secret, new TextEncoder().encode('{}'))).toThrow(refused);
  });

  it('is refused when it is more than five minutes old, or from the future, or incomplete', () => {
    const secret = secretText();
    expect(() => verify(signed(secret, { at: now - 299_000 }), secret)).not.toThrow();
    for (const at of [now - 302_000, now + 302_000])
      expect(() => verify(signed(secret, { at }), secret)).toThrow(refused);
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const headers = signed(secret);
      headers.delete(name);
      expect(() => verify(headers, secret)).toThrow(refused);
    }
  });
});

describe('signing secrets', () => {
  it.each([undefined, '', 'whsec_', 'whsec_c2hvcnQ=', 'hunter2', `${secretText()},plain`])(
    'that are missing or malformed let nobody through: %s',
    (text) => {
      expect(() => readWebhookSecrets(text)).toThrow(
        expect.objectContaining({ status: 503, code: 'not_configured' }) as Error,
      );
    },
  );
});

describe('a body', () => {
  const request = (chunks: string[], headers = {}) =>
    new Request('http://x', {
      ...{ method: 'POST', headers, duplex: 'half' },
      body: ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk))),
    } as RequestInit);

  it('is read whole, in whatever pieces it comes', async () => {
    const long = 'x'.repeat(70_000);
    for (const chunks of [['ab', 'c'], [long, long, 'end'], []]) {
      const bytes = await bodyBytes(request(chunks), 1_000_000);
      expect(new TextDecoder().decode(bytes)).toBe(chunks.join(''));
    }
  });

  it('is refused when it is too large, announced or not', async () => {
    const tooLarge = { status: 413, code: 'body_too_large' };
    await expect(bodyBytes(request(['abc', 'def']), 5)).rejects.toMatchObject(tooLarge);
    await expect(bodyBytes(request([], { 'content-length': '6' }), 5)).rejects.toMatchObject(tooLarge);
    expect((await bodyBytes(request(['abc', 'de']), 5)).length).toBe(5);
    let sent = 0;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(((sent += 1_000), 1_000))),
    });
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
    await expect(bodyBytes(new Request('http://x', init), 5_000)).rejects.toMatchObject(tooLarge);
    expect(sent).toBeLessThan(15_000);
  });
});
