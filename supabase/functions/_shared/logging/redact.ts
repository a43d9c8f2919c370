const hidden = '[redacted]';

/** Parts of a key name that mark a secret, compared without case, `_` and `-`. */
const secretParts = [
  'token',
  'secret',
  'password',
  'passphrase',
  'authorization',
  'apikey',
  'cookie',
  'credential',
  'signature',
  'privatekey',
  'jwt',
  'hash',
  'link',
];

/** Whole key names that hold personal data or the content of a message. */
const privateNames = new Set(['email', 'to', 'cc', 'bcc', 'phone', 'subject', 'html', 'text', 'body', 'url']);

/** Secrets that are recognisable wherever they stand in a text. */
const secretShapes = [
  /\bBearer\s+[\w.~+/=-]+/gi,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /\bsb_(?:secret|publishable)_[\w-]+/g,
  /\bre_[A-Za-z0-9]{6,}_?[A-Za-z0-9]*/g,
  /(?<=\/(?:invite|offer|visit)\/)[\w-]+/g,
  /(?<=\/calendar-feed\/)[\w-]+/g,
];

/** Whether a field of this name must not be logged. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  return privateNames.has(plain) || secretParts.some((part) => plain.includes(part));
}

/** Replaces the given secrets, and everything that looks like one, in a text. */
export function redactText(text: string, secrets: readonly string[] = []): string {
  const withoutKnown = secrets
    .filter((secret) => secret.length >= 8)
    .reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
  return secretShapes.reduce((rest, shape) => rest.replaceAll(shape, hidden), withoutKnown);
}

/** A copy of the value that is safe to log: secret fields hidden by name, secrets inside texts by their shape. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 6) return '[too deep]';
  if (value instanceof Error) {
    const cause = value.cause === undefined ? {} : { cause: redact(value.cause, depth + 1) };
    return { name: value.name, message: redactText(value.message), ...cause };
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      isSecretName(name) ? hidden : redact(field, depth + 1),
    ]),
  );
}
