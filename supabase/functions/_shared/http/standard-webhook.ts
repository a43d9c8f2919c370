import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';

/** How far the sender's clock may be from ours, either way. */
const toleranceSeconds = 5 * 60;
/** A sender signs with one key, or with two while one replaces the other. */
const mostSignatures = 10;

/** What a signed call says about itself before its body is read. */
export interface WebhookStamp {
  /** The same for every repetition of a call. */
  id: string;
  timestamp: string;
  signatures: Uint8Array[];
}

/**
 * Reads signing secrets: `whsec_` and 24 to 64 bytes in base64, several separated by commas or spaces while one replaces another.
 *
 * @throws AppError 503 `not_configured` when there is none, or one is not as it should be
 */
export function readWebhookSecrets(text: string | undefined): Uint8Array[] {
  const words = (text ?? '').split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) throw notConfigured('it is not set');
  return words.map((word) => {
    const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(word) ?? [];
    const key = Buffer.from(encoded ?? '', 'base64');
    // What is wrong is said without repeating any of it.
    if (key.length < 24 || key.length > 64)
      throw notConfigured('a secret is not whsec_ and 24 to 64 bytes in base64');
    return key;
  });
}

/**
 * The headers of a call signed as Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec v1.0.0), complete
 * and made a moment ago. They are checked first, so that nobody without them makes us read a long body.
 *
 * @throws AppError 401 `signature_invalid`
 */
export function readWebhookStamp(headers: Headers, now: number): WebhookStamp {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  const signatures = (headers.get('webhook-signature') ?? '')
    .split(' ')
    .slice(0, mostSignatures)
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'));
  const age = now / 1000 - Number(timestamp);
  const isComplete = /^[\x21-\x7e]{1,256}$/.test(id) && /^\d{1,12}$/.test(timestamp) && signatures.length > 0;
  if (!isComplete || Math.abs(age) > toleranceSeconds) throw signatureInvalid();
  return { id, timestamp, signatures };
}

/**
 * Lets a body through that one of the secrets has signed together with its stamp. Compared in constant time.
 *
 * @throws AppError 401 `signature_invalid`
 */
export function verifyWebhook(stamp: WebhookStamp, body: Uint8Array, secrets: readonly Uint8Array[]): void {
  let isSigned = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret)
      .update(`${stamp.id}.${stamp.timestamp}.`)
      .update(body)
      .digest();
    for (const signature of stamp.signatures)
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) isSigned = true;
  }
  if (!isSigned) throw signatureInvalid();
}

function signatureInvalid(): AppError {
  return new AppError(401, 'signature_invalid', 'The signature of this call is missing, old or wrong.');
}

function notConfigured(reason: string): AppError {
  return new AppError(503, 'not_configured', 'Mail cannot be delivered here yet.', {
    cause: new Error(`signing secret: ${reason}`),
  });
}
