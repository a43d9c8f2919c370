import { Buffer } from 'node:buffer';
import type { MessageAddressObject, MessageEnvelopeObject } from 'imapflow';
import { addressParser, decodeWords } from 'postal-mime';
import { type Headers, headerOf } from './message-headers.ts';

/** Of a field with addresses, so much is read: five thousand people fit in. */
const mostFieldLetters = 400_000;

/**
 * What FETCH ENVELOPE would say, read from the header. The answer to that command is taken apart piece by piece, which costs
 * imapflow as much as all texts.
 *
 * Unlike a server's (RFC 9051 §7.5.2), Reply-To is empty when there is none.
 */
export function envelopeOf(headers: Headers): MessageEnvelopeObject {
  const date = new Date(headerOf(headers, 'date'));
  return {
    subject: decodeWords(joinSplitLetters(headerOf(headers, 'subject').slice(0, 100_000))),
    messageId: headerOf(headers, 'message-id'),
    inReplyTo: headerOf(headers, 'in-reply-to'),
    from: addresses(headers, 'from'),
    sender: addresses(headers, 'sender'),
    replyTo: addresses(headers, 'reply-to'),
    to: addresses(headers, 'to'),
    cc: addresses(headers, 'cc'),
    bcc: addresses(headers, 'bcc'),
    ...(Number.isNaN(date.getTime()) ? {} : { date }),
  };
}

/** Of a field that is there several times, all; of groups, those who are in them. */
const addresses = (headers: Headers, name: string): MessageAddressObject[] =>
  addressParser(joinSplitLetters((headers.get(name) ?? []).join(', ').slice(0, mostFieldLetters)), {
    flatten: true,
  }).map(({ name: given, address }) => ({ name: given, address: address ?? '' }));

const splitWords = /=\?([^?\s]{1,40})\?b\?([a-z0-9+/]+=+)\?=\s+=\?\1\?b\?([a-z0-9+/]+=*)\?=/gi;

/** Two Base64 words with halves of one letter become one word: not allowed (RFC 2047 §5), but common. */
function joinSplitLetters(value: string): string {
  const joined = value.replaceAll(splitWords, (_, charset: string, first: string, second: string) => {
    const bytes = Buffer.concat([Buffer.from(first, 'base64'), Buffer.from(second, 'base64')]);
    return `=?${charset}?B?${bytes.toString('base64')}?=`;
  });
  return joined === value ? value : joinSplitLetters(joined);
}
