import {
  type AuditEvent,
  chainStart,
  eventHash,
  type EventPart,
  partColumns,
  partHash,
  platformChain,
  sha256,
} from './canonical.ts';
import { type Dropped, mayBeGone } from './retention.ts';

/** One position of a chain, as the database stores it. */
export interface Seal {
  chain: string;
  position: number;
  event_id: string;
  /** In the form of AuditEvent.occurred_at, as is sealed_at. */
  event_at: string;
  actor_hash: Buffer;
  content_hash: Buffer;
  event_hash: Buffer;
  hash: Buffer;
  sealed_at: string;
}

/** A seal with its event, which is null when there is no such event, and the parts that were erased on request. */
export interface Link {
  seal: Seal;
  event: AuditEvent | null;
  erased: Record<EventPart, boolean>;
}

/** Where a chain, or what remains of it after retention, begins. */
export interface ChainStart {
  chain: string;
  /** 0 without a checkpoint. */
  position: number;
  hash: Buffer;
}

export type Damage =
  | 'content_changed'
  | 'event_missing'
  | 'event_inserted'
  | 'seal_changed'
  | 'order_broken'
  | 'checkpoint_broken'
  | 'retention_unproven'
  | 'erasure_not_recorded'
  | 'anchor_broken';

/** What is wrong, and with which event. */
export interface Finding {
  damage: Damage;
  /** Null when it concerns no single chain: an anchor covers all of them. */
  chain: string | null;
  position: number | null;
  eventId: string | null;
  occurredAt: string | null;
  action: string | null;
  detail: string;
}

/** Events may follow one that is younger, because a transaction may take long, but not by more than this. */
const toleratedDisorderMs = 24 * 60 * 60 * 1000;

/** Whether a date lies so far before one that was sealed earlier that no slow transaction explains it. */
export function isBackDated(at: string, newestSealed: string | null): boolean {
  return newestSealed !== null && Date.parse(newestSealed) - Date.parse(at) > toleratedDisorderMs;
}

/** The beginning of a chain from which nothing has been dropped. */
export function genesis(chain: string): ChainStart {
  return { chain, position: 0, hash: chainStart(chain) };
}

/**
 * Recomputes one chain, link after link, and stops at the first that is wrong.
 *
 * Holds the last position only, so a chain of any length takes the same memory.
 */
export class ChainCheck {
  readonly chain: string;
  /** Links that were found in order. */
  verified = 0;
  finding: Finding | null = null;
  position: number;
  hash: Buffer;
  newestEventAt: string | null = null;
  isStartUncovered = false;
  readonly #start: ChainStart;
  readonly #dropped: Dropped;

  constructor(start: ChainStart, dropped: Dropped) {
    this.chain = start.chain;
    this.position = start.position;
    this.hash = start.hash;
    this.#start = start;
    this.#dropped = dropped;
  }

  /** Gives up before the first link. @param detail why the links before it should still be there */
  refuseStart(detail: string): void {
    this.isStartUncovered = true;
    this.finding = this.#atEnd(seen('checkpoint_broken', detail));
  }

  /** @param following gives the links after this one, as far as they have been read; they tell a swap from a forgery */
  add(link: Link, following: () => readonly Link[]): void {
    if (this.finding) return;
    const { seal } = link;
    const problem = this.#problemOf(link, following);
    if (problem) {
      this.finding = {
        ...problem,
        chain: this.chain,
        position: seal.position,
        eventId: seal.event_id,
        occurredAt: link.event?.occurred_at ?? seal.event_at,
        action: link.event?.action ?? null,
      };
      return;
    }
    this.verified += 1;
    this.position = seal.position;
    this.hash = seal.hash;
    if (this.newestEventAt === null || seal.event_at > this.newestEventAt) this.newestEventAt = seal.event_at;
  }

  /** @param head the newest position the database kept for sealing; undefined when it kept none */
  end(head: { position: number; hash: Buffer } | undefined): void {
    if (this.finding || (head && head.position === this.position && head.hash.equals(this.hash))) return;
    const isCut = head !== undefined && head.position > this.position;
    this.finding = this.#atEnd(
      isCut
        ? seen('seal_changed', `the chain ends at ${this.position}, but ${head.position} had been sealed`)
        : seen('seal_changed', 'the last seal is not the head that the database kept'),
    );
  }

  /** A finding about the chain as far as it has been read, and no event in particular. */
  #atEnd(problem: Problem): Finding {
    const { chain, position } = this;
    return { ...problem, chain, position, eventId: null, occurredAt: null, action: null };
  }

  #problemOf(link: Link, following: () => readonly Link[]): Problem | null {
    const { seal, event } = link;
    if (seal.position !== this.position + 1) return this.#gap(seal.position);
    if (event === null) {
      if (!mayBeGone(seal.event_at, this.#dropped))
        return seen('event_missing', 'it was sealed, but is not in the log any more');
      return this.#follows(seal.event_hash, seal) ? null : this.#brokenSeal(following);
    }
    const refilled = (['actor', 'content'] as const).find(
      (part) => link.erased[part] && !isEmpty(event, part),
    );
    if (refilled) return seen('content_changed', `its ${refilled} part was erased, but holds data again`);

    const actorHash = link.erased.actor ? seal.actor_hash : partHash(event, 'actor');
    const contentHash = link.erased.content ? seal.content_hash : partHash(event, 'content');
    const computed = eventHash(event, actorHash, contentHash);
    if (!computed.equals(seal.event_hash)) return this.#differs(seal, event, computed, following);
    if (!this.#follows(computed, seal)) return this.#brokenSeal(following);
    if (!actorHash.equals(seal.actor_hash) || !contentHash.equals(seal.content_hash))
      return seen('seal_changed', 'the hashes of its parts are not those of the event');
    if ((event.tenant_id ?? platformChain) !== this.chain)
      return seen('order_broken', 'it belongs to another chain');
    if (isBackDated(seal.event_at, this.newestEventAt))
      return seen('event_inserted', 'it is dated long before events that had been sealed already');
    return null;
  }

  #gap(position: number): Problem {
    if (position <= this.position) return seen('order_broken', `position ${position} is there twice`);
    const missing = `no seals from position ${this.position + 1} to ${position - 1}`;
    const isFirst = this.verified === 0 && this.#start.position > 0;
    return seen(isFirst ? 'checkpoint_broken' : 'order_broken', missing);
  }

  /** The event and its seal disagree: which of them was changed? */
  #differs(seal: Seal, event: AuditEvent, computed: Buffer, following: () => readonly Link[]): Problem {
    if (this.#follows(computed, seal)) return seen('seal_changed', "the seal's event hash was changed");
    const other = following().find((next) => next.seal.event_hash.equals(computed));
    if (other) return seen('order_broken', `this event had been sealed at position ${other.seal.position}`);
    if (!this.#follows(seal.event_hash, seal)) return this.#brokenSeal(following);
    const emptied = (['actor', 'content'] as const).find((part) => isEmpty(event, part));
    if (emptied) return seen('erasure_not_recorded', `its ${emptied} part is empty, but no erasure says so`);
    const changed = [
      ...(partHash(event, 'actor').equals(seal.actor_hash) ? [] : ['who acted']),
      ...(partHash(event, 'content').equals(seal.content_hash) ? [] : ['what it says']),
    ];
    return seen(
      'content_changed',
      `changed after sealing: ${changed.join(' and ') || 'the facts of the event'}`,
    );
  }

  /** The seal does not come from the one before it. */
  #brokenSeal(following: () => readonly Link[]): Problem {
    if (this.verified === 0 && this.#start.position > 0)
      return seen('checkpoint_broken', 'the first seal after the checkpoint does not follow from it');
    const moved = following().find(({ seal }) => this.#follows(seal.event_hash, seal));
    if (moved)
      return seen('order_broken', `the seal that belongs here stands at position ${moved.seal.position}`);
    return seen('seal_changed', 'the seal does not follow from the one before it');
  }

  #follows(eventHashAt: Buffer, seal: Seal): boolean {
    return sha256(this.hash, eventHashAt).equals(seal.hash);
  }
}

interface Problem {
  damage: Damage;
  detail: string;
}

const seen = (damage: Damage, detail: string): Problem => ({ damage, detail });

function isEmpty(event: AuditEvent, part: EventPart): boolean {
  return partColumns[part].every((column) => event[column] === null);
}
