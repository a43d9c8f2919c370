import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import type { ResendEmail } from '../../simulators/resend.ts';
import type { Fault } from '../../simulators/resend-faults.ts';
import type { Mailbox } from '../../support/mailboxes.ts';
import type { Clinic, Person } from '../../support/people.ts';
import { connectMailbox } from './brought-mail.ts';

/** A mailbox that sends through Resend, and what the stand-in for Resend has got. */

function control(path: string): string {
  const url = process.env.RESEND_SIMULATOR_URL;
  if (!url) throw new Error('RESEND_SIMULATOR_URL is not set: these tests need the stand-in for Resend');
  return `${url}/__simulator/${path}`;
}

/** Connects a mailbox of a domain of its own, and lets the clinic send from there. */
export async function connectSender(
  sql: postgres.Sql,
  { owner, clinic }: { owner: Person; clinic: Clinic },
): Promise<Mailbox> {
  const domain = `${randomUUID().slice(0, 8)}.clinic.test`;
  const [allowed] = await sql<{ slug: string }[]>`select slug from public.tenants where id = ${clinic.id}`;
  await sql`select private.allow_mail_domain(${allowed?.slug ?? ''}, ${domain})`;
  const { id, address } = await connectMailbox(owner, clinic, `desk@${domain}`);
  return { id, tenantId: clinic.id, address, password: '' };
}

/** Lets the next mails to an address go wrong. */
export async function breakResendFor(to: string, fault: Fault): Promise<void> {
  const body = JSON.stringify({ ...fault, to });
  const response = await fetch(control('faults'), { method: 'POST', body });
  if (!response.ok) throw new Error(`the simulator refused the fault: ${await response.text()}`);
}

export const clearFaults = (): Promise<Response> => fetch(control('faults'), { method: 'DELETE' });

/** The mails to an address that were accepted, in their order. */
export async function acceptedFor(to: string): Promise<ResendEmail[]> {
  return (await fetch(control(`emails?to=${encodeURIComponent(to)}`))).json() as Promise<ResendEmail[]>;
}

/** Every request to send to an address: its key, and what was answered. */
export async function requestsFor(
  to: string,
): Promise<Array<{ status: number; idempotencyKey: string | null; at: string }>> {
  const all = (await (await fetch(control('requests'))).json()) as Array<{
    status: number;
    idempotencyKey: string | null;
    at: string;
    to: string[];
  }>;
  return all.filter((request) => request.to.some((address) => address.includes(to)));
}
