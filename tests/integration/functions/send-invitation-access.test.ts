import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection, stack } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, newEmail, signUp } from '../../support/people.ts';
import { type Invitation, inviteColleague, send, stateOf } from './invitations.ts';
import { callSendInvitation, mailsTo, newestMailTo } from './mail.ts';

/** Who may send an invitation and who may not, and that its token is in the mail and nowhere else. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const [{ clinic, owner }, other] = await Promise.all([createClinic(admin, 200), createClinic(admin)]);

describe('who may not send', () => {
  it('staff are refused, and so is an owner for the invitation of a further owner', async () => {
    const invitation = await inviteColleague(owner, clinic);
    const forOwner = await call<Invitation>(admin.client, 'admin_invite', {
      tenant_id: clinic.id,
      email: newEmail('further'),
      role: 'owner',
    });
    for (const [person, wanted] of [
      [await addStaff(owner, clinic), invitation],
      [owner, forOwner],
    ] as const) {
      const { status, body } = await send(person, wanted);
      expect([status, body.code]).toEqual([403, 'not_allowed']);
      expect(await mailsTo(wanted.email)).toEqual([]);
    }
  });

  it('owners of other clinics and unknown ids see the same 404', async () => {
    const invitation = await inviteColleague(owner, clinic);
    const notThere: Invitation = { ...invitation, id: randomUUID() };
    for (const [person, wanted] of [
      [other.owner, invitation],
      [owner, notThere],
    ] as const) {
      const { status, body } = await send(person, wanted);
      expect([status, body.code]).toEqual([404, 'invitation_not_found']);
    }
    expect(await mailsTo(invitation.email)).toEqual([]);
    expect(await deliveryOf(invitation)).toBe('pending');
  });

  it('an owner whose clinic is suspended', async () => {
    const suspended = await createClinic(admin);
    const email = newEmail('late');
    const invitation = await inviteColleague(suspended.owner, suspended.clinic, email);
    await call(admin.client, 'admin_suspend_tenant', { tenant_id: suspended.clinic.id, reason: 'test' });
    expect((await send(suspended.owner, invitation)).status).toBe(404);
    expect(await mailsTo(email)).toEqual([]);
  });

  it('nobody without a session', async () => {
    const invitation = await inviteColleague(owner, clinic);
    const body = { invitation_id: invitation.id, action: 'send' };
    for (const credential of [
      null,
      stack.publishableKey,
      stack.secretKey,
      'not.a.token',
      `${owner.accessToken}x`,
    ]) {
      expect((await callSendInvitation(credential, body)).status).toBe(401);
    }
    expect(await deliveryOf(invitation)).toBe('pending');
  });

  it('an actor named in the body changes nothing', async () => {
    const invitation = await inviteColleague(owner, clinic);
    const body = { invitation_id: invitation.id, action: 'send', actor_id: owner.userId };
    expect((await callSendInvitation(other.owner.accessToken, body)).status).toBe(404);
  });

  it.each([
    '',
    '{',
    '[]',
    '{}',
    '{"invitation_id":"1","action":"send"}',
    `{"invitation_id":"${randomUUID()}","action":"print"}`,
  ])('bad input gets 400: %s', async (body) => {
    const answer = await callSendInvitation(owner.accessToken, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
  });
});

describe('an invitation that is over', () => {
  it('is not sent when it was used or withdrawn', async () => {
    const used = await inviteColleague(owner, clinic);
    await send(owner, used);
    await signUp(used.email, (await newestMailTo(used.email)).token);
    expect((await send(owner, used)).body.code).toBe('invitation_used');

    const revoked = await inviteColleague(owner, clinic);
    await send(owner, revoked);
    await call(owner.client, 'revoke_invitation', { invitation_id: revoked.id });
    expect(await send(owner, revoked)).toMatchObject({ status: 409, body: { code: 'invitation_revoked' } });
    expect(await stateOf((await newestMailTo(revoked.email)).token)).toBe('revoked');
  });

  it('is not revealed while mail works, and the link that was sent stays good', async () => {
    const invitation = await inviteColleague(owner, clinic);
    await send(owner, invitation);
    const { status, body } = await send(owner, invitation, 'reveal');
    expect([status, body.code]).toEqual([409, 'mail_configured']);
    expect(body).not.toHaveProperty('link');
    expect(await stateOf((await newestMailTo(invitation.email)).token)).toBe('valid');
  });
});

describe('the token', () => {
  it('is in the mail and in no answer and no table', async () => {
    const invitation = await inviteColleague(owner, clinic);
    const answer = await send(owner, invitation);
    const { token } = await newestMailTo(invitation.email);
    expect(token).toHaveLength(43);
    await signUp(invitation.email, token);
    const team = await call(owner.client, 'list_team', { tenant_id: clinic.id });
    expect(JSON.stringify([answer.body, [...answer.headers], team])).not.toContain(token);
    expect(await tablesWith(token)).toEqual([]);
    // The same search finds what is there, so it would have found the token.
    expect(await tablesWith(invitation.email)).toContain('public.invitations');
  });
});

describe('a browser', () => {
  it('may call the function from the app, and can read its errors', async () => {
    const origin = new URL(process.env['APP_URL'] ?? 'http://127.0.0.1:3000').origin;
    const preflight = await fetch(`${stack.url}/functions/v1/send-invitation`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    const refused = await callSendInvitation(owner.accessToken, '{', { origin });
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
    expect(refused.headers.get('x-request-id')).toBeTruthy();
  });
});

async function deliveryOf({ id }: Invitation): Promise<string | undefined> {
  const [row] = await sql<
    Array<{ delivery: string }>
  >`select delivery from public.invitations where id = ${id}`;
  return row?.delivery;
}

/** Every table of ours and of Auth in which some row contains the text. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await sql<Array<{ name: string }>>`
    select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables
    where schemaname in ('public', 'private', 'auth')
      and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')`;
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const rows =
        await sql`select 1 from ${sql.unsafe(name)} each where each::text like ${`%${text}%`} limit 1`;
      return rows.length > 0 ? [name] : [];
    }),
  );
  return found.flat();
}
