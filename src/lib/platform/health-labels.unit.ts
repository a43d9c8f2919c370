import { describe, expect, it } from 'vitest';
import { healthLabel } from './health-labels.ts';

describe('a line of health', () => {
  it('counts what failed before what was not configured', () => {
    const detail = { failed: 2, not_configured: 5, days: 7 };
    expect(healthLabel({ key: 'invitation_mail', state: 'problem', detail }).text).toBe(
      'Could not be sent in the last 7 days: 2.',
    );
  });

  it('names the jobs whose last run failed', () => {
    const detail = { jobs: 3, runs: 90, failed: 4, failing: ['seal-audit', 'anchor-audit'] };
    expect(healthLabel({ key: 'scheduled_jobs', state: 'problem', detail }).text).toBe(
      'The last run failed: seal-audit, anchor-audit.',
    );
  });

  it('counts overdue jobs before those that gave up', () => {
    const detail = { overdue: 3, oldest_due_at: new Date(Date.now() - 3_600_000).toISOString(), dead: 2 };
    const line = { key: 'job_queue', state: 'problem' as const };
    expect(healthLabel({ ...line, detail }).text).toBe('Overdue: 3. The oldest was due 1 hour ago.');
    expect(healthLabel({ ...line, detail: { ...detail, overdue: 0 } }).text).toBe(
      'Gave up in the last 7 days: 2.',
    );
    expect(healthLabel({ ...line, detail: null }).text).toBe('Everything that was due has been done.');
  });

  it('counts mailboxes that wait before those that were stopped', () => {
    const detail = {
      overdue: 2,
      oldest_due_at: new Date(Date.now() - 3_600_000).toISOString(),
      stopped: 1,
      accounts: 9,
    };
    const line = { key: 'mail_sync', state: 'warning' as const };
    expect(healthLabel({ ...line, detail }).text).toBe(
      'Mailboxes not reached in time: 2. The oldest was due 1 hour ago.',
    );
    expect(healthLabel({ ...line, detail: { ...detail, overdue: 0 } }).text).toBe(
      'Mailboxes stopped by errors: 1.',
    );
    expect(healthLabel({ ...line, state: 'ok', detail: { overdue: 0, stopped: 0, accounts: 9 } }).text).toBe(
      'Mailboxes that are synced: 9.',
    );
  });

  it('says that a domain is not set up, without a link to nothing', () => {
    expect(healthLabel({ key: 'mail_sync', state: 'not_available', detail: null })).toEqual({
      title: 'Mailbox sync',
      text: 'Not set up yet.',
    });
  });

  it('of a kind that is not known yet says its state, whatever it carries', () => {
    expect(healthLabel({ key: 'fax_sync', state: 'warning', detail: { odd: true } })).toEqual({
      title: 'fax_sync',
      text: 'Needs a look.',
    });
  });
});
