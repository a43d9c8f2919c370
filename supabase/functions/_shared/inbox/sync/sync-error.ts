import { AppError } from '../../errors/app-error.ts';

/** Why a run failed, as `finish_mail_sync` takes it. */
export type SyncErrorCode = 'auth' | 'throttled' | 'network' | 'permanent' | 'internal';

export interface SyncFailure {
  /** `lease_lost`: somebody else has the mailbox now, so nothing may be written any more. */
  code: SyncErrorCode | 'lease_lost';
  /** A sentence for the owner: no address, and nothing the server or a mail said. */
  text: string;
}

/** The parts of an error of imapflow, Node or Deno that say what it is. */
interface ServerError {
  code?: unknown;
  message?: unknown;
  authenticationFailed?: unknown;
  serverResponseCode?: unknown;
  responseStatus?: unknown;
  responseText?: unknown;
  /** The tagged answer as imapflow parses it: attributes[0].section[0].value is the code in its brackets. */
  response?: unknown;
  cause?: unknown;
}

const authCodes = ['AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', 'EXPIRED'];
const throttleCodes = ['LIMIT', 'UNAVAILABLE', 'OVERQUOTA', 'SERVERBUG', 'INUSE', 'ETHROTTLE'];
/** The server, or this one message, is in trouble: which of them, only another try tells. */
const doubtfulCodes = ['UNAVAILABLE', 'SERVERBUG'];
const connectionCodes =
  /^(NoConnection|EConnectionClosed|StateLogout|ClosedAfterConnect\w*|E[A-Z_]+|\w*TIMEOUT\w*)$/;
const garbageCodes =
  /^(ParserError\w*|MAX_IMAP_NESTING_REACHED|LineTooLarge|LiteralTooLarge|ResponseTooLarge|UnexpectedTag|InvalidResponse|ResponseProcessingFailed)$/;
const certificate =
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|certificate|UnknownIssuer|NotValidForName/i;
const tls = /\b(TLS|SSL|handshake)\b|^ERR_SSL|EPROTO/i;

const partsOf = (error: unknown): ServerError => (typeof error === 'object' && error !== null ? error : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsedCode(response: unknown): string {
  const answer = partsOf(response) as {
    attributes?: Array<{ section?: Array<{ value?: unknown } | null> } | null>;
  };
  return textOf(answer.attributes?.[0]?.section?.[0]?.value);
}

/** The response code of the server that an error carries, such as LIMIT; empty without one. */
export function responseCodeOf(error: unknown): string {
  const parts = partsOf(error);
  if (textOf(parts.code) === 'ETHROTTLE') return 'ETHROTTLE';
  return (textOf(parts.serverResponseCode) || parsedCode(parts.response)).toUpperCase();
}

/** Whether the server has answered a command with NO or BAD, so that the connection can still be used. */
export const isRefusal = (error: unknown): boolean =>
  ['NO', 'BAD'].includes(textOf(partsOf(error).responseStatus)) ||
  textOf(partsOf(error).code).startsWith('ParserError');

/** Whether the server asks for a pause, beyond doubt. */
export const isThrottle = (error: unknown): boolean => {
  const code = responseCodeOf(error);
  return throttleCodes.includes(code) && !doubtfulCodes.includes(code);
};

/** Whether the connection is gone. */
export function isConnectionLoss(error: unknown): boolean {
  const parts = partsOf(error);
  const code = textOf(parts.code);
  if (error instanceof AppError || isRefusal(error)) return false;
  return connectionCodes.test(code) || garbageCodes.test(code) || tls.test(code);
}

/**
 * What class an error is of. A mailbox is only ever stopped for a wrong password when the server says that it is wrong:
 * servers answer LOGIN with NO as well when they are busy.
 */
export function failureOf(error: unknown): SyncFailure {
  if (error instanceof AppError) return appFailure(error);
  const parts = partsOf(error);
  const response = responseCodeOf(error);
  if (parts.authenticationFailed === true) return loginFailure(parts, response);
  if (throttleCodes.includes(response)) return throttled;
  const code = textOf(parts.code);
  const detail = `${code} ${textOf(parts.message)} ${textOf(partsOf(parts.cause).message)}`;
  if (certificate.test(detail))
    return { code: 'network', text: 'The certificate of the mail server is not valid.' };
  if (isConnectionLoss(error) || tls.test(detail)) return connectionFailure(code);
  if (parts.responseStatus === 'NO' || parts.responseStatus === 'BAD')
    return { code: 'internal', text: 'The mail server refused a request.' };
  return { code: 'internal', text: 'Something went wrong on our side.' };
}

const throttled: SyncFailure = { code: 'throttled', text: 'The mail server asks for a pause.' };

function appFailure(error: AppError): SyncFailure {
  if (error.code === 'lease_lost') return { code: 'lease_lost', text: 'Another run has taken over.' };
  if (error.code === 'host_not_allowed')
    return {
      code: 'permanent',
      text: 'The name of the mail server leads to an address that is not allowed.',
    };
  if (error.code === 'host_not_found')
    return { code: 'network', text: 'There is no mail server of this name.' };
  if (error.code === 'password_missing')
    return { code: 'auth', text: 'No password is stored for this mailbox.' };
  return { code: 'internal', text: 'Something went wrong on our side.' };
}

function loginFailure(parts: ServerError, response: string): SyncFailure {
  const refused: SyncFailure = { code: 'auth', text: 'The mail server does not accept the password.' };
  if (authCodes.includes(response)) return refused;
  if (response === '' && parts.responseStatus === 'NO') return refused;
  if (/application-specific password/i.test(textOf(parts.responseText))) return refused;
  // ALERT and the like: "Too many simultaneous connections", for one.
  if (parts.responseStatus === 'NO') return throttled;
  if (parts.responseStatus === 'BAD')
    return { code: 'internal', text: 'The mail server refused to sign in.' };
  return connectionFailure(textOf(parts.code));
}

function connectionFailure(code: string): SyncFailure {
  const text = garbageCodes.test(code)
    ? 'The mail server gave an answer that makes no sense.'
    : /TIMEOUT|TIMEDOUT/.test(code)
      ? 'The mail server did not answer in time.'
      : /ENOTFOUND|EAI_AGAIN/.test(code)
        ? 'The mail server cannot be found.'
        : /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/.test(code)
          ? 'The mail server cannot be reached.'
          : 'The connection to the mail server broke off.';
  return { code: 'network', text };
}
