/** The Vault secrets through which database jobs reach the stack's own Edge Functions. */
import type postgres from 'postgres';

/** Creates secrets by name, or updates those whose value has changed: the port may be another one each time. */
export async function keepVaultSecrets(admin: postgres.Sql, secrets: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(secrets)) {
    const [kept] = await admin`select id, decrypted_secret from vault.decrypted_secrets where name = ${name}`;
    if (!kept) await admin`select vault.create_secret(${value}, ${name})`;
    else if (kept.decrypted_secret !== value)
      await admin`select vault.update_secret(${kept.id as string}, ${value})`;
  }
}
