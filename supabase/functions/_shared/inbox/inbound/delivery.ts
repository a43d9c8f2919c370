import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';

/** Bytes of a delivery; of base64 that is a mail of 22 MB. */
export const mostDeliveryBytes = 30 * 1024 * 1024;

const deliveryInput = z.object({ recipient: z.string().min(3).max(254), raw: z.string() });

export interface Delivery {
  /** Address of the mailbox. */
  recipient: string;
  /** The mail as it went over the wire. */
  raw: Uint8Array;
}

/**
 * Reads the body of a delivery whose signature is right. The body is used up: the mail takes its place in memory, because a
 * function has 256 MB and JSON.parse would hold a large mail three times over.
 *
 * @throws AppError 422 `delivery_invalid`; the message names the field, never what was in it
 */
export function readDelivery(body: Uint8Array): Delivery {
  const place = placeOfRaw(body);
  if (place) {
    const around = [body.subarray(0, place.start), body.subarray(place.end)]
      .map((part) => decode(part))
      .join('');
    const { recipient, raw } = parse(around);
    // Otherwise it was another "raw", such as one inside something else.
    if (raw === '') return { recipient, raw: decodeBase64(body, place) };
  }
  const { recipient, raw } = parse(decode(body));
  const encoded = new TextEncoder().encode(raw);
  return { recipient, raw: decodeBase64(encoded, { start: 0, end: encoded.length }) };
}

interface Place {
  start: number;
  end: number;
}

/** Where the value of "raw" is, if it is written without escapes. */
function placeOfRaw(body: Uint8Array): Place | null {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const key = '"raw"';
  for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + 1)) {
    const from = at + key.length;
    const opening = /^\s*:\s*"/.exec(bytes.toString('latin1', from, from + 40));
    if (!opening) continue;
    const start = from + opening[0].length;
    const end = bytes.indexOf('"', start);
    const escape = bytes.indexOf('\\', start);
    return end < 0 || (escape >= 0 && escape < end) ? null : { start, end };
  }
  return null;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw deliveryInvalid('The body is not valid JSON.');
  }
}

function parse(text: string): z.infer<typeof deliveryInput> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw deliveryInvalid('The body is not valid JSON.');
  }
  const parsed = deliveryInput.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw deliveryInvalid(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`);
}

/** What a piece of a body stands for in base64, written over the beginning of the body, whose memory shrinks to it. */
function decodeBase64(body: Uint8Array, { start, end }: Place): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const step = 4 * 4_096;
  let size = 0;
  for (let at = start; at < end; at += step) {
    const isLast = at + step >= end;
    const text = bytes.toString('latin1', at, isLast ? end : at + step);
    // Lenient readers skip what is not base64, and would store a mail with holes.
    if (text.length % 4 !== 0 || !(isLast ? /^[A-Za-z0-9+/]*={0,2}$/ : /^[A-Za-z0-9+/]*$/).test(text))
      throw deliveryInvalid('raw: not base64');
    size += bytes.write(text, size, 'base64');
  }
  if (size === 0) throw deliveryInvalid('raw: empty');
  const buffer = body.buffer as ArrayBuffer & { transfer?(length: number): ArrayBuffer };
  if (body.byteOffset !== 0 || !buffer.transfer) return body.slice(0, size);
  return new Uint8Array(buffer.transfer(size));
}

function deliveryInvalid(message: string): AppError {
  return new AppError(422, 'delivery_invalid', message);
}
