/** IMAP as lines and literals (RFC 9051 2.2), without understanding more of it. */

export interface ImapLineHandlers {
  /**
   * A line with its CRLF. `continues` says that it goes on after a literal; `literalBytes` is the length of the literal
   * that follows, 0 without one.
   */
  line: (line: Buffer, continues: boolean, literalBytes: number) => void;
  /** Bytes of a literal, as they come. */
  literal: (piece: Buffer) => void;
}

export class ImapLines {
  readonly #handlers: ImapLineHandlers;
  #rest: Buffer = Buffer.alloc(0);
  #literalLeft = 0;
  #continues = false;

  constructor(handlers: ImapLineHandlers) {
    this.#handlers = handlers;
  }

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (this.#rest.length > 0) {
      if (this.#literalLeft > 0) this.#takeLiteral();
      else if (!this.#takeLine()) return;
    }
  }

  #takeLiteral(): void {
    const piece = this.#rest.subarray(0, this.#literalLeft);
    this.#rest = this.#rest.subarray(piece.length);
    this.#literalLeft -= piece.length;
    this.#handlers.literal(piece);
  }

  #takeLine(): boolean {
    const end = this.#rest.indexOf('\r\n');
    if (end < 0) return false;
    const line = this.#rest.subarray(0, end + 2);
    this.#rest = this.#rest.subarray(end + 2);
    const [, announced] = /\{(\d+)[+-]?\}\r\n$/.exec(String(line.subarray(-24))) ?? [];
    this.#literalLeft = Number(announced ?? 0);
    this.#handlers.line(line, this.#continues, this.#literalLeft);
    this.#continues = announced !== undefined;
    return true;
  }
}

/** Whether a set such as `1:3,7,9:*` holds the UID. */
export function holdsUid(set: string, uid: number): boolean {
  return set.split(',').some((range) => {
    const [first = '', last = first] = range.split(':');
    const [from, to] = [first, last].map((end) => (end === '*' ? Number.POSITIVE_INFINITY : Number(end)));
    return Math.min(from ?? 0, to ?? 0) <= uid && uid <= Math.max(from ?? 0, to ?? 0);
  });
}
