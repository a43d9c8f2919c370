import { beforeAll, expect, it } from 'vitest';
import {
  call,
  type Clinic,
  createClinic,
  createSuperAdmin,
  type Person,
  refusal,
} from '../../support/people.ts';

/** The dashboard over HTTP, after work has been done over HTTP. */

interface Dashboard {
  period: { days: number; from: string; to: string };
  clients: { total: number; added: number; by_day: { day: string; added: number }[] };
  tasks: { open: number; next: { title: string }[] };
  activity: { by_day: { count: number }[]; recent: { kind: string; actor: { user_id: string } | null }[] };
}

let clinic: Clinic;
let owner: Person;
let stranger: Person;

beforeAll(async () => {
  const admin = await createSuperAdmin();
  ({ clinic, owner } = await createClinic(admin));
  stranger = (await createClinic(admin)).owner;
});

it('shows what has just been done', async () => {
  const { error } = await owner.client
    .from('clients')
    .insert({ tenant_id: clinic.id, first_name: 'Ana', last_name: 'Pop' });
  expect(error).toBeNull();
  await call(owner.client, 'save_task', {
    tenant_id: clinic.id,
    task_id: null,
    fields: { title: 'Call the laboratory', due_on: '2020-01-01' },
  });
  const seen = await call<Dashboard>(owner.client, 'dashboard', { tenant_id: clinic.id });
  expect(seen.period.days).toBe(30);
  expect(seen.clients).toMatchObject({ total: 1, added: 1 });
  expect(seen.clients.by_day).toHaveLength(30);
  expect(seen.clients.by_day.at(-1)).toEqual({ day: seen.period.to, added: 1 });
  expect(seen.tasks).toMatchObject({ open: 1, next: [{ title: 'Call the laboratory' }] });
  expect(seen.activity.recent[0]).toMatchObject({ kind: 'client_added', actor: { user_id: owner.userId } });
});

it('is of members and of its periods', async () => {
  expect(await refusal(stranger.client, 'dashboard', { tenant_id: clinic.id })).toBe('404 clinic_not_found');
  expect(await refusal(owner.client, 'dashboard', { tenant_id: clinic.id, days: 31 })).toBe(
    '422 period_invalid',
  );
});
