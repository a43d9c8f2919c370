/** Captured mail: one file per message in the data directory, the newest 500 kept. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type MessageSource = 'auth' | 'resend' | 'smtp';

export interface NewMessage {
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  source: MessageSource;
}

export interface Message extends NewMessage {
  id: string;
  receivedAt: string;
}

export type MessageSummary = Omit<Message, 'text' | 'html'>;

const messagesKept = 500;

export class Inbox {
  readonly #directory: string;
  /** Newest first. */
  #messages: Message[];

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#messages = readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Message)
      .toSorted((a, b) => b.receivedAt.localeCompare(a.receivedAt));
  }

  /** Keeps a message; it is on disk when this returns. */
  deliver(message: NewMessage): Message {
    const kept: Message = { id: randomUUID(), receivedAt: new Date().toISOString(), ...message };
    const path = this.#path(kept.id);
    writeFileSync(`${path}.new`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    this.#messages.unshift(kept);
    for (const old of this.#messages.splice(messagesKept)) rmSync(this.#path(old.id), { force: true });
    return kept;
  }

  /** The messages, newest first; with `to`, those to that address. */
  list(to?: string | null): MessageSummary[] {
    const wanted = to?.trim().toLowerCase();
    return this.#messages
      .filter((message) => !wanted || message.to.some((address) => bareAddress(address) === wanted))
      .map(({ text: _text, html: _html, ...summary }) => summary);
  }

  find(id: string): Message | undefined {
    return this.#messages.find((message) => message.id === id);
  }

  clear(): void {
    for (const message of this.#messages) rmSync(this.#path(message.id), { force: true });
    this.#messages = [];
  }

  #path(id: string): string {
    return join(this.#directory, `${id}.json`);
  }
}

/** `Ana <ana@example.test>` to `ana@example.test`. */
function bareAddress(address: string): string {
  return (/<([^>]+)>/.exec(address)?.[1] ?? address).trim().toLowerCase();
}
