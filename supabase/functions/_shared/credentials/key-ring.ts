import { AppError } from '../errors/app-error.ts';

/** The keys of CREDENTIAL_KEYS: the first encrypts, all of them decrypt. */
export interface KeyRing {
  /** Name of the key that encrypts. */
  currentKid: string;
  keys: ReadonlyMap<string, ReturnType<typeof fromBase64>>;
}

/** Where a secret belongs. It is encrypted for this place and cannot be read anywhere else. */
export interface SecretNames {
  tenantId: string;
  ownerTable: string;
  ownerId: string;
  field: string;
}

/** A secret as private.credentials keeps it; iv and ciphertext in base64. */
export interface EncryptedSecret {
  kid: string;
  iv: string;
  ciphertext: string;
}

const encoder = new TextEncoder();
const algorithm = 'AES-GCM';
const ivBytes = 12;

/**
 * Reads CREDENTIAL_KEYS: `kid:key,kid:key…`, each key 32 random bytes in base64 (`openssl rand -base64 32`).
 *
 * @throws AppError 503 `not_configured` when it is missing or any part of it is not as it should be: a ring with a broken
 *   key would look whole until the day that key is needed
 */
export function readKeyRing(text: string | undefined): KeyRing {
  const keys = new Map<string, ReturnType<typeof fromBase64>>();
  for (const entry of (text ?? '').split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const [, kid, encoded] = /^([A-Za-z0-9_-]{1,40}):([A-Za-z0-9+/]{43}=)$/.exec(entry) ?? [];
    // What is wrong is said without repeating any of it.
    if (!kid || !encoded) throw notConfigured('an entry is not kid:base64 of 32 bytes');
    if (keys.has(kid)) throw notConfigured('two keys have the same name');
    keys.set(kid, fromBase64(encoded));
  }
  const [currentKid] = keys.keys();
  if (currentKid === undefined) throw notConfigured('it is not set');
  return { currentKid, keys };
}

/** Encrypts with the first key of the ring: AES-256-GCM, a random IV, the names authenticated with it. */
export async function encryptSecret(
  ring: KeyRing,
  names: SecretNames,
  secret: string,
): Promise<EncryptedSecret> {
  const kid = ring.currentKid;
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  const encrypted = await crypto.subtle.encrypt(
    { name: algorithm, iv, additionalData: additionalData(names, kid) },
    await importKey(ring, kid, 'encrypt'),
    encoder.encode(secret),
  );
  return { kid, iv: toBase64(iv), ciphertext: toBase64(new Uint8Array(encrypted)) };
}

/**
 * Decrypts a secret of exactly this place.
 *
 * @throws AppError 503 `not_configured` when its key is not in the ring; 500 `credential_unreadable` when it was changed, or
 *   belongs to another row, field or clinic
 */
export async function decryptSecret(
  ring: KeyRing,
  names: SecretNames,
  { kid, iv, ciphertext }: EncryptedSecret,
): Promise<string> {
  const key = await importKey(ring, kid, 'decrypt');
  try {
    const secret = await crypto.subtle.decrypt(
      { name: algorithm, iv: fromBase64(iv), additionalData: additionalData(names, kid) },
      key,
      fromBase64(ciphertext),
    );
    return new TextDecoder('utf-8', { fatal: true }).decode(secret);
  } catch {
    throw new AppError(
      500,
      'credential_unreadable',
      'The stored secret cannot be read. Please enter it again.',
      {
        cause: new Error(`${names.ownerTable}.${names.field} ${names.ownerId} cannot be decrypted`),
      },
    );
  }
}

function importKey(ring: KeyRing, kid: string, usage: 'encrypt' | 'decrypt') {
  const key = ring.keys.get(kid);
  if (!key) throw notConfigured('a key that is in use is not in it');
  return crypto.subtle.importKey('raw', key, algorithm, false, [usage]);
}

function additionalData({ tenantId, ownerTable, ownerId, field }: SecretNames, kid: string) {
  return encoder.encode([tenantId.toLowerCase(), ownerTable, ownerId.toLowerCase(), field, kid].join('|'));
}

function notConfigured(reason: string): AppError {
  return new AppError(503, 'not_configured', 'Secrets cannot be stored on this installation yet.', {
    cause: new Error(`CREDENTIAL_KEYS: ${reason}`),
  });
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
// Its type is left to be inferred: Deno's TypeScript and ours write it differently.
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
