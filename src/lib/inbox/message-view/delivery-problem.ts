import { m } from '#lib/paraglide/messages.js';

/** Why a message has not reached everybody, in a sentence, and what somebody can do about it; empty when that says it. */
export type DeliveryProblem = { text: string; advice: string };

type Sentence = (values: { addresses: string }) => string;
const none = (): string => '';
const [later, edit, password, settings] = [
  m.mail_advice_later,
  m.mail_advice_edit,
  m.mail_advice_password,
  m.mail_advice_settings,
];

/** What the functions that send and the database put into delivery_error: a code, with the addresses that it is about. */
const problems: Record<string, [Sentence, () => string]> = {
  // the mailbox
  password_refused: [m.mailbox_password_refused, password],
  app_password_needed: [m.mailbox_app_password_needed, password],
  password_missing: [m.mail_problem_password_missing, password],
  credential_unreadable: [m.mail_problem_password_missing, password],
  mail_account_not_active: [m.mail_problem_not_active, m.mail_advice_resume],
  domain_not_verified: [m.mail_problem_domain, settings],
  not_configured: [m.mail_problem_not_configured, none],
  quota_used_up: [m.mail_problem_quota, m.mail_advice_tomorrow],
  // its server
  host_not_found: [m.mailbox_host_not_found, settings],
  host_not_allowed: [m.mailbox_host_not_allowed, settings],
  port_blocked: [m.mailbox_port_blocked, settings],
  tls_required: [m.mail_problem_not_encrypted, settings],
  certificate_invalid: [m.mailbox_certificate_invalid, settings],
  not_smtp: [m.mailbox_not_smtp, settings],
  host_lookup_failed: [m.mail_problem_unreachable, later],
  connection_refused: [m.mail_problem_unreachable, later],
  connection_lost: [m.mail_problem_connection_lost, later],
  timeout: [m.mailbox_timeout, later],
  throttled: [m.mailbox_error_throttled, later],
  failed: [m.mailbox_failed, later],
  // the message
  recipient_refused: [m.mail_problem_recipient, edit],
  recipients_refused: [m.mail_problem_recipients, none],
  message_too_large: [m.mail_problem_too_large, m.mail_advice_smaller],
  message_refused: [m.mail_problem_refused, edit],
  attachment_missing: [m.mail_problem_attachment, edit],
  // ourselves
  worker_lost: [m.mail_problem_worker_lost, later],
  not_in_sent: [m.mail_problem_not_in_sent, m.mail_advice_ask],
};

/** The problem that `delivery_error` names; null without one. */
export function deliveryProblem(error: string | null): DeliveryProblem | null {
  if (!error) return null;
  const [code = '', addresses = ''] = error.split(/:\s*(.*)/s);
  const [sentence, advice] = problems[code] ?? [m.mail_problem_other, later];
  return { text: sentence({ addresses: addresses || m.mail_problem_some_address() }), advice: advice() };
}
