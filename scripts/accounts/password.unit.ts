import { EventEmitter } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { askHidden, askNewPassword, checkPassword, generatePassword, readPasswordFrom } from './password.ts';

class FakeTerminal extends EventEmitter {
  raw = false;
  setRawMode(raw: boolean): void {
    this.raw = raw;
  }
  resume(): void {}
  pause(): void {}
}

function type(...keys: string[]): { answer: Promise<string>; shown: () => string; terminal: FakeTerminal } {
  const terminal = new FakeTerminal();
  const output = new PassThrough();
  const answer = askHidden(terminal as unknown as ReadStream, output)('Password: ');
  for (const key of keys) terminal.emit('data', Buffer.from(key));
  return { answer, shown: () => String(output.read()), terminal };
}

function answering(...answers: string[]): (prompt: string) => Promise<string> {
  return async () => answers.shift() ?? '';
}

describe('a password', () => {
  it('is generated long and unlike any other', () => {
    const passwords = Array.from({ length: 100 }, generatePassword);
    expect(new Set(passwords).size).toBe(100);
    for (const password of passwords)
      expect(password).toMatch(/^([a-km-zA-HJ-NP-Z2-9]{5}-){3}[a-km-zA-HJ-NP-Z2-9]{5}$/);
  });

  it('has to be long enough, but not longer than what is hashed', () => {
    expect(checkPassword('pași mulți')).toBe('pași mulți');
    expect(() => checkPassword('ninechars')).toThrow('at least 10');
    expect(() => checkPassword('ș'.repeat(37))).toThrow('at most 72 bytes');
  });

  it('is the first line of standard input', async () => {
    expect(await readPasswordFrom(Readable.from(['a good pass', 'word\r\nmore\n']))).toBe('a good password');
    await expect(readPasswordFrom(Readable.from(['\n']))).rejects.toMatchObject({ reason: 'password' });
  });

  it('is asked for twice, and nothing typed means a generated one', async () => {
    expect(await askNewPassword(answering('a good password', 'a good password'))).toBe('a good password');
    expect(await askNewPassword(answering(''))).toBeNull();
    await expect(askNewPassword(answering('a good password', 'another one'))).rejects.toMatchObject({
      reason: 'password',
    });
    await expect(askNewPassword(answering('short'))).rejects.toMatchObject({ reason: 'password' });
  });

  it('is typed without being shown', async () => {
    const { answer, shown, terminal } = type('se', 'cX\u007f', 'ret\r');
    expect(await answer).toBe('secret');
    expect(shown()).toBe('Password: \n');
    expect(terminal.raw).toBe(false);
    expect(terminal.listenerCount('data')).toBe(0);
  });

  it('can be started over and given up', async () => {
    expect(await type('wrong\u0015right\n').answer).toBe('right');
    await expect(type('ab\u0003').answer).rejects.toMatchObject({ reason: 'interrupted' });
  });
});
