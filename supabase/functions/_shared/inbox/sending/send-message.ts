import { decryptSecret, readKeyRing } from '../../credentials/key-ring.ts';
import { AppError } from '../../errors/app-error.ts';
import { mayReachLoopback, resolvePublicHost } from '../../http/address-guard.ts';
import { resolveNames } from '../../http/resolve-names.ts';
import type { JobContext, JobHandler } from '../../jobs/job.ts';
import { RetryLater } from '../../jobs/job.ts';
import { readMailConfiguration } from '../../mail/mail-configuration.ts';
import { z } from 'zod';
import { attachmentBucket } from '../sync/attachment-shelf.ts';
import { composeMessage, envelopeOf } from './compose-message.ts';
import { type BegunSend, begunSend, type SendOutcome, settledSend } from './outgoing.ts';
import { clinicMailOutcome, type ClinicMailOutcome, clinicMailRequest } from './resend-send.ts';
import { sendProblem } from './send-problem.ts';
import { sendBySmtp } from './smtp-send.ts';

const payload = z.object({ message_id: z.string() });

/**
 * Job send-mail: hands a message to the mail server at most once.
 *
 * The database is told right before the server is (`mark_handing_over`). A worker that dies earlier is replaced; one that dies
 * later leaves a message that is looked up in Sent and never sent again by itself.
 */
export const sendMessage: JobHandler = async (job, context) => {
  const { message_id } = payload.parse(job.payload);
  const begun = begunSend.parse(await context.rpc('begin_send', { message_id }));
  if (begun.state === 'early') throw new RetryLater('It is not time yet.', begun.seconds);
  if (begun.state !== 'sending') {
    context.log.info('send_skipped', { message_id, state: begun.state });
    return;
  }
  const { attempt, account } = begun;
  const about = { message_id, account_id: account.id, via: account.send_via };
  let result: ClinicMailOutcome;
  try {
    result = await (account.send_via === 'resend' ? viaResend : viaSmtp)(begun, context);
  } catch (error) {
    if (error instanceof AppError && error.code === 'send_lost') {
      context.log.info('send_lost', about);
      return;
    }
    // Nothing has been handed over: whatever comes later is an outcome.
    context.log.warn('send_not_begun', { ...about, error });
    result = problemBefore(error);
  }
  const { outcome, code } = result;
  // Addresses stand behind the colon.
  context.log[outcome === 'sent' ? 'info' : 'warn']('mail_sent', {
    ...about,
    outcome,
    code: code?.split(':')[0],
  });
  const settled = settledSend.parse(
    await persistently(context, () =>
      context.rpc('settle_send', {
        ...{ message_id, attempt, outcome, error: code },
        retry_after_seconds: result.retryAfterSeconds ?? null,
      }),
    ),
  );
  if (result.resendId) await expectSentId(context, message_id, result.resendId);
  if (settled.delivery === 'queued')
    throw new RetryLater(
      `The mail could not be sent: ${code?.split(':')[0]}.`,
      result.retryAfterSeconds ?? 60,
    );
};

async function viaSmtp(begun: BegunSend, context: JobContext): Promise<SendOutcome> {
  const { account, credential, attempt, message_id } = begun;
  if (!credential) return { outcome: 'failed', code: 'password_missing' };
  const names = {
    ...{ tenantId: account.tenant_id, ownerTable: 'mail_accounts', ownerId: account.id, field: 'password' },
  };
  const password = await decryptSecret(readKeyRing(context.setting('CREDENTIAL_KEYS')), names, credential);
  const raw = await composeMessage(begun, { readAttachment: readAttachment(context) });
  const host = await resolvePublicHost(account.smtp_host, {
    resolve: resolveNames,
    allowLoopback: mayReachLoopback((name) => context.setting(name)),
  });
  return sendBySmtp(
    { envelope: envelopeOf(begun), raw },
    { host, port: account.smtp_port, username: account.username, password },
    {
      beforeHandingOver: async () => {
        await context.rpc('mark_handing_over', { message_id, attempt });
      },
      signal: context.signal,
    },
  );
}

async function viaResend(begun: BegunSend, context: JobContext): Promise<ClinicMailOutcome> {
  const configuration = readMailConfiguration((name) => context.setting(name));
  if (!configuration.ready) return { outcome: 'failed', code: 'not_configured' };
  const request = await clinicMailRequest(configuration, begun, readAttachment(context));
  await context.rpc('mark_handing_over', { message_id: begun.message_id, attempt: begun.attempt });
  return clinicMailOutcome(await context.callExternal(request), begun.attempts);
}

/** The mail has gone out, whatever comes of this. */
async function expectSentId(context: JobContext, message_id: string, resend_id: string): Promise<void> {
  try {
    await context.rpc('expect_sent_id', { message_id, resend_id });
  } catch (error) {
    context.log.warn('sent_id_not_expected', { message_id, error });
  }
}

const readAttachment = (context: JobContext) => async (objectName: string) => {
  const content = await context.readObject(attachmentBucket, objectName);
  if (!content) throw new AppError(410, 'attachment_missing', 'An attachment is not there any more.');
  return content;
};

/** What went wrong before the server was spoken to. */
function problemBefore(error: unknown): SendOutcome {
  if (error instanceof AppError && ['attachment_missing', 'credential_unreadable'].includes(error.code))
    return { outcome: 'failed', code: error.code };
  if (error instanceof AppError && error.code === 'not_configured')
    return { outcome: 'retry', code: error.code, retryAfterSeconds: 300 };
  return sendProblem(error, 'before');
}

/** The server has the mail by now: a database that is out of reach for a moment is not to make a mystery of it. */
async function persistently<Value>(context: JobContext, work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isAnswer = error instanceof AppError && error.status < 500;
      if (isAnswer || attempt === 4 || context.signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * attempt));
    }
  }
}
