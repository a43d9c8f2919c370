import { describe, expect, it } from 'vitest';
import {
  attachmentLink,
  attachmentLinkInput,
  type AttachmentLinkPorts,
  type OpenedAttachment,
} from './attachment-link.ts';
import {
  type BegunSaving,
  saveAttachment,
  saveAttachmentInput,
  type SaveAttachmentPorts,
} from './save-attachment.ts';

const attachment_id = 'a3c1cf0e-54f0-4a57-9d4a-0b6a7f5b3a11';
const client_id = 'b3c1cf0e-54f0-4a57-9d4a-0b6a7f5b3a11';
const opened: Extract<OpenedAttachment, { state: 'stored' }> = {
  state: 'stored',
  object_name: 'tenants/a/messages/b/c',
  name: 'Röntgen & 50% #1.pdf',
  content_type: 'application/pdf',
  size: 5,
  disposition: 'inline',
};

class FakeLinks implements AttachmentLinkPorts {
  steps: string[] = [];
  opened: OpenedAttachment = opened;
  there = true;
  async open() {
    return this.opened;
  }
  async sign(name: string) {
    this.steps.push(`sign ${name}`);
    return new URL('http://kong:8000/storage/v1/object/sign/mail-attachments/x?token=abc');
  }
  async isThere() {
    return this.there;
  }
  async recordMissing() {
    this.steps.push('missing');
  }
}

describe('a link to an attachment', () => {
  const input = attachmentLinkInput.parse({ attachment_id, disposition: 'inline' });

  it('shows in place only what the database lets be shown', async () => {
    const ports = new FakeLinks();
    const { object_name: _objectName, state: _state, ...shown } = opened;
    expect(await attachmentLink(input, ports)).toEqual({
      ...shown,
      url: '/storage/v1/object/sign/mail-attachments/x?token=abc',
      expires_in: 60,
    });
    ports.opened = { ...opened, disposition: 'attachment' };
    const { url, disposition } = await attachmentLink(input, ports);
    expect(new URL(url, 'http://x').searchParams.get('download')).toBe(opened.name);
    expect(disposition).toBe('attachment');
  });

  it('is not made for what is still to be fetched', async () => {
    const ports = new FakeLinks();
    ports.opened = { state: 'waiting' };
    await expect(attachmentLink(input, ports)).rejects.toMatchObject({
      status: 409,
      code: 'attachment_not_ready',
    });
    expect(ports.steps).toEqual([]);
  });

  it('is not made for what is gone, which is recorded', async () => {
    const ports = new FakeLinks();
    ports.there = false;
    await expect(attachmentLink(input, ports)).rejects.toMatchObject({
      status: 410,
      code: 'attachment_missing',
    });
    expect(ports.steps).toEqual([`sign ${opened.object_name}`, 'missing']);
  });
});

class FakeSaving implements SaveAttachmentPorts {
  steps: string[] = [];
  begun: BegunSaving = {
    ...{ state: 'stored', tenant_id: 't', file_id: 'f', is_saved: false },
    ...{ source: 'from', target: 'to' },
  };
  copied: 'copied' | 'missing' = 'copied';
  async begin() {
    return this.begun;
  }
  async copy(source: string, target: string) {
    this.steps.push(`copy ${source} ${target}`);
    return this.copied;
  }
  async cancel() {
    this.steps.push('cancel');
  }
  async recordMissing() {
    this.steps.push('missing');
  }
  async finish(fileId: string) {
    this.steps.push(`finish ${fileId}`);
    return { id: fileId };
  }
}

describe('saving an attachment', () => {
  const input = saveAttachmentInput.parse({ attachment_id, client_id });

  it('copies it, once', async () => {
    const ports = new FakeSaving();
    expect(await saveAttachment(input, ports)).toEqual({ id: 'f' });
    expect(ports.steps).toEqual(['copy from to', 'finish f']);
    ports.steps = [];
    ports.begun = { ...ports.begun, is_saved: true } as BegunSaving;
    expect(await saveAttachment(input, ports)).toEqual({ id: 'f' });
    expect(ports.steps).toEqual(['finish f']);
  });

  it('leaves nothing behind when there is nothing to copy', async () => {
    const ports = new FakeSaving();
    ports.copied = 'missing';
    await expect(saveAttachment(input, ports)).rejects.toMatchObject({ code: 'attachment_missing' });
    expect(ports.steps).toEqual(['copy from to', 'cancel', 'missing']);
  });

  it('waits for what is still to be fetched', async () => {
    const ports = new FakeSaving();
    ports.begun = { state: 'waiting' };
    await expect(saveAttachment(input, ports)).rejects.toMatchObject({ code: 'attachment_not_ready' });
    expect(ports.steps).toEqual([]);
  });
});
