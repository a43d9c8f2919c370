import { Buffer } from 'node:buffer';
import { Base64Decoder } from './base64-decoder.ts';

/** What is known of a part that holds text. */
export interface TextEncoding {
  /** Content-Transfer-Encoding in lower case. */
  encoding: string;
  charset: string;
  /** `format=flowed` of RFC 3676, and its DelSp. */
  isFlowed: boolean;
  deletesSpace: boolean;
}

/** The text of a part as it came from the server, of which the end may be missing. Never throws. */
export function decodeText(bytes: Uint8Array, given: TextEncoding): string {
  const text = decodeCharset(decodeTransfer(bytes, given.encoding), given.charset);
  return given.isFlowed ? unfoldFlowed(text, given.deletesSpace) : text;
}

/** Takes a Content-Transfer-Encoding off. What makes no sense is passed over. */
export function decodeTransfer(bytes: Uint8Array, encoding: string): Uint8Array {
  if (encoding === 'base64') return decodeBase64(bytes);
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(bytes);
  return bytes;
}

function decodeBase64(bytes: Uint8Array): Uint8Array {
  const decoder = new Base64Decoder();
  const decoded = decoder.push(bytes);
  const rest = decoder.end();
  return rest.length === 0 ? decoded : Buffer.concat([decoded, rest]);
}

const hexValue = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte & 0xdf;
  return letter >= 65 && letter <= 70 ? letter - 55 : -1;
};

function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const decoded = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte !== 61) {
      decoded[length++] = byte;
      continue;
    }
    const high = hexValue(bytes[at + 1]);
    const low = hexValue(bytes[at + 2]);
    if (high >= 0 && low >= 0) {
      decoded[length++] = high * 16 + low;
      at += 2;
      continue;
    }
    // A line that goes on: = and a line break, sometimes with blanks between them.
    let end = at + 1;
    while (bytes[end] === 32 || bytes[end] === 9) end += 1;
    if (end >= bytes.length) break;
    if (bytes[end] === 13 && bytes[end + 1] === 10) at = end + 1;
    else if (bytes[end] === 10) at = end;
    else decoded[length++] = byte;
  }
  return decoded.subarray(0, length);
}

/** Names that mail programs use and the web (encoding.spec.whatwg.org) does not. */
const aliases: Record<string, string> = {
  'cp-1250': 'windows-1250',
  'cp-1251': 'windows-1251',
  'cp-1252': 'windows-1252',
  'iso-8859-1-windows-1252': 'windows-1252',
  iso8859_1: 'windows-1252',
  'latin-1': 'windows-1252',
  'latin-2': 'iso-8859-2',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp932: 'shift_jis',
  utf_8: 'utf-8',
  utf8mb4: 'utf-8',
};

function decoderOf(charset: string) {
  try {
    return new TextDecoder(aliases[charset] ?? charset);
  } catch {
    return null;
  }
}

/** Text of the charset that a mail claims to be in, or of the one it seems to be in when that cannot be true. */
export function decodeCharset(bytes: Uint8Array, charset: string): string {
  const name = charset
    .trim()
    .toLowerCase()
    .replace(/^["']+|["']+$/g, '');
  if (name === 'utf-7' || name === 'unicode-1-1-utf-7') return decodeUtf7(bytes);
  const decoder = name === '' || name === 'us-ascii' || name === 'ascii' ? null : decoderOf(name);
  if (decoder && decoder.encoding !== 'utf-8') return decoder.decode(bytes);
  const text = new TextDecoder().decode(bytes);
  if (!text.includes('\ufffd')) return text;
  // A broken character in much good UTF-8 is a broken character; mostly broken ones are another charset.
  let broken = 0;
  let good = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) broken += 1;
    else if (code > 0x7f) good += 1;
  }
  return broken > good ? new TextDecoder('windows-1252').decode(bytes) : text;
}

/** RFC 2152, which a few old programs still send. */
function decodeUtf7(bytes: Uint8Array): string {
  const text = new TextDecoder('windows-1252').decode(bytes);
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_, encoded: string) => {
    if (encoded === '') return '+';
    const units = Buffer.from(encoded, 'base64');
    let decoded = '';
    for (let at = 0; at + 1 < units.length; at += 2) decoded += String.fromCharCode(units.readUInt16BE(at));
    return decoded;
  });
}

/** Lines that were broken only for the journey, joined again (RFC 3676 §4). */
export function unfoldFlowed(text: string, deletesSpace: boolean): string {
  const paragraphs: string[] = [];
  let open = '';
  let openDepth = -1;
  for (const raw of text.split(/\r?\n/)) {
    const depth = /^>*/.exec(raw)?.[0].length ?? 0;
    const line = raw.slice(depth).replace(/^ /, '');
    const isSignature = line === '-- ';
    const isSoft = line.endsWith(' ') && !isSignature;
    const content = isSoft && deletesSpace ? line.slice(0, -1) : line;
    if (openDepth === depth && !isSignature) {
      open += content;
    } else {
      if (openDepth >= 0) paragraphs.push(quoted(open, openDepth));
      open = content;
    }
    openDepth = depth;
    if (!isSoft) {
      paragraphs.push(quoted(open, depth));
      open = '';
      openDepth = -1;
    }
  }
  if (openDepth >= 0) paragraphs.push(quoted(open, openDepth));
  return paragraphs.join('\n');
}

const quoted = (line: string, depth: number): string => (depth === 0 ? line : `${'>'.repeat(depth)} ${line}`);
