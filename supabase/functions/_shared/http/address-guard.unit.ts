import { describe, expect, it } from 'vitest';
import { mayReachLoopback, resolvePublicHost } from './address-guard.ts';
import { isPublicAddress } from './network-address.ts';

const asked: string[] = [];
function resolve(host: string, answers: string[] = [], allowLoopback = false) {
  return resolvePublicHost(host, {
    resolve: async (name) => {
      asked.push(name);
      return answers;
    },
    allowLoopback,
  });
}
const refused = { status: 422, code: 'host_not_allowed' };

describe('the address guard', () => {
  it('gives the checked address and the name for the certificate', async () => {
    expect(await resolve('IMAP.Mail.Yahoo.com', ['2a00:1288:110:c305::1', '87.248.103.8'])).toEqual({
      address: '87.248.103.8',
      servername: 'imap.mail.yahoo.com',
    });
    expect(await resolve('mail.example', ['2a00:1288:110:c305::1'])).toMatchObject({
      address: '2a00:1288:110:c305::1',
    });
  });

  it('reads a dot at the end and other alphabets as DNS does', async () => {
    asked.length = 0;
    expect(await resolve('mail.example.', ['8.8.8.8'])).toMatchObject({ servername: 'mail.example' });
    expect(await resolve('Zähne.example', ['8.8.8.8'])).toMatchObject({
      servername: 'xn--zhne-loa.example',
    });
    expect(asked).toEqual(['mail.example', 'xn--zhne-loa.example']);
  });

  it('does not look literal addresses up', async () => {
    asked.length = 0;
    expect(await resolve('8.8.4.4')).toEqual({ address: '8.8.4.4', servername: '8.8.4.4' });
    expect(await resolve('[2606:4700:4700::1111]')).toMatchObject({ address: '2606:4700:4700::1111' });
    expect(asked).toEqual([]);
  });

  it('says that a name does not exist', async () => {
    await expect(resolve('nowhere.example')).rejects.toMatchObject({ status: 422, code: 'host_not_found' });
  });

  it.each([
    ['0.0.0.0', '0.255.255.255'],
    ['10.0.0.0', '10.255.255.255'],
    ['100.64.0.0', '100.127.255.255'],
    ['127.0.0.1', '127.255.255.254'],
    ['168.63.129.16', '168.63.129.16'],
    ['169.254.169.254', '169.254.0.0'],
    ['172.16.0.0', '172.31.255.255'],
    ['192.0.0.0', '192.0.0.255'],
    ['192.0.2.1', '192.0.2.255'],
    ['192.88.99.1', '192.88.99.255'],
    ['192.168.0.0', '192.168.255.255'],
    ['198.18.0.0', '198.19.255.255'],
    ['198.51.100.1', '203.0.113.255'],
    ['224.0.0.1', '239.255.255.255'],
    ['240.0.0.1', '255.255.255.255'],
    ['::', '::1'],
    ['::ffff:127.0.0.1', '::ffff:7f00:1'],
    ['::ffff:10.1.2.3', '::ffff:a9fe:a9fe'],
    ['::7f00:1', '::127.0.0.1'],
    ['64:ff9b::7f00:1', '64:ff9b::127.0.0.1'],
    ['64:ff9b:1::1', '100::1'],
    ['fe80::1', 'febf::1'],
    ['fc00::1', 'fdff::1'],
    ['fec0::1', 'ff02::1'],
    ['2001::1', '2001:db8::1'],
    ['2002:7f00:1::', '3fff::1'],
    ['4000::1', 'fe80::1%eth0'],
  ])('refuses names that lead to %s or %s', async (...forbidden) => {
    for (const address of forbidden)
      await expect(resolve('mail.example', [address])).rejects.toMatchObject(refused);
  });

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '172.15.255.255',
  ])('lets the neighbours of forbidden networks through: %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
  it.each([
    '128.0.0.1',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.20.0.0',
    '223.255.255.255',
    '2a00::1',
  ])('lets the neighbours of forbidden networks through: %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );

  it('refuses a name of which one address is forbidden', async () => {
    await expect(resolve('mail.example', ['8.8.8.8', '127.0.0.1'])).rejects.toMatchObject(refused);
    await expect(resolve('mail.example', ['8.8.8.8', '::1'])).rejects.toMatchObject(refused);
    await expect(resolve('mail.example', ['8.8.8.8', 'nonsense'])).rejects.toMatchObject(refused);
  });

  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '2130706433',
    '127.0.0.1.',
    '１２７.0.0.1',
    '127。0。0。1',
    '[::1]',
    '::1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::7f00:1]',
    '169.254.169.254',
    '0xa9fea9fe',
  ])('refuses forbidden addresses in every notation: %s', async (host) => {
    await expect(resolve(host, ['8.8.8.8'])).rejects.toMatchObject(refused);
  });

  it.each([
    '',
    ' ',
    '.',
    'mail.example..',
    'mail.example:993',
    'mail.example:443',
    'mail.example:',
    'user@mail.example',
    'https://mail.example',
    'mail.example/path',
    'mail.example?x',
    'mail.example#x',
    'mail\\example',
    'mail .example',
    'fe80::1%eth0',
    '[::1',
    `${'a'.repeat(250)}.example`,
  ])('refuses what is not a host: %s', async (host) => {
    await expect(resolve(host, ['8.8.8.8'])).rejects.toMatchObject(refused);
  });

  it('lets this machine through where that is allowed, and nothing else of the kind', async () => {
    expect(await resolve('localhost', ['::1', '127.0.0.1'], true)).toEqual({
      address: '127.0.0.1',
      servername: 'localhost',
    });
    expect(await resolve('127.0.0.1', [], true)).toMatchObject({ address: '127.0.0.1' });
    for (const host of ['10.0.0.1', '169.254.169.254', '[::ffff:10.0.0.1]', '0.0.0.0'])
      await expect(resolve(host, [], true)).rejects.toMatchObject(refused);
  });
});

describe('ALLOW_LOOPBACK_HOSTS', () => {
  const allowed = (flag: string | undefined, url: string | undefined) =>
    mayReachLoopback((name) => ({ ALLOW_LOOPBACK_HOSTS: flag, SUPABASE_URL: url })[name]);

  it('counts on a local stack', () => {
    expect(allowed('true', 'http://127.0.0.1:54321')).toBe(true);
    expect(allowed('false', 'http://127.0.0.1:54321')).toBe(false);
    expect(allowed(undefined, 'http://127.0.0.1:54321')).toBe(false);
  });

  it('never counts on a hosted project, or where that is not known', () => {
    expect(allowed('true', 'https://abcdefgh.supabase.co')).toBe(false);
    expect(allowed('true', 'https://abcdefgh.supabase.co:443/')).toBe(false);
    expect(allowed('true', 'https://api.clinic.example')).toBe(false);
    expect(allowed('true', undefined)).toBe(false);
  });
});
