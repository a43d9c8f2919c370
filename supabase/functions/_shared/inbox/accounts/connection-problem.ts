import { AppError } from '../../errors/app-error.ts';

export type MailProtocol = 'imap' | 'smtp';

/** Why a mail server could not be used. */
export type ConnectionCode =
  | 'host_not_found'
  | 'host_not_allowed'
  | 'host_lookup_failed'
  | 'port_blocked'
  | 'connection_refused'
  | 'connection_lost'
  | 'timeout'
  | 'tls_required'
  | 'certificate_invalid'
  | 'not_imap'
  | 'not_smtp'
  | 'password_refused'
  | 'app_password_needed'
  | 'throttled'
  | 'failed';

const sentences: Readonly<Record<ConnectionCode, string>> = {
  host_not_found: 'There is no server of this name.',
  host_not_allowed: 'This server is not on the public internet.',
  host_lookup_failed: 'The name of the server could not be looked up. Please try again.',
  port_blocked: 'Mail cannot be sent through this port. Use 465.',
  connection_refused: 'The server does not accept connections on this port.',
  connection_lost: 'The server ended the connection.',
  timeout: 'The server did not answer in time.',
  tls_required:
    'The server does not encrypt this port from the start (TLS). Use 993 for IMAP and 465 for SMTP.',
  certificate_invalid: "The server's certificate is not valid for this name.",
  not_imap: 'This is not an IMAP server.',
  not_smtp: 'This is not an SMTP server.',
  password_refused: 'The server refused the user name or the password.',
  app_password_needed:
    'The server refused the password. This provider wants an app password made for Chairside.',
  throttled: 'The server asks for a pause. Please try again in a few minutes.',
  failed: 'The server could not be used.',
};

export const connectionSentence = (code: ConnectionCode): string => sentences[code];

/** Answers to a login that say nothing about the password: the server wants to be left alone for a while. */
const pauses = new Set(['LIMIT', 'UNAVAILABLE', 'OVERQUOTA', 'SERVERBUG', 'INUSE']);

/**
 * What an error of imapflow, nodemailer or the socket beneath them means.
 *
 * Only codes are taken from it. Its texts are the server's, and imapflow's errors hold the command with the user name.
 */
export function connectionProblem(
  error: unknown,
  protocol: MailProtocol,
  wantsAppPassword: boolean,
): ConnectionCode {
  if (error instanceof AppError) return error.code in sentences ? (error.code as ConnectionCode) : 'failed';
  const { code, serverResponseCode, authenticationFailed, responseCode, message } = facts(error);
  if (authenticationFailed || code === 'EAUTH') {
    // 4xx of SMTP are for now, 5xx for good.
    if (pauses.has(serverResponseCode) || code === 'ETHROTTLE' || (responseCode >= 400 && responseCode < 500))
      return 'throttled';
    return wantsAppPassword || responseCode === 534 ? 'app_password_needed' : 'password_refused';
  }
  if (code === 'ETHROTTLE' || pauses.has(serverResponseCode) || responseCode === 421) return 'throttled';
  // The runtime's TLS has texts only.
  if (/invalid peer certificate|certificate|self.signed/i.test(message)) return 'certificate_invalid';
  if (/InvalidContentType|corrupt message|wrong version number|packet length/i.test(message))
    return 'tls_required';
  if (/ECONNREFUSED/.test(`${code} ${message}`)) return 'connection_refused';
  if (['CONNECT_TIMEOUT', 'ETIMEDOUT', 'ETIMEOUT'].includes(code)) return 'timeout';
  if (
    code === 'GREETING_TIMEOUT' ||
    code === 'EPROTOCOL' ||
    code.startsWith('ParserError') ||
    code === 'ENOAUTH'
  )
    return protocol === 'imap' ? 'not_imap' : 'not_smtp';
  if (/ECONNRESET|EPIPE|end of file|UnexpectedEof/i.test(`${code} ${message}`)) return 'connection_lost';
  return /^(Closed|NoConnection|EConnection|StateLogout)/.test(code) ? 'connection_lost' : 'failed';
}

function facts(error: unknown) {
  const given = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    code: text(given['code']),
    serverResponseCode: text(given['serverResponseCode']).toUpperCase(),
    authenticationFailed: given['authenticationFailed'] === true,
    responseCode: typeof given['responseCode'] === 'number' ? given['responseCode'] : 0,
    message: text(given['message']),
  };
}
