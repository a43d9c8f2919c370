import { expect, it } from 'vitest';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../../support/people.ts';

/** Taking clients out, over HTTP: who may, what comes, and that owners read of it. */

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { owner: stranger } = await createClinic(admin);
const tenant_id = clinic.id;
const { id: client_id } = await call<{ id: string }>(owner.client, 'save_client', {
  ...{ tenant_id, client_id: null },
  details: { first_name: 'Ana', last_name: 'Pop' },
  identifiers: [{ kind: 'phone', raw: '0721 000 111' }],
});
await owner.client.from('client_notes').insert({ tenant_id, client_id, body: 'A note' });

it('is for owners, and for members whom an owner has allowed to', async () => {
  const list = { tenant_id, kind: 'list' };
  expect(await refusal(staff.client, 'begin_client_export', list)).toBe('403 export_not_permitted');
  expect(await refusal(staff.client, 'client_record', { tenant_id, client_id })).toBe(
    '403 export_not_permitted',
  );
  expect(await refusal(stranger.client, 'begin_client_export', list)).toBe('404 clinic_not_found');
  await call(owner.client, 'set_member_permissions', {
    ...{ tenant_id, user_id: staff.userId },
    permissions: ['exports'],
  });
  expect(await call(staff.client, 'begin_client_export', list)).toMatchObject({ clinic_slug: clinic.slug });
});

it('gives everything about a client', async () => {
  await call(owner.client, 'begin_client_export', { tenant_id, kind: 'record', client_id });
  expect(await call(owner.client, 'client_record', { tenant_id, client_id })).toMatchObject({
    client: { first_name: 'Ana', last_name: 'Pop' },
    identifiers: [{ normalised: '+40721000111' }],
    notes: [{ body: 'A note', revisions: [] }],
    ...{ tasks: [], files: [] },
    activities: [{ kind: 'client_added' }, { kind: 'note_added' }],
    people: { [owner.userId]: expect.any(String) as string },
  });
});

it('is in the audit log', async () => {
  const { events } = await call<{ events: { action: string }[] }>(owner.client, 'list_audit_events', {
    ...{ tenant_id, action: 'client.exported' },
  });
  expect(events).toMatchObject([{ action: 'client.exported', target_label: 'Ana Pop' }]);
});
