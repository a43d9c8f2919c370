import { AppError } from '../errors/app-error.ts';

/**
 * All addresses of a host name, IPv4 and IPv6, as the address guard wants them; none when the name does not exist.
 *
 * @throws AppError 503 `host_lookup_failed` when it could not be found out
 */
export async function resolveNames(name: string): Promise<string[]> {
  const answers = await Promise.allSettled([Deno.resolveDns(name, 'A'), Deno.resolveDns(name, 'AAAA')]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  // A network may be without one of the two; that neither answered says nothing about the name.
  const isUnknown = answers.every(
    (answer) => answer.status === 'rejected' && !(answer.reason instanceof Deno.errors.NotFound),
  );
  if (isUnknown)
    throw new AppError(503, 'host_lookup_failed', 'The name of the server could not be looked up.');
  return found;
}
