/** The Auth service's mails: config.toml's templates filled in as GoTrue does, delivered to the inbox. */
import { readFileSync } from 'node:fs';
import { requestScope } from '../request-scope.ts';
import type { ProjectConfig } from '../project-config.ts';
import type { Inbox } from './inbox.ts';
import { renderTemplate } from './template.ts';

/** What lite tells its mailer beside address, token hash and code. */
interface MailMeta {
  tokenNew?: string;
  tokenHashNew?: string;
  currentEmail?: string;
  newEmail?: string;
  data?: unknown;
}

interface Mail {
  to: string;
  tokenHash: string;
  code: string;
  meta?: MailMeta | undefined;
}

type TemplateName = 'confirmation' | 'recovery' | 'magic_link' | 'email_change' | 'reauthentication';

/** Subject, sentence and verification type of GoTrue's own templates, for those config.toml does not name. */
const builtIn: Record<TemplateName, { subject: string; text: string; type: string }> = {
  confirmation: { subject: 'Confirm Your Signup', text: 'Confirm your address', type: 'signup' },
  recovery: { subject: 'Reset Your Password', text: 'Reset your password', type: 'recovery' },
  magic_link: { subject: 'Your Magic Link', text: 'Sign in', type: 'magiclink' },
  email_change: {
    subject: 'Confirm Email Change',
    text: 'Confirm the change to {{ .NewEmail }}',
    type: 'email_change',
  },
  reauthentication: {
    subject: 'Confirm reauthentication',
    text: 'Your code: {{ .Token }}',
    type: 'reauthentication',
  },
};

export interface AuthMailer {
  sendConfirmation(email: string, tokenHash: string, code: string, meta?: MailMeta): Promise<void>;
  sendRecovery(email: string, tokenHash: string, code: string, meta?: MailMeta): Promise<void>;
  sendMagicLink(email: string, tokenHash: string, code: string, meta?: MailMeta): Promise<void>;
  sendEmailChange(email: string, tokenHash: string, code: string, meta?: MailMeta): Promise<void>;
  sendReauthentication(email: string, code: string, meta?: MailMeta): Promise<void>;
}

/** A mailer for lite that writes to `inbox`. `apiUrl` is where `{{ .ConfirmationURL }}` leads. */
export function createAuthMailer(config: ProjectConfig['auth'], inbox: Inbox, apiUrl: string): AuthMailer {
  const send = (name: TemplateName, { to, tokenHash, code, meta }: Mail) => {
    const fallback = builtIn[name];
    const template = config.email.templates[name];
    const redirectTo = requestScope.getStore()?.redirectTo ?? config.siteUrl;
    const verify = new URL('/auth/v1/verify', apiUrl);
    verify.search = new URLSearchParams({
      token: tokenHash,
      type: fallback.type,
      redirect_to: redirectTo,
    }).toString();
    const values = {
      ...{ SiteURL: config.siteUrl, ConfirmationURL: verify.href, RedirectTo: redirectTo },
      ...{ Token: code, TokenHash: tokenHash, Data: meta?.data ?? {} },
      ...{ Email: meta?.currentEmail ?? to, NewEmail: meta?.newEmail ?? '', SendingTo: to },
    };
    const html = template?.content_path
      ? readFileSync(template.content_path, 'utf8')
      : `<p>${fallback.text}</p>${name === 'reauthentication' ? '' : '<p><a href="{{ .ConfirmationURL }}">{{ .ConfirmationURL }}</a></p>'}`;
    inbox.deliver({
      from: 'Chairside <auth@chairside.test>',
      to: [to],
      subject: renderTemplate(template?.subject ?? fallback.subject, values, 'text'),
      text: '',
      html: renderTemplate(html, values, 'html'),
      source: 'auth',
    });
    return Promise.resolve();
  };
  return {
    sendConfirmation: (to, tokenHash, code, meta) => send('confirmation', { to, tokenHash, code, meta }),
    sendRecovery: (to, tokenHash, code, meta) => send('recovery', { to, tokenHash, code, meta }),
    sendMagicLink: (to, tokenHash, code, meta) => send('magic_link', { to, tokenHash, code, meta }),
    sendReauthentication: (to, code, meta) => send('reauthentication', { to, tokenHash: '', code, meta }),
    // Both mailboxes have to confirm: the current one with its token, the new one with its own.
    sendEmailChange: async (to, tokenHash, code, meta) => {
      await send('email_change', { to, tokenHash, code, meta });
      if (meta?.newEmail && meta.tokenHashNew && meta.tokenNew) {
        await send('email_change', {
          to: meta.newEmail,
          tokenHash: meta.tokenHashNew,
          code: meta.tokenNew,
          meta,
        });
      }
    },
  };
}
