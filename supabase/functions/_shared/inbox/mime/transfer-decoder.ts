import { Base64Decoder } from './base64-decoder.ts';
import { decodeTransfer } from './decode-text.ts';

/** Takes a Content-Transfer-Encoding off piece by piece, for contents that are never whole in memory. */
export class TransferDecoder {
  readonly #encoding: string;
  readonly #base64 = new Base64Decoder();
  /** What cannot be decoded before its next bytes are there. */
  #rest: Uint8Array = new Uint8Array();

  /** @param encoding in lower case; what is not known is passed through */
  constructor(encoding: string) {
    this.#encoding = encoding;
  }

  push(bytes: Uint8Array): Uint8Array {
    if (this.#encoding === 'base64') return this.#base64.push(bytes);
    if (this.#encoding === 'quoted-printable') return this.#pushQuoted(bytes);
    return bytes;
  }

  /** The rest, when all has been pushed. */
  end(): Uint8Array {
    if (this.#encoding === 'base64') return this.#base64.end();
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return decodeTransfer(rest, this.#encoding);
  }

  #pushQuoted(bytes: Uint8Array): Uint8Array {
    const all = joined(this.#rest, bytes);
    // A = whose letters or line break may still be on their way.
    const last = all.lastIndexOf(61);
    const isOpen =
      last >= 0 && all.length - last < 80 && !all.subarray(last).includes(10) && isUndecided(all, last);
    const end = isOpen ? last : all.length;
    this.#rest = all.slice(end);
    return decodeTransfer(all.subarray(0, end), 'quoted-printable');
  }
}

/** Whether the bytes after a = are too few, or blanks before a line break that has not come yet. */
function isUndecided(bytes: Uint8Array, at: number): boolean {
  const after = bytes.subarray(at + 1);
  return after.length < 2 || after.every((byte) => byte === 32 || byte === 9 || byte === 13);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
