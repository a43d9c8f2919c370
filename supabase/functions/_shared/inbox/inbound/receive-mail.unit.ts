import { describe, expect, it } from 'vitest';
import type { GivenMessage } from '../mime/given-message.ts';
import { type BroughtAttachment, receiveMail, type ReceiveMailPorts } from './receive-mail.ts';

const mail = `From: a@b.example
Message-ID: <1@b.example>
Content-Type: multipart/mixed; boundary=x

--x

Hello
--x
Content-Type: text/plain; name=a.txt
Content-Disposition: attachment

first
--x
Content-Type: text/plain; name=b.txt
Content-Disposition: attachment

second
--x--
`.replace(/\n/g, '\r\n');

/** A database and a storage that survive a crash of the function. */
class FakePlatform implements ReceiveMailPorts {
  known = new Set<string>();
  messages = new Map<string, BroughtAttachment[]>();
  objects = new Map<string, string>();
  steps = 0;
  /** Breaks off before the step of this number. */
  crashAt = Infinity;
  private step() {
    this.steps += 1;
    if (this.steps === this.crashAt) throw new Error('killed');
  }
  async isKnown(key: string) {
    this.step();
    return this.known.has(key);
  }
  async bring(_recipient: string, message: GivenMessage) {
    this.step();
    const is_new = !this.messages.has(message.message_id);
    if (is_new) {
      const listed = message.attachments.map(({ part, content_type }) => ({
        ...{ id: part, part, content_type, object_name: `o${part}`, state: 'waiting' },
      }));
      this.messages.set(message.message_id, listed);
    }
    const attachments = structuredClone(this.messages.get(message.message_id) ?? []);
    return { message_id: 'm', conversation_id: 'c', is_new, attachments };
  }
  async upload(attachment: BroughtAttachment, content: Uint8Array) {
    this.step();
    this.objects.set(attachment.object_name, new TextDecoder().decode(content));
  }
  async settle(attachment: BroughtAttachment) {
    this.step();
    const listed = [...this.messages.values()].flat().find(({ id }) => id === attachment.id);
    if (listed) listed.state = 'stored';
  }
  async record(key: string) {
    this.step();
    this.known.add(key);
  }
  now() {
    return new Date('2026-11-22T10:00:00Z');
  }
}

const delivery = { recipient: ' Clinic@Dent.Example ', raw: new TextEncoder().encode(mail) };

describe('a delivery', () => {
  it('is stored with all that is attached, once', async () => {
    const platform = new FakePlatform();
    expect(await receiveMail('msg_1', delivery, platform)).toEqual({
      ...{ is_new: true, message_id: 'm', conversation_id: 'c' },
    });
    expect(Object.fromEntries(platform.objects)).toEqual({ o1: 'first\n', o2: 'second\n' });
    const { steps } = platform;
    expect(await receiveMail('msg_1', delivery, platform)).toEqual({ is_new: false });
    expect(platform.steps).toBe(steps + 1);
  });

  it('that breaks off anywhere is made whole by its repetition', async () => {
    const total = 7;
    for (let crashAt = 1; crashAt <= total; crashAt += 1) {
      const platform = new FakePlatform();
      platform.crashAt = crashAt;
      await expect(receiveMail('msg_1', delivery, platform)).rejects.toThrow('killed');
      await receiveMail('msg_1', delivery, platform);
      expect(platform.messages.size).toBe(1);
      expect([...platform.messages.values()].flat().map(({ state }) => state)).toEqual(['stored', 'stored']);
      expect([...platform.objects.values()]).toEqual(['first\n', 'second\n']);
      expect(platform.known.size).toBe(1);
    }
    const whole = new FakePlatform();
    await receiveMail('msg_1', delivery, whole);
    expect(whole.steps).toBe(total);
  });

  it('with the same id for another mailbox is another delivery', async () => {
    const platform = new FakePlatform();
    await receiveMail('msg_1', delivery, platform);
    await receiveMail('msg_1', { ...delivery, recipient: 'other@dent.example' }, platform);
    expect(platform.known.size).toBe(2);
  });
});
