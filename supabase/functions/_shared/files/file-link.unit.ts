import { describe, expect, it } from 'vitest';
import { fileLink, fileLinkInput, type FileLinkPorts, type OpenedFile } from './file-link.ts';
import { saysItIsThere } from './signed-link.ts';

const input = fileLinkInput.parse({
  tenant_id: 'a3c1cf0e-54f0-4a57-9d4a-0b6a7f5b3a11',
  file_id: 'b3c1cf0e-54f0-4a57-9d4a-0b6a7f5b3a11',
  purpose: 'download',
});
const opened: OpenedFile = {
  object_name: 'tenants/a/clients/b/c',
  name: 'Röntgen & 50% #1 😀 أشعة.png',
  content_type: 'image/png',
  size: 5,
};

class FakePorts implements FileLinkPorts {
  steps: string[] = [];
  link: URL | null = new URL('http://kong:8000/storage/v1/object/sign/client-files/x?token=abc');
  there: boolean | Error = true;
  async open() {
    this.steps.push('open');
    return opened;
  }
  async sign(name: string) {
    this.steps.push(`sign ${name}`);
    return this.link;
  }
  async isThere() {
    if (this.there instanceof Error) throw this.there;
    return this.there;
  }
  async recordMissing() {
    this.steps.push('missing');
  }
}

describe('a link to a file', () => {
  it('is made after the database has agreed, without the name of the machine that made it', async () => {
    const ports = new FakePorts();
    const link = await fileLink({ ...input, purpose: 'preview' }, ports);
    expect(ports.steps).toEqual(['open', 'sign tenants/a/clients/b/c']);
    expect(link).toEqual({
      url: '/storage/v1/object/sign/client-files/x?token=abc',
      expires_in: 60,
      name: opened.name,
      content_type: 'image/png',
      size: 5,
    });
  });

  it('carries the name to save it under, whatever is in it', async () => {
    const { url } = await fileLink(input, new FakePorts());
    expect(new URL(url, 'http://x').searchParams.get('download')).toBe(opened.name);
    expect(new URL(url, 'http://x').searchParams.get('token')).toBe('abc');
  });

  it('is not made when the database refuses', async () => {
    const ports = new FakePorts();
    ports.open = () => Promise.reject(new Error('refused'));
    await expect(fileLink(input, ports)).rejects.toThrow('refused');
    expect(ports.steps).toEqual([]);
  });

  it.each(['no row', 'no bytes'])('is 410 when Storage has %s, and that is recorded', async (what) => {
    const ports = new FakePorts();
    if (what === 'no row') ports.link = null;
    else ports.there = false;
    await expect(fileLink(input, ports)).rejects.toMatchObject({ status: 410, code: 'file_missing' });
    expect(ports.steps.at(-1)).toBe('missing');
  });

  it('records nothing when Storage has a bad moment', async () => {
    const ports = new FakePorts();
    ports.there = new Error('502');
    await expect(fileLink(input, ports)).rejects.toThrow('502');
    expect(ports.steps).not.toContain('missing');
  });
});

describe('an answer of Storage', () => {
  it.each([
    [200, undefined, true],
    [206, undefined, true],
    [404, undefined, false],
    [400, '404', false],
  ])('%i %s: there is %s', (status, statusCode, expected) => {
    expect(saysItIsThere({ status, statusCode })).toBe(expected);
  });

  it.each([
    [400, '400'],
    [429, undefined],
    [500, '404'],
    [502, undefined],
  ])('%i %s tells nothing', (status, statusCode) => {
    expect(() => saysItIsThere({ status, statusCode })).toThrow('does not answer');
  });
});
