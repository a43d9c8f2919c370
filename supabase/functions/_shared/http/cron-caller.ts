import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';

/**
 * Lets only scheduled calls through: those that carry the secret which the database keeps in its Vault.
 *
 * Digests are compared, in constant time: neither the secret nor its length can be found out by trying.
 *
 * @param secret CRON_SECRET of the functions; without it every call is refused, never let in
 * @throws AppError 503 `not_configured`, 401 `cron_secret_required`
 */
export function requireCronCaller(request: Request, secret: string | undefined): void {
  if (!secret) {
    throw new AppError(503, 'not_configured', 'Scheduled calls are not set up here.', {
      cause: new Error('CRON_SECRET is not set'),
    });
  }
  const given = request.headers.get('x-cron-secret') ?? '';
  if (!timingSafeEqual(digest(given), digest(secret)))
    throw new AppError(401, 'cron_secret_required', 'This function is called on a schedule only.');
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest();
