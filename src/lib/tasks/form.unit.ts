import { expect, it } from 'vitest';
import { changedValues, EMPTY_TASK, taskFormSchema, toTaskForm } from './form.ts';
import type { Task } from './schemas.ts';

const task: Task = {
  id: '1',
  title: 'Call the lab',
  details: '',
  due_on: '2026-11-21',
  priority: 'high',
  status: 'open',
  completed_at: null,
  revision: 3,
  created_at: '2026-11-20T08:00:00Z',
  client: { id: 'c', first_name: 'Ana', last_name: 'Pop' },
  assignee: null,
};

it('sends only what was changed', () => {
  const from = toTaskForm(task);
  expect(changedValues(from, from)).toEqual({});
  expect(changedValues({ ...from, due_on: '', client_id: '' }, from)).toEqual({
    due_on: null,
    client_id: null,
  });
  expect(changedValues({ ...EMPTY_TASK, title: 'New' }, EMPTY_TASK)).toEqual({ title: 'New' });
});

it('refuses what is no task', () => {
  const issues = (change: object) =>
    taskFormSchema
      .safeParse({ ...EMPTY_TASK, title: 'x', ...change })
      .error?.issues.map(({ path }) => path[0]);
  expect(issues({})).toBeUndefined();
  expect(issues({ title: '  ' })).toEqual(['title']);
  expect(issues({ title: 'x'.repeat(201) })).toEqual(['title']);
  expect(issues({ due_on: '2026-02-30' })).toEqual(['due_on']);
  expect(issues({ details: 'x'.repeat(5001) })).toEqual(['details']);
});
