import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, canonical, chainStart, eventHash, partHash, sha256 } from './canonical.ts';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

const event: AuditEvent = {
  id: '11111111-1111-4111-8111-111111111111',
  occurred_at: '2026-11-21T08:15:30.123456Z',
  tenant_id: null,
  actor_id: null,
  actor_role: 'postgres',
  action: 'client.updated',
  target_type: 'client',
  target_id: '7',
  succeeded: 'true',
  schema_version: '1',
  actor_salt: 's',
  actor_email: null,
  ip: '203.0.113.7',
  user_agent: '',
  request_id: null,
  session_id: null,
  content_salt: null,
  target_label: null,
  before: null,
  after: null,
  details: null,
  reason: null,
};

describe('the canonical form', () => {
  it('counts octets, and tells null from empty', () => {
    expect(canonical(['ab', null, '', 'Ș', '-']).toString()).toBe('2:ab-0:2:Ș1:-');
    expect(canonical([]).toString()).toBe('');
  });

  it('gives no two lists the same bytes', () => {
    const lists = [['1:a'], ['1', 'a'], ['1:', 'a'], [null, '-'], ['-', null], ['--'], [null, null, '-']];
    expect(new Set(lists.map((list) => canonical(list).toString())).size).toBe(lists.length);
  });
});

describe('the hashes of an event', () => {
  it('are those of its parts and facts, in the order of the columns', () => {
    const actor = partHash(event, 'actor');
    const content = partHash(event, 'content');
    expect(actor.toString('hex')).toBe(sha('1:s-11:203.0.113.70:--'));
    expect(content.toString('hex')).toBe(sha('------'));
    const facts =
      '36:11111111-1111-4111-8111-11111111111127:2026-11-21T08:15:30.123456Z--8:postgres14:client.updated6:client1:74:true1:1';
    expect(eventHash(event, actor, content)).toEqual(sha256(facts, actor, content));
  });

  it('begin a chain with its name', () => {
    expect(chainStart('c').toString('hex')).toBe(sha('chairside audit chain c'));
  });
});
