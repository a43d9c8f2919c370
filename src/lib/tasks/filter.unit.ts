import { expect, it } from 'vitest';
import { readTaskView, taskQuestions, taskViewQuery } from './filter.ts';

const WHO = '3f0a2c1e-0000-4000-8000-000000000001';
const read = (query: string) => readTaskView(new URLSearchParams(query));

it('keeps a view in the address', () => {
  for (const query of ['', '?list=all', `?list=overdue&view=board&q=lab+%26+co&who=${WHO}`])
    expect(taskViewQuery(read(query))).toBe(query);
});

it('leaves out what makes no sense', () => {
  expect(read('?list=nonsense&view=cube&who=me')).toEqual({
    list: 'mine',
    look: 'list',
    search: '',
    assigneeId: '',
  });
  expect(read(`?q=${'x'.repeat(500)}`).search).toHaveLength(200);
});

it('asks for two lists on the board and for one elsewhere', () => {
  expect(taskQuestions(read(`?view=board&list=mine&who=${WHO}`))).toEqual({
    main: { scope: 'all', search: '', assigneeId: WHO },
    done: { scope: 'done', search: '', assigneeId: WHO },
  });
  expect(taskQuestions(read(`?who=${WHO}`)).main).toEqual({ scope: 'mine', search: '', assigneeId: '' });
});
