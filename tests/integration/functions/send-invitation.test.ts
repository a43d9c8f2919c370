import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';
import { call, createClinic, createSuperAdmin, newEmail, signUp } from '../../support/people.ts';
import { type Invitation, inviteColleague, send, stateOf } from './invitations.ts';
import { breakMailTo, mailsTo, newestMailTo, resendRequestsFor } from './mail.ts';

/** What becomes of an invitation mail: it arrives, it fails with a reason, it goes out again with a new link. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin, 200);

async function endCooldown({ id }: Invitation): Promise<void> {
  await sql`update public.invitations set delivered_at = now() - interval '2 minutes' where id = ${id}`;
}

describe('an invitation that is sent', () => {
  it('arrives with a link that works, and is recorded as sent', async () => {
    const invitation = await inviteColleague(owner, clinic);
    const { status, body } = await send(owner, invitation);
    expect(status).toBe(200);
    expect(body.invitation).toMatchObject({
      id: invitation.id,
      state: 'open',
      delivery: 'sent',
      delivery_error: null,
    });
    expect(body.invitation?.['delivered_at']).not.toBeNull();
    expect(body).not.toHaveProperty('link');

    const mail = await newestMailTo(invitation.email);
    expect(mail.subject).toContain(clinic.name);
    expect(mail.html).toContain(`/invite/${mail.token}`);
    expect(await stateOf(mail.token)).toBe('valid');
    const colleague = await signUp(invitation.email, mail.token);
    const access = await call<{ memberships: unknown[] }>(colleague.client, 'my_access');
    expect(access.memberships).toMatchObject([{ tenant_id: clinic.id, role: 'staff', has_access: true }]);
    expect(await stateOf(mail.token)).toBe('used');
  });

  it('speaks the language of its sender', async () => {
    const romanian = await createClinic(admin);
    const { error } = await romanian.owner.client
      .from('profiles')
      .update({ language: 'ro', first_name: 'Elena', last_name: 'Țurcanu' })
      .eq('user_id', romanian.owner.userId);
    expect(error).toBeNull();
    const email = newEmail('coleg');
    const invitation = await inviteColleague(romanian.owner, romanian.clinic, email);
    expect((await send(romanian.owner, invitation)).body.invitation).toMatchObject({ delivery: 'sent' });
    const mail = await newestMailTo(email);
    expect(mail.subject).toBe(`Invitație la ${romanian.clinic.name} în Chairside`);
    expect(mail.text).toContain('Elena Țurcanu vă invită');
  });

  it('shows a hostile clinic name as text', async () => {
    const name = `<img src=x onerror=alert(1)> "Clinic" https://phish.example`;
    const email = newEmail('owner');
    const { invitation } = await call<{ invitation: Invitation }>(admin.client, 'admin_create_tenant', {
      name,
      slug: `hostile-${randomUUID().slice(0, 8)}`,
      owner_email: email,
      max_seats: 2,
    });
    expect((await send(admin, invitation)).body.invitation).toMatchObject({ delivery: 'sent' });
    const mail = await newestMailTo(email);
    expect(mail.html).toContain('&lt;img');
    expect(mail.html).not.toContain('<img');
    expect(mail.subject + mail.text + mail.html).not.toContain('phish.example');
  });

  it('goes out again with a new link, and the old link is dead', async () => {
    const invitation = await inviteColleague(owner, clinic);
    await send(owner, invitation);
    const first = await newestMailTo(invitation.email);
    await endCooldown(invitation);
    expect((await send(owner, invitation)).body.invitation).toMatchObject({ delivery: 'sent' });
    const second = await newestMailTo(invitation.email);
    expect(second.token).not.toBe(first.token);
    expect([await stateOf(first.token), await stateOf(second.token)]).toEqual(['unknown', 'valid']);
  });

  it('opens an expired invitation again', async () => {
    const invitation = await inviteColleague(owner, clinic);
    await sql`update public.invitations set expires_at = now() - interval '1 day' where id = ${invitation.id}`;
    expect((await send(owner, invitation)).body.invitation).toMatchObject({
      state: 'open',
      delivery: 'sent',
    });
    expect(await stateOf((await newestMailTo(invitation.email)).token)).toBe('valid');
  });

  it('has to wait a minute before it goes out again, and its link stays good', async () => {
    const invitation = await inviteColleague(owner, clinic);
    await send(owner, invitation);
    const again = await send(owner, invitation);
    expect(again.status).toBe(429);
    expect(again.body).toEqual({ code: 'resend_cooldown', message: expect.any(String) });
    const seconds = Number(again.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(await mailsTo(invitation.email)).toHaveLength(1);
    expect(await stateOf((await newestMailTo(invitation.email)).token)).toBe('valid');
  });

  it('goes out once, with a working link, when two people press at once', async () => {
    const invitation = await inviteColleague(owner, clinic);
    const answers = await Promise.all([send(owner, invitation), send(admin, invitation)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 429]);
    const states = await Promise.all((await mailsTo(invitation.email)).map(({ token }) => stateOf(token)));
    expect(states).toEqual(['valid']);
  });

  it('may be sent for any clinic by a super-admin', async () => {
    const invitation = await inviteColleague(owner, clinic);
    expect((await send(admin, invitation)).body.invitation).toMatchObject({ delivery: 'sent' });
  });
});

describe('a mail that does not go out', () => {
  it('is recorded as failed with the reason, shown to the team, and can be sent again at once', async () => {
    const invitation = await inviteColleague(owner, clinic);
    await breakMailTo(invitation.email, {
      status: 403,
      message: 'The clinic.example domain is not verified.',
    });
    const { status, body } = await send(owner, invitation);
    expect(status).toBe(200);
    const reason =
      'Resend refused the e-mail (403 validation_error): The clinic.example domain is not verified.';
    expect(body.invitation).toMatchObject({ delivery: 'failed', delivery_error: reason, delivered_at: null });
    const team = await call<{ invitations: Invitation[] }>(owner.client, 'list_team', {
      tenant_id: clinic.id,
    });
    expect(team.invitations.find(({ id }) => id === invitation.id)).toMatchObject({
      delivery: 'failed',
      delivery_error: reason,
    });
    expect(await resendRequestsFor(invitation.email)).toHaveLength(1);

    expect((await send(owner, invitation)).body.invitation).toMatchObject({
      delivery: 'sent',
      delivery_error: null,
    });
  });

  it('is tried again after a 429, with the same idempotency key', async () => {
    const invitation = await inviteColleague(owner, clinic);
    await breakMailTo(invitation.email, { status: 429, headers: { 'retry-after': '1' } });
    expect((await send(owner, invitation)).body.invitation).toMatchObject({ delivery: 'sent' });
    const requests = await resendRequestsFor(invitation.email);
    expect(requests.map(({ status }) => status)).toEqual([429, 200]);
    expect(new Set(requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });

  it('is given up after three server errors', async () => {
    const invitation = await inviteColleague(owner, clinic);
    await breakMailTo(invitation.email, { status: 503, times: 3 });
    expect((await send(owner, invitation)).body.invitation).toMatchObject({
      delivery: 'failed',
      delivery_error: expect.stringContaining('Resend has a problem (503'),
    });
    expect(await resendRequestsFor(invitation.email)).toHaveLength(3);
  });

  it('does not arrive twice when the answer of Resend is cut off', async () => {
    const invitation = await inviteColleague(owner, clinic);
    await breakMailTo(invitation.email, { truncate: true });
    expect((await send(owner, invitation)).body.invitation).toMatchObject({ delivery: 'sent' });
    expect(await mailsTo(invitation.email)).toHaveLength(1);
  });
});
