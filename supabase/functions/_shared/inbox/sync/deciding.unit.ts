import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors/app-error.ts';
import { Budget } from './budget.ts';
import { failureOf, isConnectionLoss, isRefusal, isThrottle } from './sync-error.ts';
import { holesIn, slicesOf, uidSet, widthOf, windowsOf } from './uid-ranges.ts';

describe('holes', () => {
  it.each([
    [[], 5, 9, [[5, 9]]],
    [[], 10, 9, []],
    [[[1, 9]], 1, 9, []],
    [
      [
        [1, 4],
        [8, 9],
      ],
      1,
      12,
      [
        [10, 12],
        [5, 7],
      ],
    ],
    [
      [
        [1, 4],
        [8, 9],
      ],
      3,
      9,
      [[5, 7]],
    ],
    [[[8, 20]], 3, 9, [[3, 7]]],
    [[[1, 2]], 5, 9, [[5, 9]]],
    [[[4, 6]], 5, 9, [[7, 9]]],
  ] as Array<[Array<[number, number]>, number, number, Array<[number, number]>]>)(
    'of %j from %i to %i are %j, the newest first',
    (done, floor, last, holes) => expect(holesIn(done, floor, last)).toEqual(holes),
  );

  it('and what is done make everything, whatever is done', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const done: Array<[number, number]> = [];
      for (let at = 1; at < 60; at += 3 + ((seed * at) % 7)) done.push([at, at + ((seed + at) % 3)]);
      const all = [...done, ...holesIn(done, 1, 60)];
      for (let uid = 1; uid <= 60; uid += 1)
        expect(all.filter(([first, last]) => uid >= first && uid <= last).length).toBe(1);
    }
  });

  it('are cut into windows, and lists of UIDs are written short', () => {
    expect([
      ...windowsOf(
        [
          [10, 15],
          [1, 3],
        ],
        4,
      ),
    ]).toEqual([
      [12, 15],
      [10, 11],
      [1, 3],
    ]);
    expect(
      widthOf([
        [10, 15],
        [1, 3],
      ]),
    ).toBe(9);
    expect(uidSet([9, 3, 4, 5, 7])).toBe('3:5,7,9');
    expect(slicesOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  });
});

const login = (code: string | undefined, text = '', responseStatus = 'NO') =>
  Object.assign(new Error('Command failed'), {
    ...{ authenticationFailed: true, responseStatus, responseText: text },
    ...(code === undefined ? {} : { serverResponseCode: code }),
  });
const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });
const refusal = (code?: string) =>
  Object.assign(new Error('Command failed'), {
    responseStatus: 'NO',
    response: {
      attributes: [code === undefined ? { value: 'no' } : { section: [{ type: 'ATOM', value: code }] }],
    },
  });

describe('the class of an error', () => {
  it.each([
    ['wrong password', login('AUTHENTICATIONFAILED'), 'auth'],
    ['not allowed in', login('AUTHORIZATIONFAILED'), 'auth'],
    ['expired', login('EXPIRED'), 'auth'],
    ['a plain NO', login(undefined), 'auth'],
    ['an app password is needed', login('ALERT', 'Application-specific password required'), 'auth'],
    ['too many connections', login('ALERT', 'Too many simultaneous connections.'), 'throttled'],
    ['a limit at the login', login('LIMIT'), 'throttled'],
    ['unavailable at the login', login('UNAVAILABLE'), 'throttled'],
    ['in use', login('INUSE'), 'throttled'],
    ['a code nobody knows', login('X-ODD'), 'throttled'],
    ['BAD', login(undefined, '', 'BAD'), 'internal'],
    [
      'a broken connection at the login',
      Object.assign(withCode('NoConnection'), { authenticationFailed: true }),
      'network',
    ],
    ['a limit later', refusal('LIMIT'), 'throttled'],
    ['a server bug', refusal('SERVERBUG'), 'throttled'],
    ['throttled by Microsoft', withCode('ETHROTTLE'), 'throttled'],
    ['a refusal', refusal(), 'internal'],
    ['refused', withCode('ECONNREFUSED'), 'network'],
    ['too slow', withCode('GREETING_TIMEOUT'), 'network'],
    ['garbage', withCode('ResponseProcessingFailed'), 'network'],
    ['a certificate', withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'network'],
    ['a certificate, says Deno', new Error('invalid peer certificate: UnknownIssuer'), 'network'],
    ['the lease', new AppError(409, 'lease_lost', 'x'), 'lease_lost'],
    ['an address inside', new AppError(422, 'host_not_allowed', 'x'), 'permanent'],
    ['an unknown host', new AppError(422, 'host_not_found', 'x'), 'network'],
    ['no password', new AppError(409, 'password_missing', 'x'), 'auth'],
    ['our own fault', new TypeError('x is not a function'), 'internal'],
    ['nothing at all', undefined, 'internal'],
  ])('%s', (_, error, code) => expect(failureOf(error).code).toBe(code));

  it('comes with a sentence that repeats nothing of what the server said', () => {
    const told = failureOf(login('AUTHENTICATIONFAILED', 'user ana@clinic.example with hunter2 is wrong'));
    expect(told.text).toBe('The mail server does not accept the password.');
    expect(failureOf(withCode('CERT_HAS_EXPIRED')).text).toContain('certificate');
  });

  it('tells a refusal from a lost connection, and a pause from both', () => {
    expect([isRefusal(refusal()), isConnectionLoss(refusal()), isThrottle(refusal('LIMIT'))]).toEqual([
      true,
      false,
      true,
    ]);
    expect([isRefusal(withCode('ParserError12')), isConnectionLoss(withCode('NoConnection'))]).toEqual([
      true,
      true,
    ]);
    // It may be this one message: only another try tells.
    expect(isThrottle(refusal('UNAVAILABLE'))).toBe(false);
    expect(isConnectionLoss(new AppError(409, 'lease_lost', 'x'))).toBe(false);
  });
});

describe('the budget of a run', () => {
  it('ends with its messages, its bytes or its time', () => {
    let clock = 0;
    const budget = new Budget({ wallMs: 1_000, messages: 10, attachmentBytes: 100 }, () => clock);
    budget.useMessages(7);
    expect(budget.messagesLeft).toBe(3);
    // The first one always, or it would never come.
    expect(budget.allowsAttachment(5_000)).toBe(true);
    budget.useAttachment(60);
    expect([budget.allowsAttachment(40), budget.allowsAttachment(41)]).toEqual([true, false]);
    clock = 1_000;
    expect([budget.isTimeUp, budget.messagesLeft, budget.allowsAttachment(1)]).toEqual([true, 0, false]);
  });
});
