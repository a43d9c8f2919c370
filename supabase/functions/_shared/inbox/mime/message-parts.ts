import type { MessageStructureObject } from 'imapflow';
import { cleanLine } from './clean-text.ts';
import type { TextEncoding } from './decode-text.ts';
import type { GivenAttachment } from './given-message.ts';

/** A part that holds text to read. */
export interface TextPart extends TextEncoding {
  /** As FETCH names it: a part number, or TEXT for a mail that has only one part. */
  key: string;
  /** Bytes as they are encoded. */
  size: number;
}

/** A piece of what there is to read: the same as plain text and as HTML, or one of them. */
export interface ReadablePart {
  plain?: TextPart;
  html?: TextPart;
}

export interface MessageParts {
  /** One as a rule; several where text, pictures and text follow each other. */
  texts: ReadablePart[];
  attachments: FoundAttachment[];
  /** The mail has more parts, or is nested deeper, than is looked at. */
  isCut: boolean;
}

export interface FoundAttachment extends GivenAttachment {
  /** Part of the same multipart/related as the text. */
  isRelated: boolean;
  /** An invitation as another form of the text. */
  isForm: boolean;
}

const mostDepth = 20;
const mostParts = 200;
const mostTexts = 10;

/** Other forms of the text, which nobody misses. */
const otherForms = new Set([
  'text/x-amp-html',
  'text/watch-html',
  'text/enriched',
  'text/richtext',
  'text/rtf',
]);

const calendars = new Set(['text/calendar', 'application/ics']);

/** What a report says once more to programs (RFC 6522). */
const forPrograms = new Set([
  'message/delivery-status',
  'text/rfc822-headers',
  'message/disposition-notification',
]);

const extensions: Record<string, string> = {
  'text/calendar': 'invite.ics',
  'application/ms-tnef': 'winmail.dat',
  'application/pgp-signature': 'signature.asc',
  'application/pkcs7-signature': 'smime.p7s',
  'application/pdf': 'document.pdf',
  'image/jpeg': 'image.jpg',
  'image/png': 'image.png',
  'image/gif': 'image.gif',
};

/** Which parts of a mail are its text, and which are attached to it. */
export function messageParts(root: MessageStructureObject | undefined): MessageParts {
  const parts: MessageParts = { texts: [], attachments: [], isCut: false };
  if (root) new Walk(parts).visit(root, { depth: 0, isRelated: false, isAlternative: false });
  // An invitation comes in the text and once more as a file; one is enough.
  const files = parts.attachments.filter(
    ({ content_type, isForm }) => calendars.has(content_type) && !isForm,
  );
  if (files.length > 0) parts.attachments = parts.attachments.filter(({ isForm }) => !isForm);
  return parts;
}

interface Place {
  depth: number;
  isRelated: boolean;
  isAlternative: boolean;
}

class Walk {
  readonly #parts: MessageParts;
  #seen = 0;

  constructor(parts: MessageParts) {
    this.#parts = parts;
  }

  visit(node: MessageStructureObject, place: Place): void {
    this.#seen += 1;
    if (place.depth > mostDepth || this.#seen > mostParts) {
      this.#parts.isCut = true;
      return;
    }
    const children = node.type.startsWith('multipart/') ? (node.childNodes ?? []) : null;
    if (!children) this.#leaf(node, place);
    else if (node.type === 'multipart/alternative') this.#alternative(children, place);
    else
      this.#children(children, { ...place, isRelated: place.isRelated || node.type === 'multipart/related' });
  }

  #children(children: MessageStructureObject[], place: Place): void {
    for (const child of children) this.visit(child, { ...place, depth: place.depth + 1 });
  }

  /** Of several forms of the same, one as text and one as HTML; whatever else hangs on them stays attached. */
  #alternative(children: MessageStructureObject[], place: Place): void {
    const before = this.#parts.texts.length;
    this.#children(children, { ...place, isAlternative: true });
    const forms = this.#parts.texts.splice(before);
    const merged: ReadablePart = {};
    for (const { plain, html } of forms) {
      if (plain && !merged.plain) merged.plain = plain;
      // The later, the richer (RFC 2046 §5.1.4).
      if (html) merged.html = html;
    }
    if (merged.plain || merged.html) this.#parts.texts.push(merged);
  }

  #leaf(node: MessageStructureObject, place: Place): void {
    const type = node.type;
    const name = node.dispositionParameters?.['filename'] ?? node.parameters?.['name'] ?? '';
    const isRoot = node.part === undefined;
    const isText =
      type === 'text/plain' || type === 'text/html' || (isRoot && (type === '/' || type === 'text/'));
    const isFirst = this.#parts.texts.length + this.#parts.attachments.length === 0;
    // Some programs give the text a name as well.
    const isAttached = node.disposition === 'attachment' || (name !== '' && !isFirst && !place.isAlternative);
    if (isText && !isAttached && this.#parts.texts.length < mostTexts) {
      const part = textPart(node);
      this.#parts.texts.push(type === 'text/html' ? { html: part } : { plain: part });
    } else if (name !== '' || !(forPrograms.has(type) || (place.isAlternative && otherForms.has(type)))) {
      const isForm = place.isAlternative && name === '' && calendars.has(type);
      this.#parts.attachments.push({ ...attachment(node, name, place.isRelated), isForm });
    }
  }
}

function textPart(node: MessageStructureObject): TextPart {
  const isFlowed = node.type === 'text/plain' && /^flowed$/i.test(node.parameters?.['format'] ?? '');
  return {
    key: node.part ?? 'TEXT',
    size: node.size ?? 0,
    encoding: encodingOf(node),
    charset: node.parameters?.['charset'] ?? '',
    isFlowed,
    deletesSpace: /^yes$/i.test(node.parameters?.['delsp'] ?? ''),
  };
}

const encodingOf = (node: MessageStructureObject): string =>
  cleanLine(node.encoding ?? '', 40)
    .toLowerCase()
    .replace(/\s*\(.*$/, '');

function attachment(node: MessageStructureObject, name: string, isRelated: boolean) {
  const encoding = encodingOf(node);
  const type = /^[\w!#$&^.+-]{1,60}\/[\w!#$&^.+-]{1,66}$/.test(node.type)
    ? node.type
    : 'application/octet-stream';
  const contentId = cleanLine(node.id, 998).replace(/^<|>$/g, '');
  return {
    part: node.part ?? '1',
    name: cleanLine(name, 255) || fallbackName(node),
    content_type: type,
    encoding,
    // Lines of 76 characters and a line break hold 57 bytes.
    size: encoding === 'base64' ? Math.floor(((node.size ?? 0) * 57) / 78) : (node.size ?? 0),
    content_id: contentId || null,
    is_inline: false,
    isRelated: isRelated && node.disposition !== 'attachment',
  };
}

function fallbackName(node: MessageStructureObject): string {
  if (node.type !== 'message/rfc822') return extensions[node.type] ?? '';
  return `${cleanLine(node.envelope?.subject, 100) || 'message'}.eml`;
}
