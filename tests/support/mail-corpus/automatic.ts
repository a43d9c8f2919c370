/** Mails that no person wrote: nothing may answer them by itself. */
import { expecting, mail, multipart, textPart, type AwkwardMail } from './building.ts';

const postmaster = { name: 'Mail Delivery System', address: 'mailer-daemon@mx.patient.example' };

export const automatic: AwkwardMail[] = [
  {
    name: 'a bounce',
    raw: () =>
      mail(
        multipart(
          'report',
          [
            textPart('Your mail could not be delivered to gone@patient.example.\r\n'),
            {
              headers: ['Content-Type: message/delivery-status'],
              body: Buffer.from(
                [
                  'Reporting-MTA: dns; mx.patient.example',
                  '',
                  'Final-Recipient: rfc822; gone@patient.example',
                  'Action: failed',
                  'Status: 5.1.1',
                  'Diagnostic-Code: smtp; 550 5.1.1 no such mailbox',
                  '',
                ].join('\r\n'),
              ),
            },
            {
              headers: ['Content-Type: text/rfc822-headers'],
              body: Buffer.from('Subject: Your visit\r\nMessage-ID: <sent.1@clinic.example>\r\n'),
            },
          ],
          '; report-type=delivery-status',
        ),
        {
          subject: 'Undelivered Mail Returned to Sender',
          from: `${postmaster.name} <${postmaster.address}>`,
          headers: { 'Return-Path': '<>', 'Auto-Submitted': 'auto-replied' },
        },
      ),
    expected: {
      ...expecting('Undelivered Mail Returned to Sender', ['could not be delivered to gone@patient.example']),
      from: postmaster,
      kind: 'bounce',
    },
  },
  {
    name: 'an answer of somebody who is away',
    raw: () =>
      mail(textPart('I am away until Monday.\r\n'), {
        subject: 'Automatic reply: Your visit',
        headers: { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
      }),
    expected: expecting('Automatic reply: Your visit', ['I am away until Monday.'], { kind: 'auto_reply' }),
  },
  {
    name: 'a mail of a list',
    raw: () =>
      mail(textPart('The new instruments are here.\r\n'), {
        subject: 'Newsletter',
        headers: {
          'List-Id': 'News of the lab <news.lab.example>',
          'List-Unsubscribe': '<https://lab.example/unsubscribe>',
          Precedence: 'bulk',
        },
      }),
    expected: expecting('Newsletter', ['The new instruments are here.'], { kind: 'list' }),
  },
];
