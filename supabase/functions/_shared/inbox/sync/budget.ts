/** What one run may use; the next one goes on where it stopped. */
export interface Limits {
  wallMs: number;
  messages: number;
  attachmentBytes: number;
}

/**
 * The platform gives 2 s of processor time. `npm run bench -- mail-sync` measures 300 messages with text, HTML and some files;
 * 10 MB of attachments take about half a second.
 */
export const runLimits: Limits = { wallMs: 60_000, messages: 300, attachmentBytes: 10 * 1024 * 1024 };

/** What a run has left. */
export class Budget {
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #started: number;
  #messages = 0;
  #attachmentBytes = 0;

  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#started = now();
  }

  get isTimeUp(): boolean {
    return this.#now() - this.#started >= this.#limits.wallMs;
  }

  get messagesLeft(): number {
    return this.isTimeUp ? 0 : Math.max(0, this.#limits.messages - this.#messages);
  }

  useMessages(count: number): void {
    this.#messages += count;
  }

  /** Whether something of this size may begin. The first always may, or what is larger than all of it would never come. */
  allowsAttachment(bytes: number): boolean {
    if (this.isTimeUp) return false;
    return this.#attachmentBytes === 0 || this.#attachmentBytes + bytes <= this.#limits.attachmentBytes;
  }

  useAttachment(bytes: number): void {
    this.#attachmentBytes += Math.max(1, bytes);
  }
}
