import type { FetchMessageObject, FetchQueryObject, SearchObject } from 'imapflow';

/** A folder that is synced. */
export interface ServerFolder {
  path: string;
  role: 'inbox' | 'sent';
}

/** What a folder was like when it was opened: what arrives meanwhile is found by the next run. */
export interface FolderState {
  /** Large numbers are kept as text. */
  uidValidity: string;
  /** All UIDs are below it. */
  uidNext: number;
  exists: number;
  /** Null where the server does not count changes (RFC 7162). */
  highestModseq: string | null;
}

/** A mail server, as far as the sync needs it. What it throws is for `failureOf`. */
export interface MailServer {
  /** The folders to sync: the inbox, and Sent where the server says which one that is. */
  folders(): Promise<ServerFolder[]>;
  /** Opens a folder without changing anything in it. Null when there is no such folder. */
  open(path: string): Promise<FolderState | null>;
  /** UIDs in ascending order. Throws when the server does not answer; never passes that off as "nothing found". */
  search(query: SearchObject): Promise<number[]>;
  /** Fetches by UID, without marking anything as read. Messages that are gone are left out, and those whose answer is garbage. */
  fetch(uids: readonly number[], query: FetchQueryObject): Promise<FetchMessageObject[]>;
  /** So many messages one command may concern (RFC 9738); null without such a limit. */
  readonly mostMessages: number | null;
  /** Whether the server may hide all but the newest messages of a folder (RFC 9586, as Yahoo does above 10,000). */
  readonly hidesOldMessages: boolean;
  /** Puts a mail into a folder, as read. */
  append(path: string, mail: Uint8Array, date: Date): Promise<void>;
  /** Ends the connection, whatever state it is in. */
  close(): Promise<void>;
}
