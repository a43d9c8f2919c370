import { afterAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../../scripts/audit/verify-audit.ts';
import { dataApi, ownerConnection } from '../../support/environment.ts';
import {
  addExisting,
  addStaff,
  call,
  type Clinic,
  createClinic,
  createSuperAdmin,
  invite,
  type Person,
  refusal,
  signIn,
} from '../../support/people.ts';

/** The life of clinics and people as a super-admin runs it over HTTP, and what the audit log says of it afterwards. */

interface AuditEvent {
  action: string;
  actor_id: string | null;
  actor_email: string | null;
  actor_role: string | null;
  target_label: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
  erased: boolean;
}
interface Restored {
  restored: { user_id: string }[];
  left_disabled: { user_id: string; why: string }[];
}

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();

/** Events about one target, oldest first; of a user only those about the account itself, without memberships and acts. */
async function eventsOf(type: 'tenant' | 'user', id: string): Promise<AuditEvent[]> {
  const { events } = await call<{ events: AuditEvent[] }>(admin.client, 'admin_list_audit_events', {
    target_type: type,
    target_id: id,
    action: `${type}.`,
    page_size: 100,
  });
  return events.toReversed();
}

const statusChange = (event: AuditEvent) => [
  event.action,
  event.before?.['status'],
  event.after?.['status'],
  event.reason,
];

async function sees(person: Person, clinic: Clinic): Promise<boolean> {
  const { body } = await dataApi('GET', `tenants?select=id&id=eq.${clinic.id}`, {
    accessToken: person.accessToken,
  });
  return Array.isArray(body) && body.length === 1;
}

describe('a clinic from its creation to its return', () => {
  it('is created, suspended, resumed, deleted and restored, and the audit shows who, what, before, after and why', async () => {
    const { clinic, owner } = await createClinic(admin);
    const step = (name: string, reason: string) => call(admin.client, name, { tenant_id: clinic.id, reason });
    expect(await sees(owner, clinic)).toBe(true);
    await step('admin_suspend_tenant', 'unpaid');
    expect(await sees(owner, clinic)).toBe(false);
    await step('admin_resume_tenant', 'paid');
    expect(await sees(owner, clinic)).toBe(true);
    await step('admin_delete_tenant', 'closed');
    expect(await sees(owner, clinic)).toBe(false);
    await step('admin_restore_tenant', 'reopened');
    expect(await sees(owner, clinic)).toBe(true);

    const events = await eventsOf('tenant', clinic.id);
    expect(events.map(statusChange)).toEqual([
      ['tenant.created', undefined, 'active', null],
      ['tenant.suspended', 'active', 'suspended', 'unpaid'],
      ['tenant.resumed', 'suspended', 'active', 'paid'],
      ['tenant.deleted', 'active', 'deleted', 'closed'],
      ['tenant.restored', 'deleted', 'active', 'reopened'],
    ]);
    for (const event of events)
      expect(event).toMatchObject({
        actor_id: admin.userId,
        actor_email: admin.email,
        actor_role: 'super_admin',
        target_label: clinic.name,
      });
  });

  it('is edited and given seats, once per form', async () => {
    const { clinic } = await createClinic(admin, 5);
    const shown = await call<{ updated_at: string }>(admin.client, 'admin_get_tenant', {
      tenant_id: clinic.id,
    });
    const save = (name: string) => ({
      ...{ tenant_id: clinic.id, name, time_zone: 'Europe/Bucharest', seen_updated_at: shown.updated_at },
    });
    await call(admin.client, 'admin_update_tenant', save('First'));
    expect(await refusal(admin.client, 'admin_update_tenant', save('Second'))).toBe('409 changed_meanwhile');
    await call(admin.client, 'admin_set_seats', { tenant_id: clinic.id, max_seats: 8 });
    expect((await eventsOf('tenant', clinic.id)).slice(1)).toMatchObject([
      { action: 'tenant.updated', before: { name: clinic.name }, after: { name: 'First' } },
      { action: 'tenant.updated', before: { max_seats: 5 }, after: { max_seats: 8 } },
    ]);
  });
});

describe('a person from joining to their return', () => {
  it('is suspended, resumed, deleted and restored, and the audit shows who, what, before, after and why', async () => {
    const { clinic, owner } = await createClinic(admin);
    const staff = await addStaff(owner, clinic);
    const step = (name: string, reason: string) =>
      call(admin.client, name, { user_id: staff.userId, reason });
    await step('admin_suspend_user', 'lost a laptop');
    expect(await sees(staff, clinic)).toBe(false);
    expect((await staff.client.auth.refreshSession()).error).not.toBeNull();
    await step('admin_resume_user', 'found it');
    expect(await sees(staff, clinic)).toBe(true);
    await step('admin_delete_user', 'left');
    expect(await sees(staff, clinic)).toBe(false);
    await step('admin_restore_user', 'came back');
    expect(await sees(await signIn(staff.email, staff.password), clinic)).toBe(true);

    const events = await eventsOf('user', staff.userId);
    expect(events.map(statusChange)).toEqual([
      ['user.created', undefined, 'active', null],
      ['user.suspended', 'active', 'suspended', 'lost a laptop'],
      ['user.resumed', 'suspended', 'active', 'found it'],
      ['user.deleted', 'active', 'deleted', 'left'],
      ['user.restored', 'deleted', 'active', 'came back'],
    ]);
    expect(events[0]).toMatchObject({ actor_id: staff.userId, target_label: staff.email });
    for (const event of events.slice(1))
      expect(event).toMatchObject({
        actor_id: admin.userId,
        actor_role: 'super_admin',
        target_label: staff.email,
      });
    const { events: ofMember } = await call<{ events: AuditEvent[] }>(
      admin.client,
      'admin_list_audit_events',
      { target_type: 'user', target_id: staff.userId, action: 'member.' },
    );
    expect(ofMember.toReversed().map(statusChange)).toEqual([
      ['member.joined', undefined, 'active', null],
      ['member.revoked', 'active', 'revoked', 'The account was deleted.'],
      ['member.restored', 'revoked', 'active', 'The account was restored.'],
    ]);
  });

  it('a refused step leaves no event', async () => {
    const { owner } = await createClinic(admin);
    const before = await eventsOf('user', owner.userId);
    expect(await refusal(admin.client, 'admin_suspend_user', { user_id: owner.userId, reason: '  ' })).toBe(
      '422 reason_required',
    );
    expect(await refusal(admin.client, 'admin_resume_user', { user_id: owner.userId, reason: 'x' })).toBe(
      '409 user_not_suspended',
    );
    expect(await refusal(admin.client, 'admin_delete_user', { user_id: admin.userId, reason: 'x' })).toBe(
      '409 cannot_act_on_self',
    );
    expect(await eventsOf('user', owner.userId)).toEqual(before);
  });
});

describe('the restore of a clinic', () => {
  it('brings back whom its deletion disabled, and nobody an earlier one left disabled or an owner removed', async () => {
    const { clinic, owner } = await createClinic(admin, 4);
    const removed = await addStaff(owner, clinic);
    await call(owner.client, 'remove_member', { tenant_id: clinic.id, user_id: removed.userId });
    const first = await addStaff(owner, clinic);
    const second = await addStaff(owner, clinic);
    await call(admin.client, 'admin_delete_tenant', { tenant_id: clinic.id, reason: 'closed' });
    await call(admin.client, 'admin_set_seats', { tenant_id: clinic.id, max_seats: 2 });
    const once = await call<Restored>(admin.client, 'admin_restore_tenant', {
      ...{ tenant_id: clinic.id, reason: 'reopened' },
    });
    expect(once.restored.map((member) => member.user_id)).toEqual([owner.userId, first.userId]);
    expect(once.left_disabled).toMatchObject([{ user_id: second.userId, why: 'no_seats_left' }]);

    await call(admin.client, 'admin_set_seats', { tenant_id: clinic.id, max_seats: 10 });
    await call(admin.client, 'admin_delete_tenant', { tenant_id: clinic.id, reason: 'closed again' });
    const twice = await call<Restored>(admin.client, 'admin_restore_tenant', {
      ...{ tenant_id: clinic.id, reason: 'reopened again' },
    });
    expect(twice.restored.map((member) => member.user_id)).toEqual([owner.userId, first.userId]);
    expect(await sees(first, clinic)).toBe(true);
    expect(await sees(second, clinic)).toBe(false);
    expect(await sees(removed, clinic)).toBe(false);
    await call(owner.client, 'restore_member', {
      ...{ tenant_id: clinic.id, user_id: second.userId, reason: 'a seat is free' },
    });
    expect(await sees(second, clinic)).toBe(true);
  });
});

describe('people who are not super-admins', () => {
  it('are refused by every lifecycle function, whatever they are in the clinic', async () => {
    const { clinic, owner } = await createClinic(admin);
    const staff = await addStaff(owner, clinic);
    const tenant_id = clinic.id;
    const user_id = staff.userId;
    const reason = 'mine';
    const calls: [string, Record<string, unknown>][] = [
      ['admin_suspend_tenant', { tenant_id, reason }],
      ['admin_resume_tenant', { tenant_id, reason }],
      ['admin_delete_tenant', { tenant_id, reason }],
      ['admin_restore_tenant', { tenant_id, reason }],
      ['admin_update_tenant', { tenant_id, name: 'Mine', time_zone: 'UTC' }],
      ['admin_set_seats', { tenant_id, max_seats: 100 }],
      ['admin_suspend_user', { user_id, reason }],
      ['admin_resume_user', { user_id, reason }],
      ['admin_delete_user', { user_id, reason }],
      ['admin_restore_user', { user_id, reason }],
      ['admin_update_user', { user_id, first_name: 'A', last_name: 'B', language: 'en' }],
      ['admin_set_member_role', { tenant_id, user_id, role: 'owner', reason }],
      ['admin_transfer_ownership', { tenant_id, from_user_id: owner.userId, to_user_id: user_id, reason }],
      ['admin_remove_member', { tenant_id, user_id, reason }],
      ['admin_restore_member', { tenant_id, user_id, reason }],
      ['admin_grant_super_admin', { user_id, reason }],
      ['admin_revoke_super_admin', { user_id: admin.userId, reason }],
      ['admin_list_status_transitions', {}],
    ];
    for (const [name, args] of calls)
      for (const person of [staff, owner])
        expect([name, await refusal(person.client, name, args)]).toEqual([name, '403 super_admin_required']);
  });
});

describe('erasing a person', () => {
  it('empties what the audit log says of them, and the chain still verifies', async () => {
    const { clinic, owner } = await createClinic(admin);
    const staff = await addStaff(owner, clinic);
    const { clinic: other, owner: otherOwner } = await createClinic(admin);
    await addExisting(otherOwner, other, staff);
    const open = await createClinic(admin);
    await invite(open.owner, open.clinic, staff.email);
    await call(staff.client, 'my_access');
    await call(admin.client, 'admin_update_user', {
      ...{ user_id: staff.userId, first_name: 'Aurelia', last_name: 'Erasable', language: 'ro' },
    });
    await call(admin.client, 'admin_delete_user', { user_id: staff.userId, reason: 'asked to be forgotten' });

    await expect
      .poll(
        () =>
          sql`select private.erase_person(${staff.userId}, 'request 17')`.then(
            () => 'erased',
            (error: { hint?: string }) => error.hint,
          ),
        // Events are sealed first, which waits for transactions of other tests.
        { timeout: 20_000, interval: 200 },
      )
      .toBe('erased');

    const left = await sql`
      select e.action from public.audit_events e
      where to_jsonb(e)::text ilike any (array[${`%${staff.email}%`}, '%Erasable%', '%asked to be forgotten%'])`;
    expect(left).toEqual([]);
    const events = await eventsOf('user', staff.userId);
    expect(events.map((event) => [event.action, event.target_label, event.erased])).toEqual([
      ['user.created', null, true],
      ['user.updated', null, true],
      ['user.deleted', null, true],
      ['user.erased', null, false],
    ]);
    for (const { id } of [clinic, other, open.clinic]) {
      const report = await verifyAudit(sql, { chain: id, kept: null });
      expect(report.findings).toEqual([]);
      expect(report.events).toBeGreaterThan(0);
    }
    await expect(signIn(staff.email, staff.password)).rejects.toThrow();
    expect(await refusal(admin.client, 'admin_restore_user', { user_id: staff.userId, reason: 'x' })).toBe(
      '409 user_erased',
    );
  });
});
