/** The keys and passwords of one stack: generated once, kept beside its data, readable by the owner alone. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { generateApiKey } from '@supabase/lite';

export interface StackKeys {
  publishableKey: string;
  secretKey: string;
  /** HS256 secret of the Auth service's tokens. */
  jwtSecret: string;
  /** What scheduled database jobs show to the Edge Functions they call. */
  cronSecret: string;
  /** What the Edge Functions encrypt the clinics' secrets with (CREDENTIAL_KEYS). Without it they cannot be read again. */
  credentialKeys: string;
  /** Database passwords. `services` is shared by authenticator and the Auth and Storage services' roles. */
  passwords: { admin: string; postgres: string; services: string };
}

/** Reads the keys; creates them when the stack is new, and those that an older stack does not have. */
export async function loadKeys(path: string): Promise<StackKeys> {
  const secret = () => randomBytes(24).toString('hex');
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as StackKeys) : null;
  if (kept?.cronSecret && kept.credentialKeys) return kept;
  const keys: StackKeys = {
    publishableKey: (await generateApiKey('publishable')).key,
    secretKey: (await generateApiKey('secret')).key,
    jwtSecret: secret(),
    cronSecret: secret(),
    credentialKeys: `local:${randomBytes(32).toString('base64')}`,
    passwords: { admin: secret(), postgres: secret(), services: secret() },
    ...kept,
  };
  writeFileSync(`${path}.new`, JSON.stringify(keys, null, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return keys;
}
