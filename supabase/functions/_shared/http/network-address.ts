/**
 * Networks that nobody outside reaches, or that are not one computer: IANA's special-purpose registries, and what cloud
 * providers keep their machines' secrets behind.
 */
const forbiddenNetworks = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // Azure's platform address
  '169.254.0.0/16', // link-local, metadata of cloud machines
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
].map(readNetwork);

/** Of IPv6 only global unicast is allowed, and of that not what stands for something else. */
const globalUnicast = readNetwork('2000::/3');
const forbiddenGlobal = [
  '2001::/23', // protocol assignments, Teredo, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: any IPv4 address may be inside
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
].map(readNetwork);

const loopbackNetworks = ['127.0.0.0/8', '::1/128'].map(readNetwork);

interface Network {
  bits: 32 | 128;
  first: bigint;
  prefix: number;
}

/** Whether an address is one computer on the public internet. What cannot be read is not. */
export function isPublicAddress(address: string): boolean {
  const number = readAddress(address);
  if (number === null) return false;
  if (number.bits === 32) return !forbiddenNetworks.some((network) => isWithin(number, network));
  return isWithin(number, globalUnicast) && !forbiddenGlobal.some((network) => isWithin(number, network));
}

export function isLoopbackAddress(address: string): boolean {
  const number = readAddress(address);
  return number !== null && loopbackNetworks.some((network) => isWithin(number, network));
}

/** An IPv4 or IPv6 address as a number; IPv4-mapped IPv6 counts as the IPv4 address that it is. Null when it is none. */
function readAddress(text: string): { bits: 32 | 128; value: bigint } | null {
  const four = readFour(text);
  if (four !== null) return { bits: 32, value: four };
  const six = readSix(text);
  if (six === null) return null;
  return six >> 32n === 0xffffn ? { bits: 32, value: six & 0xffffffffn } : { bits: 128, value: six };
}

/** Four decimal parts without leading zeros, which some programs read as octal. */
function readFour(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return null;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function readSix(text: string): bigint | null {
  const [, before = '', last = ''] = /^(.*:)([^:]*\.[^:]*)$/.exec(text) ?? [];
  const four = last ? readFour(last) : null;
  if (last && four === null) return null;
  const plain =
    four === null ? text : `${before}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  const halves = plain.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}

function readNetwork(text: string): Network {
  const [address = '', prefix = ''] = text.split('/');
  const bits = address.includes(':') ? 128 : 32;
  const first = bits === 128 ? readSix(address) : readFour(address);
  if (first === null) throw new Error(`Not a network: ${text}`);
  return { bits, first, prefix: Number(prefix) };
}

function isWithin(address: { bits: number; value: bigint }, network: Network): boolean {
  const shift = BigInt(network.bits - network.prefix);
  return address.bits === network.bits && address.value >> shift === network.first >> shift;
}
