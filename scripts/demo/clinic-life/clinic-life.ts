/** What a demo clinic's everyday life consists of; the clinics' own files fill it, play-clinic-life.ts plays it. */
import type { DemoPerson } from '../demo-clinics.ts';

/** How a client is named in the demo: first and last name, as in its list. */
type ClientName = string;

export interface LifeNote {
  client: ClientName;
  by: DemoPerson;
  /** The text and what it was before, oldest first; the last one is what the note says now. */
  texts: string[];
  isPinned?: boolean;
}

interface LifeTask {
  title: string;
  by: DemoPerson;
  client?: ClientName;
  assignee?: DemoPerson;
  details?: string;
  /** Days from today; negative for what is overdue. */
  dueIn?: number;
  priority?: 'low' | 'high';
  status?: 'in_progress' | 'done';
}

interface LifeIdentifier {
  client: ClientName;
  kind: 'email' | 'phone';
  raw: string;
  label: string;
  is_shared?: boolean;
}

interface LifeProvider {
  name: string;
  title: string;
  colour: string;
  /** The member this is; nobody for a provider without an account. */
  member?: DemoPerson;
}

interface LifeService {
  name: string;
  duration_minutes: number;
  buffer_after_minutes?: number;
  price: string | null;
  colour: string;
  /** Names of the providers and resources that can do it. */
  providers: string[];
  resources: string[];
}

/** When somebody is there on some days of the week (ISO: 1 is Monday), or the break on them. */
export interface LifeHours {
  weekdays: number[];
  opens: string;
  closes: string;
  isBreak?: boolean;
}

interface LifeStep {
  kind: 'provider' | 'chair' | 'room' | 'equipment';
  offset_minutes: number;
  duration_minutes: number;
}

/** Somebody who would come sooner; without days and parts of the day at any time. */
interface LifeWaiting {
  client: ClientName;
  service: string;
  weekdays?: number[];
  dayParts?: ('morning' | 'afternoon' | 'evening')[];
  isUrgent?: boolean;
  note: string;
}

interface LifeSchedule {
  week: LifeHours[];
  /** Weeks of those who do not keep the clinic's. */
  providerWeeks: Record<string, LifeHours[]>;
  /** Where each provider works. */
  places: Record<string, string>;
  /** When during a service somebody or something is needed. */
  steps: Record<string, LifeStep[]>;
  holiday: { inDays: number; note: string };
  /** Of a provider, or of the whole clinic; times where the clinic is. */
  blocked: { title: string; provider?: string; inDays: number; from: string; to: string }[];
}

export interface LifeFile {
  client: ClientName;
  by: DemoPerson;
  name: string;
  content_type: 'image/png' | 'application/pdf' | 'text/plain';
  content: () => Uint8Array<ArrayBuffer>;
}

export interface ImportedRow {
  first_name: string;
  last_name: string;
  date_of_birth?: string;
  emails: string[];
  phones: string[];
  city?: string;
  tags: string[];
  note?: string;
}

export interface ClinicLife {
  /** ISO 3166 code: how phone numbers without a country are read. */
  country: string;
  currency: string;
  tags: Record<string, string>;
  /** Which clients have which tag. */
  tagged: Record<string, ClientName[]>;
  identifiers: LifeIdentifier[];
  notes: LifeNote[];
  /** The note that somebody has deleted again. */
  deletedNote?: { client: ClientName; by: DemoPerson; text: string };
  tasks: LifeTask[];
  providers: LifeProvider[];
  schedule: LifeSchedule;
  /** Hours before a visit at which its client is reminded by e-mail. */
  reminders: number[];
  waiting: LifeWaiting[];
  resources: { name: string; kind: 'chair' | 'room' | 'equipment'; colour: string }[];
  services: LifeService[];
  files: LifeFile[];
  /** A client who was entered twice: the second one, found by its e-mail address, goes into the first. */
  merge?: { keep: ClientName; mergeEmail: string };
  archived: ClientName[];
  views: {
    name: string;
    filter: { tags?: string[]; has_phone?: boolean; state?: 'archived' };
    sort: string;
  }[];
  import?: { fileName: string; by: DemoPerson; rows: ImportedRow[] };
}
