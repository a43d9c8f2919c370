import { AppError } from '../errors/app-error.ts';
import { isLoopbackAddress, isPublicAddress } from './network-address.ts';

export interface AddressGuard {
  /** All addresses of a name, IPv4 and IPv6; none when there are none. */
  resolve: (name: string) => Promise<string[]>;
  /** Lets this machine through, for tests and local mail servers (`mayReachLoopback`). */
  allowLoopback: boolean;
}

/** Where to connect to, and which name the certificate has to be for. */
export interface PublicHost {
  address: string;
  servername: string;
}

/**
 * The address of a host that a user named, after making sure that it is on the public internet: not one of our own network,
 * of this machine, or of the cloud's that gives out keys.
 *
 * Connect to `address` and check the certificate against `servername`: whoever looks the name up once more may get another
 * answer, and that answer was not checked. One bad address refuses the whole name.
 *
 * @throws AppError 422 `host_not_allowed`, `host_not_found`
 */
export async function resolvePublicHost(host: string, guard: AddressGuard): Promise<PublicHost> {
  const servername = readHostName(host);
  if (servername === null) throw notAllowed();
  const isLiteral = /^[\d.]+$/.test(servername) || servername.includes(':');
  const addresses = isLiteral ? [servername] : await guard.resolve(servername);
  if (addresses.length === 0) throw new AppError(422, 'host_not_found', 'There is no server of this name.');
  const isAllowed = (address: string) =>
    isPublicAddress(address) || (guard.allowLoopback && isLoopbackAddress(address));
  if (!addresses.every(isAllowed)) throw notAllowed();
  // IPv4 first: a network without IPv6 is common, and TLS sockets here do not try the next address by themselves.
  const address = addresses.find((candidate) => !candidate.includes(':')) ?? addresses[0] ?? '';
  return { address, servername };
}

/**
 * Whether ALLOW_LOOPBACK_HOSTS lets functions reach servers on their own machine. Never on a hosted project, whatever it says.
 *
 * @param read settings by name: ALLOW_LOOPBACK_HOSTS, SUPABASE_URL
 */
export function mayReachLoopback(read: (name: string) => string | undefined): boolean {
  if (read('ALLOW_LOOPBACK_HOSTS')?.trim() !== 'true') return false;
  const projectUrl = read('SUPABASE_URL') ?? '';
  // Hosted projects have https addresses, those with a domain of their own too.
  return URL.canParse(projectUrl) && new URL(projectUrl).protocol === 'http:';
}

/**
 * A host as programs read it: lower case, Punycode, no dot at the end, IPv6 without brackets, and numbers in any notation
 * (`0x7f.1`, `2130706433`) as the address they stand for. Null when it is not a host and nothing else.
 */
function readHostName(host: string): string | null {
  const text = host.trim();
  if (text === '' || text.length > 253 || /[\s/\\@?#%]/.test(text)) return null;
  const bracketed = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) ? `[${text}]` : text;
  if (!URL.canParse(`https://${bracketed}/`)) return null;
  const url = new URL(`https://${bracketed}/`);
  if (url.port !== '' || url.host !== url.hostname || /:\d*$/.test(bracketed.replace(/\[.*\]/, '')))
    return null;
  const name = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return name === '' || name.endsWith('.') ? null : name;
}

function notAllowed(): AppError {
  return new AppError(422, 'host_not_allowed', 'This server is not on the public internet.');
}
