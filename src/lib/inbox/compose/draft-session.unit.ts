import { AppError } from '#lib/supabase/errors.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DraftSession, type DraftSteps } from './draft-session.svelte.ts';
import type { KeptDraft } from './local-draft.ts';
import type { Draft, DraftValues } from './schemas.ts';

// Without Svelte's compiler a rune is just its value; what the session does is the same.
const rune = <T>(value: T): T => value;
vi.stubGlobal('$state', Object.assign(rune, { raw: rune }));

const draft = (change: Partial<Draft> = {}): Draft => ({
  ...{ id: 'd', kind: 'new', account_id: 'a', conversation_id: null, message_id: null, client_id: null },
  ...{
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    text_body: '',
    html_body: null,
    quoted_text: '',
    quoted_html: null,
  },
  ...{ revision: 1, updated_at: '', author: { user_id: 'u', first_name: '', last_name: '' } },
  ...{ is_mine: true, attachments: [] },
  ...change,
});

/** A server with one draft, and a browser's store beside it. */
class Server implements DraftSteps {
  now: Draft;
  kept: KeptDraft | null = null;
  saves: Partial<DraftValues>[] = [];
  failWith: unknown = null;
  hold: Promise<void> | null = null;
  constructor(now = draft()) {
    this.now = now;
  }
  save: DraftSteps['save'] = async (values, revision) => {
    await this.hold;
    if (this.failWith) throw this.failWith;
    if (revision !== this.now.revision) throw new AppError('draft_changed', 409);
    this.saves.push(values);
    this.now = { ...this.now, ...values, revision: revision + 1 };
    return { id: 'd', revision: this.now.revision, updated_at: '' };
  };
  read = async () => this.now;
  store = { read: () => this.kept, keep: (kept: KeptDraft | null) => void (this.kept = kept) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('typing', () => {
  it('is saved a moment after the last key, in one go', async () => {
    const server = new Server();
    const session = new DraftSession(server.now, server);
    session.change({ subject: 'H' });
    await vi.advanceTimersByTimeAsync(500);
    session.change({ subject: 'Hi' });
    await vi.advanceTimersByTimeAsync(500);
    expect(server.saves).toEqual([]);
    expect(server.kept).toEqual({ revision: 1, values: { subject: 'Hi' } });
    await vi.advanceTimersByTimeAsync(400);
    expect(server.saves).toEqual([{ subject: 'Hi' }]);
    expect([session.status, session.revision, server.kept]).toEqual(['saved', 2, null]);
  });

  it('while it is being saved is saved next, from the new revision', async () => {
    const server = new Server();
    const session = new DraftSession(server.now, server);
    let go = () => undefined as void;
    server.hold = new Promise((resolve) => (go = resolve));
    session.change({ subject: 'one' });
    await vi.advanceTimersByTimeAsync(800);
    session.change({ subject: 'two', text_body: 'x' });
    go();
    server.hold = null;
    await vi.advanceTimersByTimeAsync(800);
    expect(server.saves).toEqual([{ subject: 'one' }, { subject: 'two', text_body: 'x' }]);
    expect(session.status).toBe('saved');
  });

  it('is all there before it is sent', async () => {
    const server = new Server();
    const session = new DraftSession(server.now, server);
    session.change({ subject: 'Hi' });
    expect(await session.flush()).toBe(true);
    expect(server.now.subject).toBe('Hi');
  });
});

describe('without a connection', () => {
  it('what is typed is kept here, and saved when the connection is back', async () => {
    const server = new Server();
    const session = new DraftSession(server.now, server);
    server.failWith = new AppError('network');
    session.change({ subject: 'Hi' });
    expect(await session.flush()).toBe(false);
    expect(session.status).toBe('waiting');
    expect(server.kept).toEqual({ revision: 1, values: { subject: 'Hi' } });
    server.failWith = null;
    await vi.advanceTimersByTimeAsync(5_000);
    expect([session.status, server.now.subject, server.kept]).toEqual(['saved', 'Hi', null]);
  });

  it('and the window closed, all is there again, and saved', async () => {
    const server = new Server();
    server.kept = { revision: 1, values: { subject: 'Hi' } };
    const session = new DraftSession(server.now, server);
    expect(session.values.subject).toBe('Hi');
    await vi.advanceTimersByTimeAsync(0);
    expect([server.now.subject, session.status]).toEqual(['Hi', 'saved']);
  });
});

describe('a draft that another window has changed', () => {
  const changed = async () => {
    const server = new Server();
    const session = new DraftSession(server.now, server);
    server.now = draft({ revision: 5, subject: 'theirs', text_body: 'theirs' });
    session.change({ subject: 'mine' });
    await vi.advanceTimersByTimeAsync(800);
    return { server, session };
  };

  it('is not overwritten without asking', async () => {
    const { server, session } = await changed();
    expect([session.status, session.other?.subject, server.now.subject]).toEqual([
      'stuck',
      'theirs',
      'theirs',
    ]);
    session.change({ subject: 'mine, still' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.now.subject).toBe('theirs');
    expect(await session.flush()).toBe(false);
  });

  it('becomes what this window has', async () => {
    const { server, session } = await changed();
    await session.keepMine();
    expect(server.now).toMatchObject({ subject: 'mine', text_body: '', revision: 6 });
    expect(session.status).toBe('saved');
  });

  it('or what the other one has', async () => {
    const { server, session } = await changed();
    session.takeOther();
    expect(session.values).toMatchObject({ subject: 'theirs', text_body: 'theirs' });
    expect([session.revision, server.kept, session.replaced]).toEqual([5, null, 1]);
  });

  it('to the same is no quarrel', async () => {
    const server = new Server();
    const session = new DraftSession(server.now, server);
    server.now = draft({ revision: 2, subject: 'Hi' });
    session.change({ subject: 'Hi' });
    await vi.advanceTimersByTimeAsync(800);
    expect([session.status, session.revision]).toEqual(['saved', 2]);
  });

  it('while this one was closed is noticed when it opens', () => {
    const server = new Server(draft({ revision: 3, subject: 'theirs' }));
    server.kept = { revision: 1, values: { subject: 'mine' } };
    const session = new DraftSession(server.now, server);
    expect([session.status, session.values.subject, session.other?.subject]).toEqual([
      'stuck',
      'mine',
      'theirs',
    ]);
  });
});

it('what cannot be saved says why, and is tried again with the next change', async () => {
  const server = new Server();
  const session = new DraftSession(server.now, server);
  server.failWith = new AppError('field_too_long', 422);
  session.change({ subject: 'x' });
  await vi.advanceTimersByTimeAsync(800);
  expect([session.status, session.failure]).toEqual(['stuck', server.failWith]);
  server.failWith = null;
  session.change({ subject: 'y' });
  await vi.advanceTimersByTimeAsync(800);
  expect([session.status, server.now.subject]).toEqual(['saved', 'y']);
});

it('what was sent is not saved any more', async () => {
  const server = new Server();
  const session = new DraftSession(server.now, server);
  session.change({ subject: 'Hi' });
  session.end();
  session.change({ subject: 'Hi!' });
  await vi.advanceTimersByTimeAsync(10_000);
  expect([server.saves, server.kept]).toEqual([[], null]);
});
