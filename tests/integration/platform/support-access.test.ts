import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, dataApi, ownerConnection } from '../../support/environment.ts';
import {
  addStaff,
  call,
  type Clinic,
  createClinic,
  createSuperAdmin,
  type Person,
  refusal,
} from '../../support/people.ts';

/** Support access: a super-admin sees a clinic's clients only through an open grant, and every read is on the record. */

interface Grant {
  id: string;
  state: string;
  reason: string;
  ended_by: string | null;
  admin_email: string;
  reads: number;
}
interface ClientPage {
  clients: { id: string; last_name: string }[];
  next: { after_name: string; after_id: string } | null;
}

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { clinic: otherClinic, owner: stranger } = await createClinic(admin);

const open = (person: Person, where: Clinic = clinic, minutes = 60): Promise<Grant> =>
  call<Grant>(person.client, 'admin_open_support_access', {
    ...{ tenant_id: where.id, reason: 'cannot find a patient', minutes },
  });
/** A super-admin of their own for each case, because one may have a single open grant for a clinic. */
async function openAsNewAdmin(where: Clinic = clinic): Promise<{ supporter: Person; grant: Grant }> {
  const supporter = await createSuperAdmin();
  return { supporter, grant: await open(supporter, where) };
}
const list = (person: Person, grant: Grant, args: Record<string, unknown> = {}): Promise<ClientPage> =>
  call<ClientPage>(person.client, 'admin_support_list_clients', { support_grant_id: grant.id, ...args });
const refusedRead = (person: Person, grant: Grant): Promise<string> =>
  refusal(person.client, 'admin_support_list_clients', { support_grant_id: grant.id });

/** Events of reads made with the grant, oldest first. */
const readsOf = (grant: Grant) => sql`
  select action, actor_id, actor_role, actor_email, tenant_id, target_type, target_id, target_label, reason, details
  from public.audit_events where details ->> 'support_grant_id' = ${grant.id} order by occurred_at, id`;

let ash: string;
let birch: string;
beforeAll(async () => {
  const { data } = await owner.client
    .from('clients')
    .insert([
      { tenant_id: clinic.id, first_name: 'Ana', last_name: 'Ash', email: 'ana_a@example.test' },
      { tenant_id: clinic.id, first_name: 'Bo', last_name: 'Birch', email: 'anaxa@example.test' },
    ])
    .select('id, last_name');
  [ash, birch] = (data ?? []).map((row) => row.id as string) as [string, string];
  await stranger.client.from('clients').insert({ tenant_id: otherClinic.id, last_name: 'Elm' });
});

describe('table access of a super-admin', () => {
  const attempts = async (person: Person): Promise<Answer[]> => {
    const { accessToken } = person;
    return [
      await dataApi('GET', `clients?tenant_id=eq.${clinic.id}&select=id`, { accessToken }),
      await dataApi('GET', `clients?id=eq.${ash}&select=id`, { accessToken }),
      await dataApi('GET', `tenants?id=eq.${clinic.id}&select=id`, { accessToken }),
      await dataApi('POST', 'clients', {
        accessToken,
        body: { tenant_id: clinic.id, last_name: 'Intruder' },
      }),
      await dataApi('PATCH', `clients?id=eq.${ash}`, { accessToken, body: { last_name: 'Changed' } }),
      await dataApi('DELETE', `clients?id=eq.${ash}`, { accessToken }),
      await dataApi('GET', 'memberships?select=id', { accessToken }),
      await dataApi('GET', 'support_grants?select=id', { accessToken }),
      await dataApi('GET', 'audit_events?select=id', { accessToken }),
    ];
  };
  const rows = () => sql`select * from public.clients where tenant_id = ${clinic.id} order by id`;

  it('is empty, and the same with a grant, during reads and after it', async () => {
    const supporter = await createSuperAdmin();
    const before = await rows();
    const without = await attempts(supporter);
    expect(without.map((answer) => answer.status)).toEqual([200, 200, 200, 403, 204, 403, 403, 403, 403]);
    expect(without.slice(0, 3).map((answer) => answer.body)).toEqual([[], [], []]);
    const grant = await open(supporter);
    expect(await attempts(supporter)).toEqual(without);
    await list(supporter, grant);
    expect(await attempts(supporter)).toEqual(without);
    await call(supporter.client, 'admin_end_support_access', { support_grant_id: grant.id });
    expect(await attempts(supporter)).toEqual(without);
    expect(await rows()).toEqual(before);
  });

  it('is not opened by membership functions either', async () => {
    const { supporter } = await openAsNewAdmin();
    for (const name of ['list_team', 'get_clinic_settings', 'list_support_grants', 'active_support']) {
      expect(await refusal(supporter.client, name, { tenant_id: clinic.id })).toBe('404 clinic_not_found');
    }
    const access = await call<{ memberships: unknown[] }>(supporter.client, 'my_access');
    expect(access.memberships).toEqual([]);
  });
});

describe('a read', () => {
  it('leaves one event that says who saw which clients of which clinic, looking for what and why', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const page = await list(supporter, grant, { search: 'na_a' });
    expect(page).toMatchObject({ clients: [{ id: ash, last_name: 'Ash' }], next: null });
    const shown = await call<{ email: string }>(supporter.client, 'admin_support_get_client', {
      ...{ support_grant_id: grant.id, client_id: birch },
    });
    expect(shown.email).toBe('anaxa@example.test');
    const facts = {
      ...{ actor_id: supporter.userId, actor_role: 'super_admin', actor_email: supporter.email },
      ...{ tenant_id: clinic.id, reason: 'cannot find a patient' },
    };
    expect(await readsOf(grant)).toEqual([
      {
        ...facts,
        ...{
          action: 'support.clients_listed',
          target_type: 'support',
          target_id: grant.id,
          target_label: null,
        },
        details: { support_grant_id: grant.id, search: 'na_a', client_ids: [ash] },
      },
      {
        ...facts,
        ...{
          action: 'support.client_read',
          target_type: 'client',
          target_id: birch,
          target_label: 'Bo Birch',
        },
        details: { support_grant_id: grant.id },
      },
    ]);
  });

  it('needs POST, because a GET could not leave an event', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    for (const path of [
      `rpc/admin_support_list_clients?support_grant_id=${grant.id}`,
      `rpc/admin_support_get_client?support_grant_id=${grant.id}&client_id=${ash}`,
    ]) {
      const answer = await dataApi('GET', path, { accessToken: supporter.accessToken });
      expect(answer.status).toBe(405);
      expect(JSON.stringify(answer.body)).not.toContain('Ash');
    }
    expect(await readsOf(grant)).toHaveLength(0);
  });

  it('that is refused or finds nothing leaves no event and is not counted', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const [elm] = await sql`select id from public.clients where tenant_id = ${otherClinic.id}`;
    for (const client_id of [elm?.id as string, randomUUID()]) {
      const args = { support_grant_id: grant.id, client_id };
      expect(await refusal(supporter.client, 'admin_support_get_client', args)).toBe('404 client_not_found');
    }
    const nobodys = { support_grant_id: randomUUID() };
    expect(await refusal(supporter.client, 'admin_support_list_clients', nobodys)).toBe(
      '403 support_access_required',
    );
    expect(await readsOf(grant)).toHaveLength(0);
    expect((await sql`select reads from public.support_grants where id = ${grant.id}`)[0]?.reads).toBe(0);
  });

  it('shows 50 clients at most and goes on where the page ended', async () => {
    const { clinic: large } = await createClinic(admin);
    await sql`insert into public.clients (tenant_id, last_name) select ${large.id}, 'Same' from generate_series(1, 60)`;
    const { supporter, grant } = await openAsNewAdmin(large);
    const first = await list(supporter, grant, { page_size: 1000 });
    const second = await list(supporter, grant, first.next ?? {});
    expect([first.clients.length, second.clients.length, second.next]).toEqual([50, 10, null]);
    expect(new Set([...first.clients, ...second.clients].map((client) => client.id)).size).toBe(60);
    const recorded = (await readsOf(grant)).map((event) => event.details.client_ids.length as number);
    expect(recorded).toEqual([50, 10]);
  });

  it('works while the clinic is suspended, not once it is deleted', async () => {
    const { clinic: closed } = await createClinic(admin);
    const { supporter, grant } = await openAsNewAdmin(closed);
    await call(admin.client, 'admin_suspend_tenant', { tenant_id: closed.id, reason: 'unpaid' });
    expect((await list(supporter, grant)).clients).toEqual([]);
    const colleague = await createSuperAdmin();
    expect((await open(colleague, closed)).state).toBe('active');
    await call(admin.client, 'admin_delete_tenant', { tenant_id: closed.id, reason: 'closed down' });
    expect(await refusedRead(supporter, grant)).toBe('403 support_access_required');
    const again = { tenant_id: closed.id, reason: 'look', minutes: 60 };
    expect(await refusal(admin.client, 'admin_open_support_access', again)).toBe(
      '409 tenant_already_deleted',
    );
  });
});

describe('whose grant it is', () => {
  it('another super-admin cannot use it', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const { supporter: colleague } = await openAsNewAdmin();
    expect(await refusedRead(colleague, grant)).toBe('403 support_access_required');
    expect((await list(supporter, grant)).clients).toHaveLength(2);
    expect((await readsOf(grant)).map((event) => event.actor_id)).toEqual([supporter.userId]);
  });

  it('a demoted super-admin cannot use their own', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    await sql`
      update public.platform_admins set status = 'revoked', status_reason = 'left', status_changed_at = now()
      where user_id = ${supporter.userId}`;
    expect(await refusedRead(supporter, grant)).toBe('403 super_admin_required');
    expect(await readsOf(grant)).toHaveLength(0);
  });

  it('one super-admin has one for a clinic, also when two requests race', async () => {
    for (const round of [1, 2, 3]) {
      const supporter = await createSuperAdmin();
      const answers = await Promise.all(
        Array.from({ length: 6 }, () =>
          supporter.client.rpc('admin_open_support_access', {
            ...{ tenant_id: clinic.id, reason: `round ${round}`, minutes: 60 },
          }),
        ),
      );
      expect(answers.filter((answer) => !answer.error)).toHaveLength(1);
      for (const { error, status } of answers.filter((answer) => answer.error)) {
        expect({ status, hint: error?.hint }).toEqual({ status: 409, hint: 'support_already_open' });
      }
      const [{ count } = {}] =
        await sql`select count(*)::integer from public.support_grants where admin_id = ${supporter.userId}`;
      expect(count).toBe(1);
    }
  });

  it('an expired one does not stand in the way of a new one', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    await expire(grant);
    expect((await open(supporter)).state).toBe('active');
  });
});

const expire = (grant: Grant) => sql`
  update public.support_grants set starts_at = now() - interval '1 hour', expires_at = now() where id = ${grant.id}`;

describe('the end of it', () => {
  it('comes by itself', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    await list(supporter, grant);
    await expire(grant);
    expect(await refusedRead(supporter, grant)).toBe('403 support_access_required');
    expect(await readsOf(grant)).toHaveLength(1);
  });

  it('comes with the owner, for the very next read', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    await list(supporter, grant);
    const ended = await call<Grant>(owner.client, 'end_support_access', {
      ...{ tenant_id: clinic.id, support_grant_id: grant.id },
    });
    expect(ended).toMatchObject({ state: 'ended', ended_by: 'owner', reads: 1 });
    expect(await refusedRead(supporter, grant)).toBe('403 support_access_required');
    expect(await readsOf(grant)).toHaveLength(1);
  });

  it('is the end of reads that are racing with it', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const reads = Array.from({ length: 6 }, () =>
      supporter.client.rpc('admin_support_list_clients', { support_grant_id: grant.id }),
    );
    const end = owner.client.rpc('end_support_access', {
      ...{ tenant_id: clinic.id, support_grant_id: grant.id },
    });
    const answers = await Promise.all(reads);
    expect((await end).error).toBeNull();
    const answered = answers.filter((answer) => !answer.error).length;
    expect(await readsOf(grant)).toHaveLength(answered);
    const [row] = await sql`select reads from public.support_grants where id = ${grant.id}`;
    expect(row?.reads).toBe(answered);
  });
});

describe('the clinic', () => {
  it("'s owner sees grants and the events of their use", async () => {
    const { supporter, grant } = await openAsNewAdmin();
    await list(supporter, grant, { search: 'birch' });
    const { grants } = await call<{ grants: Grant[] }>(owner.client, 'list_support_grants', {
      tenant_id: clinic.id,
    });
    expect(grants.find((each) => each.id === grant.id)).toMatchObject({
      ...{ state: 'active', admin_email: supporter.email, reason: 'cannot find a patient', reads: 1 },
    });
    await call(owner.client, 'end_support_access', { tenant_id: clinic.id, support_grant_id: grant.id });
    const { events } = await call<{ events: { action: string; target_id: string; details: unknown }[] }>(
      owner.client,
      'list_audit_events',
      { tenant_id: clinic.id, action: 'support.' },
    );
    const own = events.filter((event) => event.target_id === grant.id);
    expect(own.map((event) => event.action)).toEqual([
      'support.ended',
      'support.clients_listed',
      'support.opened',
    ]);
    expect(own[1]?.details).toMatchObject({ search: 'birch', client_ids: [birch] });
  });

  it("'s staff see that somebody can look, and can do nothing about it", async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const { grants } = await call<{ grants: { id: string }[] }>(staff.client, 'active_support', {
      tenant_id: clinic.id,
    });
    expect(grants.find((each) => each.id === grant.id)).toEqual({
      ...{ id: grant.id, reason: 'cannot find a patient', expires_at: expect.any(String) },
      admin_name: expect.any(String),
    });
    const args = { tenant_id: clinic.id, support_grant_id: grant.id };
    expect(await refusal(staff.client, 'end_support_access', args)).toBe('403 owner_required');
    const { tenant_id } = args;
    expect(await refusal(staff.client, 'list_support_grants', { tenant_id })).toBe('403 owner_required');
    expect((await list(supporter, grant)).clients).toHaveLength(2);
  });

  it('of somebody else is a clinic that does not exist', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const args = { tenant_id: clinic.id, support_grant_id: grant.id };
    const { tenant_id } = args;
    expect(await refusal(stranger.client, 'end_support_access', args)).toBe('404 clinic_not_found');
    expect(await refusal(stranger.client, 'list_support_grants', { tenant_id })).toBe('404 clinic_not_found');
    expect(await refusal(stranger.client, 'active_support', { tenant_id })).toBe('404 clinic_not_found');
    const through = { ...args, tenant_id: otherClinic.id };
    expect(await refusal(stranger.client, 'end_support_access', through)).toBe('404 support_grant_not_found');
    expect((await list(supporter, grant)).clients).toHaveLength(2);
  });
});
