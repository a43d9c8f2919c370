import { describe, expect, it } from 'vitest';
import { type AnchorMail, renderAnchorMail } from './anchor-mail.ts';

const digest = '0123456789abcdef'.repeat(4);
const anchor: AnchorMail = {
  language: 'en',
  firstName: 'Ana',
  day: '2026-11-21',
  digest,
  previousDigest: 'f'.repeat(64),
  chains: 12,
  events: 34_567,
};

describe('the mail of an anchor', () => {
  it('holds the day, both digests, what they cover, what they are for and how to check them', () => {
    const { subject, text, html } = renderAnchorMail(anchor);
    expect(subject).toBe('Audit log of Chairside: digest of 21 November 2026');
    expect(text).toContain('Hello Ana,');
    expect(text).toContain('Keep this e-mail outside the database');
    expect(text).toContain('12 chains with 34,567 events');
    expect(text).toContain(
      'Digest:\n01234567 89abcdef 01234567 89abcdef 01234567 89abcdef 01234567 89abcdef\n',
    );
    expect(text).toContain('Digest before it:\nffffffff ffffffff');
    expect(text).toContain(`npm run audit:verify -- --day 2026-11-21 --digest ${digest}`);
    expect(html).toContain(`--day 2026-11-21 --digest ${digest}`);
    expect(html).not.toContain('<a ');
  });

  it('speaks Romanian', () => {
    const { subject, text, html } = renderAnchorMail({ ...anchor, language: 'ro' });
    expect(subject).toBe('Jurnalul de audit Chairside: amprenta din 21 noiembrie 2026');
    expect(text).toContain('Păstrați acest e-mail în afara bazei de date');
    expect(html).toContain('<html lang="ro">');
  });

  it('leaves out what there is not', () => {
    const { text } = renderAnchorMail({ ...anchor, firstName: '', previousDigest: null });
    expect(text).toMatch(/^Hello,\n/);
    expect(text).not.toContain('Digest before it');
  });

  it('takes a hostile name for text', () => {
    const { html, text } = renderAnchorMail({ ...anchor, firstName: '<b>x</b>\r\n https://phish.example' });
    expect(html).not.toContain('<b>x');
    expect(html + text).not.toContain('phish.example');
  });
});
