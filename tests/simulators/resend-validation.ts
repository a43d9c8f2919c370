/** An error as Resend answers it: `{ statusCode, name, message }`. */
export class ResendError extends Error {
  readonly status: number;
  /** Resend's `name` of the error. */
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** An attachment as it was given; its content in base64. */
export interface EmailAttachment {
  filename: string;
  content: string;
  content_type: string | null;
  content_id: string | null;
}

export interface EmailRequest {
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  reply_to: string[];
  subject: string;
  html: string | null;
  text: string | null;
  headers: Record<string, string>;
  attachments: EmailAttachment[];
}

const maxRecipients = 50;
const addressForm =
  'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.';

/**
 * Checks the body of `POST /emails` the way Resend does.
 *
 * @param verifiedDomains domains allowed in `from`; all when undefined
 * @throws ResendError 422 for missing or malformed fields, 403 for a domain that is not verified
 */
export function checkEmail(body: unknown, verifiedDomains: string[] | undefined): EmailRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ResendError(422, 'validation_error', 'The request body must be an object.');
  }
  const fields = body as Record<string, unknown>;
  for (const name of ['from', 'to', 'subject']) {
    if (fields[name] === undefined || fields[name] === null || fields[name] === '') {
      throw new ResendError(422, 'missing_required_field', `Missing \`${name}\` field.`);
    }
  }
  const html = optionalText(fields, 'html');
  const text = optionalText(fields, 'text');
  if (html === null && text === null) {
    throw new ResendError(422, 'validation_error', 'Missing `html` or `text` field.');
  }
  const subject = optionalText(fields, 'subject') ?? '';
  if (/[\r\n]/.test(subject)) {
    throw new ResendError(422, 'validation_error', 'The `\\n` is not allowed in the `subject` field.');
  }
  const [from = ''] = addresses(fields, 'from');
  checkDomain(from, verifiedDomains);
  const to = addresses(fields, 'to');
  if (to.length > maxRecipients) {
    throw new ResendError(
      422,
      'validation_error',
      `The \`to\` field can have at most ${maxRecipients} addresses.`,
    );
  }
  const [cc, bcc, reply_to] = [
    addresses(fields, 'cc'),
    addresses(fields, 'bcc'),
    addresses(fields, 'reply_to'),
  ];
  const [headers, attachments] = [headersOf(fields), attachmentsOf(fields)];
  return { from, to, cc, bcc, reply_to, subject, html, text, headers, attachments };
}

function headersOf({ headers = {} }: Record<string, unknown>): Record<string, string> {
  const isGood =
    typeof headers === 'object' &&
    headers !== null &&
    !Array.isArray(headers) &&
    Object.values(headers).every((value) => typeof value === 'string' && !/[\r\n]/.test(value));
  if (!isGood) throw new ResendError(422, 'validation_error', 'Invalid `headers` field.');
  return headers as Record<string, string>;
}

function attachmentsOf({ attachments = [] }: Record<string, unknown>): EmailAttachment[] {
  if (!Array.isArray(attachments))
    throw new ResendError(422, 'validation_error', 'Invalid `attachments` field.');
  return attachments.map((given: Record<string, unknown>) => {
    const { filename, content, content_type = null, content_id = null } = given;
    if (typeof content !== 'string' || !/^[\w+/]+={0,2}$/.test(content)) {
      throw new ResendError(422, 'invalid_attachment', 'Attachment must have either a `content` or `path`.');
    }
    return { filename: String(filename), content, content_type, content_id } as EmailAttachment;
  });
}

function optionalText(fields: Record<string, unknown>, name: string): string | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string')
    throw new ResendError(422, 'validation_error', `The \`${name}\` must be a string.`);
  return value;
}

function addresses(fields: Record<string, unknown>, name: string): string[] {
  const value = fields[name];
  if (value === undefined || value === null) return [];
  return [value].flat().map((address) => {
    if (typeof address !== 'string' || !isAddress(address)) {
      throw new ResendError(422, 'validation_error', `Invalid \`${name}\` field. ${addressForm}`);
    }
    return address;
  });
}

function isAddress(text: string): boolean {
  const bare = /^[^<>\r\n]*<([^<>]+)>$/.exec(text)?.[1] ?? text;
  return /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(bare.trim());
}

function checkDomain(from: string, verifiedDomains: string[] | undefined): void {
  const domain = from.replace(/>$/, '').split('@').at(-1)?.toLowerCase() ?? '';
  if (!verifiedDomains || verifiedDomains.includes(domain)) return;
  const remedy = 'Please, add and verify your domain on https://resend.com/domains';
  throw new ResendError(403, 'validation_error', `The ${domain} domain is not verified. ${remedy}`);
}
