import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors/app-error.ts';
import { connectionProblem, connectionSentence } from './connection-problem.ts';

// What imapflow 2.1.2 and nodemailer 9.1.1 threw on Deno 2.1.14.
const login = { message: 'Command failed', responseStatus: 'NO', authenticationFailed: true };
const socket = (message: string) => ({ code: 'ESOCKET', command: 'CONN', message });

describe('what an error of a mail server means', () => {
  it.each([
    ['password_refused', { ...login, serverResponseCode: 'AUTHENTICATIONFAILED' }],
    ['password_refused', login],
    ['throttled', { ...login, serverResponseCode: 'LIMIT' }],
    ['throttled', { ...login, serverResponseCode: 'UNAVAILABLE' }],
    ['connection_refused', { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 1.2.3.4:993' }],
    ['tls_required', { message: 'received corrupt message of type InvalidContentType' }],
    ['certificate_invalid', { message: 'invalid peer certificate: UnknownIssuer' }],
    ['certificate_invalid', { message: 'invalid peer certificate: NotValidForName' }],
    ['timeout', { code: 'CONNECT_TIMEOUT', message: 'Failed to establish connection in required time' }],
    ['timeout', { code: 'ETIMEOUT', message: 'Socket timeout' }],
    ['not_imap', { code: 'GREETING_TIMEOUT', message: 'Failed to receive greeting from server' }],
    ['connection_lost', { code: 'ClosedAfterConnectTLS', message: 'Unexpected close' }],
    ['connection_lost', { code: 'ECONNRESET', message: 'read ECONNRESET' }],
    ['connection_lost', { message: 'unexpected end of file' }],
    ['failed', { message: 'something else' }],
    ['failed', null],
    ['host_not_allowed', new AppError(422, 'host_not_allowed', 'x')],
    ['host_not_found', new AppError(422, 'host_not_found', 'x')],
  ])('IMAP: %s', (code, error) => expect(connectionProblem(error, 'imap', false)).toBe(code));

  it.each([
    ['password_refused', { code: 'EAUTH', responseCode: 535, message: 'Invalid login: 535 5.7.8 bad' }],
    ['app_password_needed', { code: 'EAUTH', responseCode: 534, message: 'Invalid login: 534 5.7.9' }],
    ['throttled', { code: 'EAUTH', responseCode: 454, message: 'Invalid login: 454 4.7.0' }],
    ['throttled', { code: 'EAUTH', responseCode: 421, message: 'Invalid login: 421 4.7.0' }],
    ['connection_refused', socket('connect ECONNREFUSED 1.2.3.4:465')],
    ['tls_required', socket('received corrupt message of type InvalidContentType')],
    ['certificate_invalid', socket('invalid peer certificate: UnknownIssuer')],
    ['timeout', { code: 'ETIMEDOUT', command: 'CONN', message: 'Connection timeout' }],
    ['not_smtp', { code: 'EPROTOCOL', message: 'Invalid greeting. response=HTTP/1.1 400' }],
    ['connection_lost', socket('unexpected end of file')],
  ])('SMTP: %s', (code, error) => expect(connectionProblem(error, 'smtp', false)).toBe(code));

  it('names the app password where the provider wants one', () => {
    expect(connectionProblem(login, 'imap', true)).toBe('app_password_needed');
    expect(connectionSentence('app_password_needed')).toContain('app password');
  });

  it('never takes a pause for a wrong password, app password or not', () => {
    expect(connectionProblem({ ...login, serverResponseCode: 'LIMIT' }, 'imap', true)).toBe('throttled');
  });
});
