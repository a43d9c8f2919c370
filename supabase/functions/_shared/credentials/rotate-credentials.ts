import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { FinalError, type JobHandler } from '../jobs/job.ts';
import { decryptSecret, encryptSecret, readKeyRing } from './key-ring.ts';

const credentials = z.array(
  z.object({
    ...{ tenant_id: z.string(), owner_table: z.string(), owner_id: z.string(), field: z.string() },
    ...{ kid: z.string(), iv: z.string(), ciphertext: z.string() },
  }),
);
const most = 100;

/**
 * Encrypts every secret anew that is not encrypted with the first key of CREDENTIAL_KEYS (`private.rotate_credentials()`).
 *
 * Each one is put in place of what was read, or left alone when the clinic has entered another meanwhile; so the job may run
 * again, and clinics go on working. It ends when no secret of another key is left, and dies, naming how many, when some
 * cannot be read: then an old key is missing.
 */
export const rotateCredentials: JobHandler = async (_job, context) => {
  const ring = readKeyRing(context.setting('CREDENTIAL_KEYS'));
  let rotated = 0;
  for (;;) {
    const found = credentials.parse(
      await context.rpc('credentials_of_other_keys', { kid: ring.currentKid, most }),
    );
    if (found.length === 0) break;
    let changed = 0;
    let unreadable = 0;
    for (const { tenant_id, owner_table, owner_id, field, ...stored } of found) {
      const names = { tenantId: tenant_id, ownerTable: owner_table, ownerId: owner_id, field };
      const secret = await decryptSecret(ring, names, stored).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        context.log.error('credential_unreadable', { tenant_id, owner_table, owner_id, kid: stored.kid });
        return null;
      });
      if (secret === null) {
        unreadable += 1;
        continue;
      }
      const place = { owner_table, owner_id, field, old_ciphertext: stored.ciphertext };
      await context.rpc('reencrypt_credential', {
        ...place,
        ...(await encryptSecret(ring, names, secret)),
      });
      changed += 1;
    }
    rotated += changed;
    context.log.info('credentials_rotated', { rotated, unreadable, kid: ring.currentKid });
    // What cannot be read would come first again, for ever.
    if (unreadable > 0 && (changed === 0 || found.length < most))
      throw new FinalError(
        `${unreadable} secrets cannot be read with CREDENTIAL_KEYS; ${rotated} were encrypted anew.`,
      );
  }
};
