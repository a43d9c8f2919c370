const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that changes something was sent by another site, in the name of somebody who is signed in here.
 *
 * Browsers say with each of them where it comes from; what says nothing, or "null", is refused as well. It has to be the
 * app's public address, or the host that was asked, whose name another site cannot choose.
 *
 * @param origin the public address of the app, where it is known
 */
export function isForeign(
  { method, headers }: Pick<Request, 'method' | 'headers'>,
  host: string,
  origin: string | undefined,
): boolean {
  if (READING.has(method)) return false;
  const from = headers.get('origin') ?? '';
  if (!URL.canParse(from)) return true;
  const sender = new URL(from);
  return sender.host !== host && (!origin || sender.origin !== new URL(origin).origin);
}
