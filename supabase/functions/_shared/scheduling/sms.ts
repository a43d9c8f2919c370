import { z } from 'zod';
import type { ExternalAnswer, ExternalRequest } from '../http/external-call.ts';
import { parseRetryAfter } from '../http/retry.ts';
import { redactText } from '../logging/redact.ts';
import { singleLine } from '../mail/display-text.ts';

export interface SmsMessage {
  /** E.164. */
  to: string;
  body: string;
}

export type SmsOutcome =
  | { outcome: 'sent'; providerId: string }
  /** The provider will not take this message, however often it is asked. */
  | { outcome: 'refused'; reason: string }
  /** It may have gone out all the same: look with `find` before the next attempt. */
  | { outcome: 'unavailable'; reason: string; retryAfterSeconds: number | null };

/** Somebody who delivers text messages. Another provider is another function that returns this. */
export interface SmsProvider {
  send(message: SmsMessage): Promise<SmsOutcome>;
  /**
   * The provider's id of a message already handed over to this number that contains `mark`; null when there is none.
   * Providers of text messages know no idempotency keys, so this is what keeps a second attempt from sending twice.
   *
   * @throws when the provider could not be asked
   */
  find(to: string, mark: string): Promise<string | null>;
}

interface SmsSurroundings {
  setting(name: string): string | undefined;
  callExternal(request: ExternalRequest): Promise<ExternalAnswer>;
}

/** Whether text messages are set up: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM, all three. */
export function isSmsConfigured(setting: (name: string) => string | undefined): boolean {
  return ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'].every((name) => setting(name)?.trim());
}

/** The provider that is set up, or null. */
export function smsProvider(surroundings: SmsSurroundings): SmsProvider | null {
  return isSmsConfigured(surroundings.setting) ? twilio(surroundings) : null;
}

const accepted = z.object({ sid: z.string() });
const refusal = z.object({ code: z.number(), message: z.string() });
const messages = z.object({ messages: z.array(z.object({ sid: z.string(), body: z.string() })) });

/**
 * Twilio: https://www.twilio.com/docs/messaging/api/message-resource, errors
 * https://www.twilio.com/docs/api/errors. TWILIO_FROM is a number (E.164), a sender name, or the id of a messaging
 * service (MG…); TWILIO_BASE_URL is for a stand-in.
 */
function twilio({ setting, callExternal }: SmsSurroundings): SmsProvider {
  const account = setting('TWILIO_ACCOUNT_SID')?.trim() ?? '';
  const secret = setting('TWILIO_AUTH_TOKEN')?.trim() ?? '';
  const from = setting('TWILIO_FROM')?.trim() ?? '';
  const base = (setting('TWILIO_BASE_URL')?.trim() || 'https://api.twilio.com').replace(/\/+$/, '');
  const url = `${base}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`;
  const headers = { authorization: `Basic ${btoa(`${account}:${secret}`)}` };

  return {
    async send({ to, body }) {
      const sender: Record<string, string> = from.startsWith('MG')
        ? { MessagingServiceSid: from }
        : { From: from };
      const answer = await callExternal({
        name: 'twilio.send_message',
        method: 'POST',
        url,
        headers,
        form: { To: to, ...sender, Body: body },
        idempotent: false,
      });
      return outcomeOf(answer, [secret]);
    },
    async find(to, mark) {
      const answer = await callExternal({
        name: 'twilio.list_messages',
        method: 'GET',
        url: `${url}?${new URLSearchParams({ To: to, PageSize: '50' })}`,
        headers,
        idempotent: true,
      });
      const list =
        answer.kind === 'answered' && answer.status === 200 ? messages.safeParse(answer.body) : null;
      if (!list?.success) throw new Error('Twilio could not be asked which messages it has sent.');
      return list.data.messages.find(({ body }) => body.includes(mark))?.sid ?? null;
    },
  };
}

/** What Twilio's answer means. Errors of the account (401, 403) are put right by somebody, and the message is still wanted. */
function outcomeOf(answer: ExternalAnswer, secrets: readonly string[]): SmsOutcome {
  if (answer.kind === 'failed') {
    const reason =
      answer.reason === 'network' ? 'Twilio could not be reached.' : 'Twilio did not answer in time.';
    return { outcome: 'unavailable', reason, retryAfterSeconds: null };
  }
  if (answer.status >= 200 && answer.status < 300) {
    const body = accepted.safeParse(answer.body);
    return { outcome: 'sent', providerId: body.success ? body.data.sid : '' };
  }
  const body = refusal.safeParse(answer.body);
  const words = body.success ? ` ${body.data.code}: ${body.data.message}` : '.';
  const reason = singleLine(
    redactText(`Twilio refused the message (${answer.status})${words}`, secrets),
    400,
  );
  if (answer.status === 400 || answer.status === 404) return { outcome: 'refused', reason };
  const retryAfter = parseRetryAfter(answer.headers.get('retry-after'), Date.now());
  return {
    outcome: 'unavailable',
    reason,
    retryAfterSeconds: retryAfter === null ? null : Math.ceil(retryAfter / 1_000),
  };
}
