/** What may have been forgotten in a mail, so that it is asked about once before it is sent. */
export type SendQuestion = { kind: 'subject' | 'attachment' } | { kind: 'failed_file'; name: string };

/** Words for something attached, in the languages that the app speaks. */
const MENTIONS =
  /(?<!\p{L})(?:attach(?:ed|ing|ments?)?|enclosed|ata[sșş](?:at[aăei]?|ăm|ez|ament(?:e|ul|ele|ului|elor)?)|anex(?:at[aăei]?|ăm|ez)|în anexă|in anexa)(?!\p{L})/iu;
/** What follows is the sender's signature (RFC 3676 4.3). */
const SIGNATURE = /^-- ?$/m;

/**
 * The questions about a mail as it is now.
 *
 * @param mail its own text, without what is quoted below it
 * @param files how many are attached, and the names of those that could not be
 */
export function sendQuestions(
  mail: { subject: string; text_body: string },
  files: { attached: number; failed: string[] },
): SendQuestion[] {
  const [own = ''] = mail.text_body.split(SIGNATURE);
  return [
    ...(mail.subject.trim() === '' ? [{ kind: 'subject' } as const] : []),
    ...files.failed.map((name) => ({ kind: 'failed_file', name }) as const),
    ...(files.attached === 0 && files.failed.length === 0 && MENTIONS.test(own)
      ? [{ kind: 'attachment' } as const]
      : []),
  ];
}
