/** Mails whose parts are nested, large, empty, dangerous or of a kind of their own. */
import {
  base64Lines,
  expecting,
  filePart,
  htmlPart,
  mail,
  multipart,
  textPart,
  type AwkwardMail,
  type Part,
} from './building.ts';

const largeBytes = 25 * 1024 * 1024;

/** One pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const nested = (part: Part, depth: number): Part =>
  depth === 0 ? part : nested(multipart('mixed', [part]), depth - 1);

/** Outlook's own wrapping: the magic number, a key, one attribute. */
function winmail(): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32LE(0x22_3e_9f_78);
  head.writeUInt16LE(1, 4);
  const attribute = Buffer.from([0x01, 0x06, 0x90, 0x08, 0x00, 4, 0, 0, 0, 0, 0, 1, 0, 1, 0]);
  return Buffer.concat([head, attribute]);
}

const hostileHtml = `<html><head><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<style>body { background: url(https://evil.example/css.gif) } @import "https://evil.example/x.css";</style></head>
<body onload="alert(1)"><p>Please confirm the visit.</p><script>alert('script')</script>
<form action="https://evil.example/"><input name="password"></form><iframe src="https://evil.example/"></iframe>
<svg onload="alert(2)"><a xlink:href="javascript:alert(3)">x</a></svg><img src="https://evil.example/pixel.gif" onerror="alert(4)">
<a href="javascript:alert(5)">press</a><a href="data:text/html,<script>alert(6)</script>">here</a>
<div style="position:fixed;background:url('https://evil.example/style.gif')">over all</div></body></html>`;

const invitation = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'UID:visit-1@lab.example',
  'DTSTAMP:20260301T080000Z',
  'DTSTART:20260310T080000Z',
  'DTEND:20260310T090000Z',
  'SUMMARY:Crown fitting',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

const alternative = (text: string, html: string): Part =>
  multipart('alternative', [textPart(text), htmlPart(html)]);

const inlineImage = (contentId: string, name: string): Part => ({
  headers: [
    `Content-Type: image/png; name="${name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-ID: <${contentId}>`,
    `Content-Disposition: inline; filename="${name}"`,
  ],
  body: Buffer.from(base64Lines(pixel)),
});

export const contents: AwkwardMail[] = [
  {
    name: 'multiparts 15 deep',
    raw: () => mail(nested(textPart('Deep down.\r\n'), 15), { subject: 'Nested' }),
    expected: expecting('Nested', ['Deep down.']),
  },
  {
    name: 'TNEF in winmail.dat',
    raw: () =>
      mail(
        multipart('mixed', [
          textPart('See the attachment.\r\n'),
          filePart('winmail.dat', 'application/ms-tnef; name=winmail.dat', winmail()),
        ]),
        { subject: 'From Outlook' },
      ),
    expected: expecting('From Outlook', ['See the attachment.'], { attachments: ['winmail.dat'] }),
  },
  {
    name: 'an attachment of 25 MB',
    raw: () =>
      mail(
        multipart('mixed', [
          textPart('The scan is attached.\r\n'),
          filePart('scan.dcm', 'application/dicom', Buffer.alloc(largeBytes, 'DICM')),
        ]),
        { subject: 'Large scan' },
      ),
    expected: expecting('Large scan', ['The scan is attached.'], { attachments: ['scan.dcm'] }),
  },
  {
    name: 'HTML that wants to do things',
    raw: () => mail(alternative('Please confirm the visit.\r\n', hostileHtml), { subject: 'Confirm' }),
    expected: expecting('Confirm', ['Please confirm the visit.'], { hasHtml: true, notInText: ['alert'] }),
  },
  {
    name: 'only HTML',
    raw: () =>
      mail(htmlPart('<style>p{color:red}</style><p>Good&nbsp;morning,</p><p>a visit &amp; a check?</p>'), {
        subject: 'Only HTML',
      }),
    expected: expecting('Only HTML', ['morning,', 'a visit & a check?'], {
      hasHtml: true,
      notInText: ['<p>', 'color:red'],
    }),
  },
  {
    name: 'an empty body',
    raw: () => mail(textPart(''), { subject: 'Nothing' }),
    expected: expecting('Nothing', []),
  },
  {
    name: 'a multipart without parts',
    raw: () =>
      mail(
        { headers: ['Content-Type: multipart/mixed; boundary="none"'], body: Buffer.from('--none--\r\n') },
        { subject: 'No parts' },
      ),
    expected: expecting('No parts', []),
  },
  {
    name: 'a boundary that never closes',
    raw: () =>
      mail(
        {
          headers: ['Content-Type: multipart/mixed; boundary="open"'],
          body: Buffer.from('--open\r\nContent-Type: text/plain\r\n\r\nCut short.\r\n'),
        },
        { subject: 'Unclosed' },
      ),
    expected: expecting('Unclosed', ['Cut short.']),
  },
  {
    name: 'format=flowed',
    raw: () =>
      mail(
        {
          headers: [
            'Content-Type: text/plain; charset=utf-8; format=flowed',
            'Content-Transfer-Encoding: 7bit',
          ],
          body: Buffer.from('This line goes \r\non in the next.\r\n> quoted \r\n> words\r\n'),
        },
        { subject: 'Flowed' },
      ),
    expected: expecting('Flowed', ['This line goes on in the next.']),
  },
  {
    name: 'signed with S/MIME',
    raw: () =>
      mail(
        multipart(
          'signed',
          [
            textPart('Signed words.\r\n'),
            filePart('smime.p7s', 'application/pkcs7-signature; name=smime.p7s', Buffer.alloc(2_000, 0x30)),
          ],
          '; protocol="application/pkcs7-signature"; micalg=sha-256',
        ),
        { subject: 'Signed' },
      ),
    expected: expecting('Signed', ['Signed words.'], { attachments: ['smime.p7s'] }),
  },
  {
    name: 'another mail forwarded inside',
    raw: () =>
      mail(
        multipart('mixed', [
          textPart('What do you think?\r\n'),
          {
            headers: [
              'Content-Type: message/rfc822',
              'Content-Disposition: attachment; filename="original.eml"',
            ],
            body: mail(
              multipart('mixed', [
                textPart('The original words.\r\n'),
                filePart('inner.pdf', 'application/pdf', '%PDF-1.4'),
              ]),
              { subject: 'Original' },
            ),
          },
        ]),
        { subject: 'Fwd: Original' },
      ),
    expected: expecting('Fwd: Original', ['What do you think?'], {
      attachments: ['original.eml'],
      notInText: ['The original words.'],
    }),
  },
  {
    name: 'images shown inside the text',
    raw: () =>
      mail(
        multipart('related', [
          alternative(
            'Here is the tooth.\r\n',
            '<p>Here is the tooth: <img src="cid:tooth@patient.example"></p>',
          ),
          inlineImage('tooth@patient.example', 'tooth.png'),
        ]),
        { subject: 'Picture inside' },
      ),
    expected: expecting('Picture inside', ['Here is the tooth'], {
      attachments: ['tooth.png'],
      hasHtml: true,
    }),
  },
  {
    name: 'an attachment of no bytes',
    raw: () =>
      mail(multipart('mixed', [textPart('Empty file.\r\n'), filePart('empty.txt', 'text/plain', '')]), {
        subject: 'Empty file',
      }),
    expected: expecting('Empty file', ['Empty file.'], { attachments: ['empty.txt'] }),
  },
  {
    name: 'an invitation of a calendar',
    raw: () =>
      mail(
        multipart('mixed', [
          multipart('alternative', [
            textPart('You are invited to: Crown fitting\r\n'),
            {
              headers: [
                'Content-Type: text/calendar; charset=utf-8; method=REQUEST',
                'Content-Transfer-Encoding: base64',
              ],
              body: Buffer.from(base64Lines(invitation)),
            },
          ]),
          filePart('invite.ics', 'application/ics; name=invite.ics', invitation),
        ]),
        { subject: 'Invitation: Crown fitting' },
      ),
    expected: expecting('Invitation: Crown fitting', ['You are invited to: Crown fitting'], {
      attachments: ['invite.ics'],
    }),
  },
  {
    name: 'a part in an encoding that is broken',
    raw: () =>
      mail(
        multipart('mixed', [
          textPart('Broken file.\r\n'),
          {
            ...filePart('broken.bin', 'application/octet-stream', ''),
            body: Buffer.from('@@@ not base64 @@@=\r\n'),
          },
        ]),
        { subject: 'Broken encoding' },
      ),
    expected: expecting('Broken encoding', ['Broken file.'], { attachments: ['broken.bin'] }),
  },
];
