/** Mails whose letters are not what they claim to be. */
import {
  base64Lines,
  expecting,
  filePart,
  latin1,
  mail,
  multipart,
  quotedPrintable,
  textPart,
  type AwkwardMail,
} from './building.ts';

const word = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;

/** RFC 2231: percent-encoded UTF-8. */
const extended = (text: string): string => `utf-8''${encodeURIComponent(text)}`;

const names = {
  romanian: 'Radiografie Ștefănescu țesut.pdf',
  cyrillic: 'Снимок зуба.jpg',
  hebrew: 'צילום שיניים.png',
};

/** RFC 2231 in pieces: the parameter is continued over several lines. */
function continued(name: string): string {
  const pieces = encodeURIComponent(name).match(/(?:%..|[^%]){1,12}/g) ?? [];
  return pieces
    .map((piece, index) => `filename*${index}*=${index === 0 ? `utf-8''` : ''}${piece}`)
    .join(';\r\n ');
}

export const charsets: AwkwardMail[] = [
  {
    name: 'claims utf-8, is windows-1250',
    // "Bună ziua, mă doare o măsea."
    raw: () =>
      mail(textPart(latin1('Bun\xe3 ziua, m\xe3 doare o m\xe3sea.\r\n')), { subject: 'Wrong charset' }),
    expected: expecting('Wrong charset', ['ziua', 'doare o m']),
  },
  {
    name: 'an unknown charset',
    raw: () => mail(textPart('Plain letters survive.\r\n', 'x-tooth-decay'), { subject: 'Unknown charset' }),
    expected: expecting('Unknown charset', ['Plain letters survive.']),
  },
  {
    name: 'windows-1250 that says so',
    raw: () =>
      mail(textPart(latin1('Bun\xe3 ziua, m\xe3 doare o m\xe3sea.\r\n'), 'windows-1250'), {
        subject: 'Windows-1250',
      }),
    expected: expecting('Windows-1250', ['Bună ziua, mă doare o măsea.']),
  },
  {
    name: 'iso-8859-2 in quoted-printable',
    raw: () =>
      mail(
        {
          headers: [
            'Content-Type: text/plain; charset="ISO-8859-2"',
            'Content-Transfer-Encoding: quoted-printable',
          ],
          body: Buffer.from(quotedPrintable(latin1('Mul\xfeumesc =) \xbatefan\r\n'))),
        },
        { subject: 'Latin 2' },
      ),
    expected: expecting('Latin 2', ['Mulţumesc =) ştefan']),
  },
  {
    name: 'japanese in iso-2022-jp',
    raw: () =>
      mail(textPart(latin1('\x1b$B;u\x1b(B ok\r\n'), 'iso-2022-jp'), { subject: 'Escape sequences' }),
    expected: expecting('Escape sequences', ['ok']),
  },
  {
    name: '8-bit letters in headers',
    raw: () =>
      mail(textPart('Raw headers.\r\n'), {
        subject: 'Programare mâine',
        from: '"Ștefan Țărnă" <stefan@patient.example>',
      }),
    expected: expecting('Programare mâine', ['Raw headers.'], {
      from: { name: 'Ștefan Țărnă', address: 'stefan@patient.example' },
    }),
  },
  {
    name: 'encoded words in subject and name, one letter split over two',
    raw: () => {
      const bytes = Buffer.from('Întrebare despre măsea');
      const [first, second] = [bytes.subarray(0, 1), bytes.subarray(1)];
      return mail(textPart('Encoded words.\r\n'), {
        subject: `=?UTF-8?B?${first.toString('base64')}?=\r\n =?UTF-8?B?${second.toString('base64')}?=`,
        from: '=?iso-8859-2?Q?=AAtefan_=DE=E3rn=E3?= <stefan@patient.example>',
      });
    },
    expected: expecting('Întrebare despre măsea', ['Encoded words.'], {
      from: { name: 'Ştefan Ţărnă', address: 'stefan@patient.example' },
    }),
  },
  {
    name: 'names of attachments in three alphabets and three encodings',
    raw: () =>
      mail(
        multipart('mixed', [
          textPart('Three files.\r\n'),
          filePart(`"${word(names.romanian)}"`, 'application/pdf', '%PDF-1.4'),
          {
            ...filePart('x', 'image/jpeg', 'jpeg'),
            headers: [
              'Content-Type: image/jpeg',
              'Content-Transfer-Encoding: base64',
              `Content-Disposition: attachment;\r\n ${continued(names.cyrillic)}`,
            ],
          },
          {
            headers: [
              'Content-Type: image/png',
              'Content-Transfer-Encoding: base64',
              `Content-Disposition: attachment; filename*=${extended(names.hebrew)}`,
            ],
            body: Buffer.from(base64Lines('png')),
          },
        ]),
        { subject: 'Names of files' },
      ),
    expected: expecting('Names of files', ['Three files.'], {
      attachments: [names.romanian, names.cyrillic, names.hebrew],
    }),
  },
  {
    name: 'a name that turns round and names that lead elsewhere',
    raw: () =>
      mail(
        multipart('mixed', [
          textPart('Look at these.\r\n'),
          filePart(`"${word('exam\u202Efdp.exe')}"`, 'application/octet-stream', 'MZ'),
          filePart('"../../x"', 'application/octet-stream', 'x'),
          filePart('"C:\\\\temp\\\\y.pdf"', 'application/pdf', '%PDF-1.4'),
        ]),
        { subject: 'Names that lie' },
      ),
    expected: expecting('Names that lie', ['Look at these.'], {
      attachments: ['examfdp.exe', '_.._x', 'C:_temp_y.pdf'],
    }),
  },
  {
    name: 'a body with NUL bytes and lone surrogates',
    raw: () =>
      mail(
        textPart(
          Buffer.concat([
            Buffer.from('before\0\0after '),
            Buffer.from([0xed, 0xa0, 0x80]),
            Buffer.from('\r\n'),
          ]),
        ),
        {
          subject: 'Zeros',
        },
      ),
    expected: expecting('Zeros', ['before', 'after'], { notInText: ['\0'] }),
  },
];
