import { describe, expect, it } from 'vitest';
import { type ReminderContent, renderReminderMail, renderReminderSms } from './reminder-mail.ts';

const reminder: ReminderContent = {
  language: 'en',
  first_name: 'Ana',
  clinic_name: 'Bright Smile Dental',
  clinic_phone: '021 555 0101',
  clinic_address: 'Strada Lungă 5, Brașov',
  time_zone: 'Europe/Bucharest',
  starts_at: '2027-03-28T06:30:00Z',
  service: 'Check-up',
  provider: 'Dr. Elena Popescu',
  is_confirmed: false,
  extra_text: 'Please bring your insurance card.',
};
const link = 'https://app.example/visit/abc_DEF-123';

describe('a reminder by e-mail', () => {
  it('says when, what, with whom and where, in the time of the clinic', () => {
    const { subject, text, html } = renderReminderMail(reminder, link);
    expect(subject).toBe('Your appointment at Bright Smile Dental: Sunday 28 March, 09:30');
    expect(text).toContain('Hello Ana, we look forward to seeing you at Bright Smile Dental.');
    expect(text).toMatch(/^Day: Sunday,? 28 March 2027$/m);
    // The first morning of summer time.
    expect(text).toContain('Time: 09:30 (Eastern European Summer Time)');
    expect(text).toContain('For: Check-up\nWith: Dr. Elena Popescu\nWhere: Strada Lungă 5, Brașov');
    expect(text).toContain('Telephone: 021 555 0101');
    expect(text).toContain('Please bring your insurance card.');
    expect(text).toContain(link);
    expect(html).toContain(`href="${link}"`);
    expect(html).toContain('<html lang="en">');
  });

  it('speaks Romanian', () => {
    const { subject, text, html } = renderReminderMail({ ...reminder, language: 'ro' }, link);
    expect(subject).toBe('Programarea la Bright Smile Dental: duminică, 28 martie, 09:30');
    expect(text).toContain('Bună ziua, Ana, vă așteptăm la Bright Smile Dental.');
    expect(html).toContain('Confirmați sau anulați');
  });

  it('thanks who has confirmed, and leaves out what is not known', () => {
    const { text } = renderReminderMail(
      {
        ...reminder,
        ...{ is_confirmed: true, first_name: '', service: null, provider: null },
        ...{ clinic_phone: '', clinic_address: '', extra_text: '' },
      },
      link,
    );
    expect(text).toContain('Hello, we look forward');
    expect(text).toContain('You have confirmed this appointment.');
    expect(text).not.toMatch(/For:|With:|Where:|Telephone:|cancel early/);
  });

  it('is the very same mail at each attempt', () => {
    expect(renderReminderMail({ ...reminder }, link)).toEqual(renderReminderMail(reminder, link));
  });

  it('takes hostile names for what they are: text', () => {
    const evil = '<script>alert(1)</script>\r\nBcc: x@y.example \u202e https://phish.example';
    const { subject, html, text } = renderReminderMail(
      { ...reminder, clinic_name: evil, first_name: evil, service: evil, provider: evil, extra_text: evil },
      link,
    );
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(html).not.toMatch(/<script|\u202e/);
    expect(html + text + subject).not.toMatch(/https:\/\/phish|phish\.example/);
  });
});

describe('a reminder by text message', () => {
  it('is one line with the link at its end', () => {
    expect(renderReminderSms(reminder, link)).toMatch(
      /^Bright Smile Dental: your appointment is on Sun,? 28 Mar at 09:30\. Confirm or cancel: https:\/\/app\.example\/visit\/abc_DEF-123$/,
    );
    expect(renderReminderSms({ ...reminder, clinic_name: 'a\nb' }, link)).not.toContain('\n');
  });
});
