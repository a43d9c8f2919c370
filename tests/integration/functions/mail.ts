import { stack } from '../../support/environment.ts';

function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `${name} is not set: these tests need the inbox of the stack and the stand-in for Resend`,
    );
  return value;
}

const inboxUrl = required('INBOX_URL');
/** The control API of the stand-in for Resend that the functions of the stack send to. */
const simulator = (path: string): string => `${required('RESEND_SIMULATOR_URL')}/__simulator/${path}`;

export interface ReceivedMail {
  subject: string;
  text: string;
  html: string;
  /** Of the link to the invitation page; empty when the mail has none. */
  token: string;
}

/** The mails to an address, newest first. */
export async function mailsTo(email: string): Promise<ReceivedMail[]> {
  const list = (await getJson(`${inboxUrl}/messages?to=${encodeURIComponent(email)}`)) as Array<{
    id: string;
  }>;
  const messages = await Promise.all(list.map(({ id }) => getJson(`${inboxUrl}/messages/${id}`)));
  return (messages as Array<Omit<ReceivedMail, 'token'>>).map(({ subject, text, html }) => ({
    subject,
    text,
    html,
    token: /\/invite\/([\w-]{43})\b/.exec(text)?.[1] ?? '',
  }));
}

/** The newest mail to an address; fails when there is none. */
export async function newestMailTo(email: string): Promise<ReceivedMail> {
  const [mail] = await mailsTo(email);
  if (!mail) throw new Error(`no mail has arrived for ${email}`);
  return mail;
}

/** Lets the next mails to an address go wrong at Resend. */
export async function breakMailTo(email: string, fault: Record<string, unknown>): Promise<void> {
  const body = JSON.stringify({ ...fault, to: email });
  const response = await fetch(simulator('faults'), { method: 'POST', body });
  if (!response.ok) throw new Error(`the simulator refused the fault: ${await response.text()}`);
}

/** What Resend was asked to send to an address, oldest first. */
export async function resendRequestsFor(
  email: string,
): Promise<Array<{ status: number; idempotencyKey: string | null }>> {
  const all = (await getJson(simulator('requests'))) as Array<{
    status: number;
    idempotencyKey: string | null;
    to: string[];
  }>;
  return all
    .filter(({ to }) => to.includes(email))
    .map(({ status, idempotencyKey }) => ({ status, idempotencyKey }));
}

export interface FunctionAnswer {
  status: number;
  headers: Headers;
  body: { code?: string; message?: string; link?: string; invitation?: Record<string, unknown> };
}

/** Calls send-invitation with a body as it is, signed in or not. */
export async function callSendInvitation(
  accessToken: string | null,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<FunctionAnswer> {
  const response = await fetch(`${stack.url}/functions/v1/send-invitation`, {
    method: 'POST',
    headers: {
      apikey: stack.publishableKey,
      'content-type': 'application/json',
      ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
