import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type InvitationMail, renderInvitationMail } from './invitation-mail.ts';
import { createInvitationToken, hashInvitationToken, invitationLink } from './invitation-token.ts';

const invitation: InvitationMail = {
  language: 'en',
  email: 'ana@clinic.example',
  role: 'staff',
  clinicName: 'Bright Smile Dental',
  inviterName: 'Elena Popescu',
  expiresAt: new Date('2026-11-28T07:50:00Z'),
  link: 'https://app.example/invite/abc_DEF-123',
};

describe('an invitation token', () => {
  it('is 256 random bits in base64url, hashed as lower-case hex SHA-256 of its text', async () => {
    const tokens = Array.from({ length: 50 }, createInvitationToken);
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) {
      expect(token).toMatch(/^[\w-]{43}$/);
      expect(await hashInvitationToken(token)).toBe(createHash('sha256').update(token).digest('hex'));
    }
  });

  it('becomes a link to the app', () => {
    expect(invitationLink('https://app.example/', 'abc')).toBe('https://app.example/invite/abc');
    expect(invitationLink('http://127.0.0.1:3000', 'abc')).toBe('http://127.0.0.1:3000/invite/abc');
  });
});

describe('the invitation mail', () => {
  it('says who invites, where to, as what, and until when', () => {
    const { subject, text, html } = renderInvitationMail(invitation);
    expect(subject).toBe('Invitation to Bright Smile Dental on Chairside');
    expect(text).toContain(
      'Elena Popescu invites you to work with Bright Smile Dental on Chairside, as a member of staff.',
    );
    expect(text).toContain('https://app.example/invite/abc_DEF-123');
    expect(text).toContain('ana@clinic.example, works once and ends on 28 November 2026 at 07:50 UTC');
    expect(html).toContain('href="https://app.example/invite/abc_DEF-123"');
    expect(html).toContain('<html lang="en">');
  });

  it('speaks Romanian', () => {
    const { subject, text, html } = renderInvitationMail({ ...invitation, language: 'ro', role: 'owner' });
    expect(subject).toBe('Invitație la Bright Smile Dental în Chairside');
    expect(text).toContain(
      'Elena Popescu vă invită să conduceți Bright Smile Dental în Chairside, ca proprietar.',
    );
    expect(text).toContain('28 noiembrie 2026');
    expect(html).toContain('<html lang="ro">');
  });

  it('invites to the platform, also without an inviter', () => {
    const mail = { ...invitation, role: 'super_admin' as const, clinicName: null, inviterName: null };
    expect(renderInvitationMail(mail).subject).toBe('Invitation to administer Chairside');
    expect(renderInvitationMail(mail).text).toContain(
      'You are invited to administer the Chairside platform.',
    );
    expect(renderInvitationMail({ ...mail, language: 'ro' }).text).toContain(
      'Sunteți invitat să administrați platforma Chairside.',
    );
  });

  it('takes hostile names for what they are: text', () => {
    const clinicName = 'A<script>alert(1)</script>\r\nBcc: x@y.example "q" \u202eevil https://phish.example';
    const { subject, html, text } = renderInvitationMail({
      ...invitation,
      clinicName,
      inviterName: '<img src=x onerror=1>',
    });
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(html).not.toMatch(/<script|<img|onerror=1>|\u202e/);
    expect(html).toContain('&lt;script&gt;');
    expect(html + text + subject).not.toMatch(/https:\/\/phish|phish\.example/);
  });

  it('keeps a long name from filling the subject', () => {
    expect(renderInvitationMail({ ...invitation, clinicName: 'Ș'.repeat(300) }).subject.length).toBeLessThan(
      120,
    );
  });
});
