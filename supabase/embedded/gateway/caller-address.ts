/** The address a request came from, as the services behind the platform's gateways find it. */
import { isIP } from 'node:net';

/** The first address in `x-forwarded-for`, to which every gateway appends its peer. Loopback without any. */
export function callerAddress(headers: Headers): string {
  const addresses = (headers.get('x-forwarded-for') ?? '').split(',').map((part) => part.trim());
  return addresses.find((address) => isIP(address) !== 0) ?? '127.0.0.1';
}
