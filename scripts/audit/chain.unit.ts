import { describe, expect, it } from 'vitest';
import { type AuditEvent, eventHash, partHash, sha256 } from './canonical.ts';
import { ChainCheck, type Finding, genesis, isBackDated, type Link } from './chain.ts';
import type { Dropped } from './retention.ts';

const chain = '22222222-2222-4222-8222-222222222222';

function eventAt(n: number): AuditEvent {
  return {
    id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    occurred_at: `2026-11-21T08:15:${String(n).padStart(2, '0')}.000000Z`,
    tenant_id: chain,
    actor_id: null,
    actor_role: 'postgres',
    action: 'client.updated',
    target_type: 'client',
    target_id: String(n),
    succeeded: 'true',
    schema_version: '1',
    actor_salt: `a${n}`,
    actor_email: 'ana@clinic.example',
    ip: null,
    user_agent: null,
    request_id: null,
    session_id: null,
    content_salt: `c${n}`,
    target_label: `Client ${n}`,
    before: null,
    after: '{"phone": "2"}',
    details: null,
    reason: null,
  };
}

/** Links as the database would make them. */
function sealed(events: AuditEvent[]): Link[] {
  let { hash } = genesis(chain);
  return events.map((event, index) => {
    const actor_hash = partHash(event, 'actor');
    const content_hash = partHash(event, 'content');
    const event_hash = eventHash(event, actor_hash, content_hash);
    hash = sha256(hash, event_hash);
    const { id: event_id, occurred_at: event_at } = event;
    const hashes = { actor_hash, content_hash, event_hash, hash };
    const seal = { chain, position: index + 1, event_id, event_at, ...hashes, sealed_at: event_at };
    return { seal, event, erased: { actor: false, content: false } };
  });
}

const fiveLinks = (): Link[] => sealed([1, 2, 3, 4, 5].map(eventAt));

const dropped = (eventsBefore: string | null, monthsKept: string[] = []): Dropped => ({
  eventsBefore,
  sealsBefore: null,
  monthsKept: new Set(monthsKept),
});

function check(links: Link[], gone = dropped(null), start = genesis(chain)): ChainCheck {
  const chainCheck = new ChainCheck(start, gone);
  links.forEach((link, index) => chainCheck.add(link, () => links.slice(index + 1)));
  return chainCheck;
}

const found = (links: Link[], gone = dropped(null)): Finding | null => check(links, gone).finding;

/** The links with the third one changed. */
function withThird(change: (link: Link & { event: AuditEvent }) => Partial<Link>): Link[] {
  return fiveLinks().map((link, index) =>
    index === 2 && link.event ? { ...link, ...change({ ...link, event: link.event }) } : link,
  );
}

describe('a chain', () => {
  it('is in order as it was sealed', () => {
    const whole = check(fiveLinks());
    whole.end({ position: 5, hash: whole.hash });
    expect([whole.finding, whole.verified, whole.position]).toEqual([null, 5, 5]);
  });

  it('is in order where parts were erased', () => {
    const emptied = {
      content_salt: null,
      target_label: null,
      before: null,
      after: null,
      details: null,
      reason: null,
    };
    const erase = (content: boolean) =>
      withThird(({ event }) => ({ event: { ...event, ...emptied }, erased: { actor: false, content } }));
    expect(found(erase(true))).toBeNull();
    expect(found(erase(false))).toMatchObject({ damage: 'erasure_not_recorded', position: 3 });
    expect(found(withThird(() => ({ erased: { actor: true, content: false } })))).toMatchObject({
      damage: 'content_changed',
      detail: expect.stringContaining('holds data again'),
    });
  });

  it('is in order where retention dropped events, and only there', () => {
    const links = fiveLinks().map((link, index) => (index < 2 ? { ...link, event: null } : link));
    expect(found(links, dropped('2026-11-21T08:15:03'))).toBeNull();
    expect(found(links, dropped('2026-11-21T08:15:02'))).toMatchObject({
      damage: 'event_missing',
      position: 2,
    });
    expect(found(links)).toMatchObject({ damage: 'event_missing', position: 1 });
  });

  it('has lost events if their month is not gone as a whole', () => {
    const links = withThird(() => ({ event: null }));
    expect(found(links, dropped('2027-01-01', ['2026-10', '2026-12']))).toBeNull();
    expect(found(links, dropped('2027-01-01', ['2026-11']))).toMatchObject({
      damage: 'event_missing',
      position: 3,
    });
  });

  it('begins after its checkpoint', () => {
    const links = fiveLinks();
    const start = { chain, position: 2, hash: links[1]?.seal.hash ?? Buffer.alloc(0) };
    expect(check(links.slice(2), dropped(null), start).finding).toBeNull();
    expect(check(links.slice(3), dropped(null), start).finding).toMatchObject({
      damage: 'checkpoint_broken',
    });
    const forged = { ...start, hash: sha256('forged') };
    expect(check(links.slice(2), dropped(null), forged).finding).toMatchObject({
      damage: 'checkpoint_broken',
    });
  });

  it('is not read at all without its beginning', () => {
    const chainCheck = new ChainCheck(genesis(chain), dropped(null));
    chainCheck.refuseStart('the beginning is gone');
    fiveLinks().forEach((link) => chainCheck.add(link, () => []));
    expect(chainCheck).toMatchObject({ verified: 0, isStartUncovered: true });
    expect(chainCheck.finding).toMatchObject({
      damage: 'checkpoint_broken',
      detail: 'the beginning is gone',
    });
  });

  it.each([
    ['target_label', 'what it says'],
    ['actor_email', 'who acted'],
    ['action', 'the facts of the event'],
  ] as const)('names the event of which %s was changed', (column, what) => {
    const finding = found(withThird(({ event }) => ({ event: { ...event, [column]: 'other' } })));
    expect(finding).toMatchObject({
      damage: 'content_changed',
      position: 3,
      eventId: eventAt(3).id,
      detail: `changed after sealing: ${what}`,
    });
  });

  it.each(['hash', 'event_hash', 'actor_hash', 'content_hash'] as const)(
    'names the seal of which %s was changed',
    (column) => {
      const links = withThird(({ seal }) => ({ seal: { ...seal, [column]: sha256('forged') } }));
      expect(found(links)).toMatchObject({ damage: 'seal_changed', position: 3 });
    },
  );

  it('tells a swap from a forgery', () => {
    const [first, second, third, fourth, fifth] = fiveLinks() as [Link, Link, Link, Link, Link];
    const at = (link: Link, position: number): Link => ({ ...link, seal: { ...link.seal, position } });
    expect(found([first, at(third, 2), at(second, 3), fourth, fifth])).toMatchObject({
      damage: 'order_broken',
      position: 2,
    });
    expect(found([first, third, fourth, fifth])).toMatchObject({
      damage: 'order_broken',
      detail: 'no seals from position 2 to 2',
    });
    expect(found([first, second, second, third])).toMatchObject({
      damage: 'order_broken',
      detail: 'position 2 is there twice',
    });
  });

  it('does not take the event of another clinic', () => {
    const links = sealed([eventAt(1), { ...eventAt(2), tenant_id: null }]);
    expect(found(links)).toMatchObject({ damage: 'order_broken', detail: 'it belongs to another chain' });
  });

  it('does not take an event that is dated back by more than a day', () => {
    const dated = (occurred_at: string) => sealed([eventAt(1), { ...eventAt(2), occurred_at }]);
    expect(found(dated('2026-11-20T09:00:00.000000Z'))).toBeNull();
    expect(found(dated('2026-11-20T08:00:00.000000Z'))).toMatchObject({
      damage: 'event_inserted',
      position: 2,
    });
    expect(isBackDated('2020-01-01T00:00:00Z', null)).toBe(false);
  });

  it('ends at the head the database kept', () => {
    const links = fiveLinks();
    const hashOf = (index: number) => links[index]?.seal.hash ?? Buffer.alloc(0);
    const cut = check(links.slice(0, 3));
    cut.end({ position: 5, hash: hashOf(4) });
    expect(cut.finding).toMatchObject({
      damage: 'seal_changed',
      detail: expect.stringContaining('5 had been sealed'),
    });
    const other = check(links);
    other.end({ position: 5, hash: hashOf(3) });
    expect(other.finding).toMatchObject({ damage: 'seal_changed' });
    const none = check(links);
    none.end(undefined);
    expect(none.finding).toMatchObject({ damage: 'seal_changed' });
  });
});
