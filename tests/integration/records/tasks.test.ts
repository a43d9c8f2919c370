import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../../support/people.ts';

/** Tasks over HTTP: double clicks, two people at once, long lists, and nothing for anybody outside the clinic. */

const sql = ownerConnection();
afterAll(() => sql.end());

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { clinic: elsewhere, owner: stranger } = await createClinic(admin);
const tenant_id = clinic.id;

interface Task {
  id: string;
  title: string;
  status: string;
  revision: number;
  completed_by: string | null;
}

const add = (values: object) =>
  call<Task>(staff.client, 'save_task', {
    tenant_id,
    task_id: null,
    fields: { title: 'Call the lab', ...values },
  });

describe('a task', () => {
  it('completed by two clicks and two people at once is completed once', async () => {
    const [client] =
      await sql`insert into public.clients (tenant_id, last_name) values (${tenant_id}, 'Pop') returning id`;
    const { id } = await add({ client_id: client?.id as string });
    const answers = await Promise.all(
      [staff, staff, owner, owner].map((person) =>
        call<Task>(person.client, 'set_task_status', { tenant_id, task_id: id, status: 'done' }),
      ),
    );
    expect(new Set(answers.map(({ completed_by }) => completed_by)).size).toBe(1);
    const told =
      await sql`select from public.activities where subject_id = ${id} and kind = 'task_completed'`;
    expect(told).toHaveLength(1);
    expect(
      await sql`select from public.audit_events where target_id = ${id} and action = 'task.completed'`,
    ).toHaveLength(1);
  });

  it('changed by two people at once is changed by one, and the other is told', async () => {
    const { id } = await add({});
    const answers = await Promise.allSettled(
      [owner, staff].map((person, n) =>
        call(person.client, 'save_task', {
          ...{ tenant_id, task_id: id, seen_revision: 1 },
          fields: { title: `Version ${n}` },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [row] = await sql`select revision from public.tasks where id = ${id}`;
    expect(row?.revision).toBe(2);
  });

  it('keeps who it was given to after they left, and is not given to them again', async () => {
    const leaver = await addStaff(owner, clinic);
    const { id } = await add({ assignee_id: leaver.userId });
    await call(owner.client, 'remove_member', { tenant_id, user_id: leaver.userId });
    expect(
      await call(staff.client, 'save_task', { tenant_id, task_id: id, fields: { priority: 'high' } }),
    ).toMatchObject({ assignee: { user_id: leaver.userId } });
    expect(
      await refusal(staff.client, 'save_task', {
        ...{ tenant_id, task_id: null, fields: { title: 'x', assignee_id: leaver.userId } },
      }),
    ).toBe('422 assignee_unknown');
    expect(await refusal(leaver.client, 'list_tasks', { tenant_id })).toBe('404 clinic_not_found');
  });
});

describe('lists', () => {
  it('of thousands are walked page by page, without a gap or a repetition', async () => {
    await sql`insert into public.tasks (tenant_id, title, due_on, priority, created_at)
      select ${tenant_id}, 'Task ' || n, case when n % 3 > 0 then current_date + n % 7 end,
        (array['low', 'normal', 'high'])[1 + n % 3], now() - n % 5 * interval '1 hour'
      from generate_series(1, 1000) n`;
    const seen: string[] = [];
    let after: unknown = null;
    do {
      const page: { tasks: Task[]; next: unknown } = await call(owner.client, 'list_tasks', {
        ...{ tenant_id, scope: 'all', search: 'task', after, page_size: 170 },
      });
      seen.push(...page.tasks.map(({ id }) => id));
      after = page.next;
    } while (after);
    expect(seen).toHaveLength(1000);
    expect(new Set(seen).size).toBe(1000);
  });
});

describe("another clinic's owner", () => {
  it('is refused by every function and reads no row', async () => {
    const { id } = await add({ title: 'Ours' });
    for (const [name, args] of [
      ['save_task', { task_id: id, fields: { title: 'Theirs' } }],
      ['set_task_status', { task_id: id, status: 'done' }],
      ['delete_task', { task_id: id }],
    ] as const) {
      expect(await refusal(stranger.client, name, { tenant_id, ...args })).toBe('404 clinic_not_found');
      expect(await refusal(stranger.client, name, { tenant_id: elsewhere.id, ...args })).toBe(
        '404 task_not_found',
      );
    }
    for (const name of ['list_tasks', 'task_counts', 'list_colleagues'])
      expect(await refusal(stranger.client, name, { tenant_id })).toBe('404 clinic_not_found');
    expect((await stranger.client.from('tasks').select('id').eq('tenant_id', tenant_id)).data).toEqual([]);
    expect(await sql`select title, status from public.tasks where id = ${id}`).toEqual([
      { title: 'Ours', status: 'open' },
    ]);
  });

  it('cannot give a task of their own to our people or about our clients', async () => {
    const save = (values: object) =>
      refusal(stranger.client, 'save_task', {
        tenant_id: elsewhere.id,
        task_id: null,
        fields: { title: 'x', ...values },
      });
    const [client] =
      await sql`insert into public.clients (tenant_id, last_name) values (${tenant_id}, 'Ion') returning id`;
    expect(await save({ assignee_id: staff.userId })).toBe('422 assignee_unknown');
    expect(await save({ client_id: client?.id as string })).toBe('404 client_not_found');
  });
});
