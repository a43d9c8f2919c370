/** Somebody a mail is from or to. */
export interface MailAddress {
  name: string;
  address: string;
}

/** Something attached to a mail; its content follows later. */
export interface GivenAttachment {
  /** IMAP part number, such as `2.1`, or a number of its own for mail that was not fetched by IMAP. */
  part: string;
  name: string;
  content_type: string;
  /** Content-Transfer-Encoding in lower case; empty when the content is there as it is. */
  encoding: string;
  /** Bytes of the decoded content, estimated where only the encoded size is known. */
  size: number;
  /** Content-ID without its angle brackets; null without one. */
  content_id: string | null;
  /** Shown inside the text, not listed beside it. */
  is_inline: boolean;
}

/** How the text of a mail got here. */
export type BodyState = 'whole' | 'cut' | 'unreadable';

/** What answers itself is no conversation. */
export type MessageKind = 'mail' | 'auto_reply' | 'bounce' | 'list';

/**
 * A mail as the database takes it in (`store_messages`, `bring_message`), whatever way it came.
 *
 * Texts hold no NUL and no lone surrogates, which Postgres refuses. Of To and Cc together, Bcc and Reply-To 50 are kept each.
 */
export interface GivenMessage {
  /** Absent for mail that does not come from an IMAP folder. */
  uid?: number;
  /** Without angle brackets; empty when the mail has none. */
  message_id: string;
  in_reply_to: string;
  /** In the order in which they were written, the mail that is answered last. */
  references: string[];
  /** The provider's own thread, where it has such. */
  provider_thread: string;
  from_address: string;
  from_name: string;
  to: MailAddress[];
  cc: MailAddress[];
  bcc: MailAddress[];
  reply_to: MailAddress[];
  /** All of To and Cc, those that are not kept included. */
  recipient_count: number;
  subject: string;
  /** What the sender's clock said (ISO), or the Date header as it is when it cannot be read; empty without one. */
  date: string;
  /** When the mail server took it in (ISO). */
  received_at: string;
  /** The first 200 characters of what is new in it: no quotes, no signature. */
  snippet: string;
  text: string;
  /** As it came: it is made safe where it is shown. Null when there is none. */
  html: string | null;
  body_state: BodyState;
  /** Bytes of the whole mail. */
  size: number;
  kind: MessageKind;
  /** Such as `spf=pass dkim=pass dmarc=fail`, as the mailbox's own provider found; empty when it says nothing. */
  authentication: string;
  is_seen: boolean;
  is_flagged: boolean;
  /** Tells mails without a Message-ID apart. */
  digest: string;
  attachments: GivenAttachment[];
}

/** A mail that cannot be read, however often it is tried. */
export interface UnreadableMessage {
  uid: number;
  /** Why: no addresses, no text of the mail or the server. */
  problem: string;
}
