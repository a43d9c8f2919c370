import { readObstacles } from '#lib/scheduling/calendar/obstacles.ts';
import type { holdConnection, Place } from '#lib/scheduling/calendar/queries.ts';
import type { Obstacle } from '#lib/scheduling/calendar/schemas.ts';
import { toAppError } from '#lib/supabase/errors.ts';

const SETTLE = 400;
/** So long before it would expire a hold is renewed. */
const RENEW_BEFORE = 45_000;
/** So long after the network failed it is asked again. */
const RETRY_AFTER = 5_000;

type State =
  | { kind: 'none' | 'asking' | 'failed' }
  | { kind: 'kept'; until: string }
  | { kind: 'taken'; obstacles: Obstacle[] };

/** The way to the database; the app's is in the calendar's queries.ts, tests bring their own. */
type Connection = typeof holdConnection;

/**
 * Keeps the time of a form that is being filled in: asks again when the place changes, renews before it runs out, and
 * gives it up at the end. A hold that cannot be had stops nobody from trying to book.
 */
export class SlotHold {
  state = $state.raw<State>({ kind: 'none' });
  readonly #tenantId: string;
  readonly #connection: Connection;
  #holdId = $state<string | null>(null);
  #wanted: Place | null = null;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #line: Promise<void> = Promise.resolve();

  constructor(tenantId: string, connection: Connection) {
    this.#tenantId = tenantId;
    this.#connection = connection;
  }

  /** The hold there is at this moment. */
  get id(): string | null {
    return this.#holdId;
  }

  /**
   * The hold to book in place of, once what is under way has been answered: a hold that arrived during the booking
   * would be in its way. Nothing new is asked for until `again`.
   */
  async settled(): Promise<string | null> {
    clearTimeout(this.#timer);
    await this.#line;
    clearTimeout(this.#timer);
    return this.#holdId;
  }

  /** Keeps this place from now on; null for none yet. */
  want(place: Place | null): void {
    if (this.#isOver || JSON.stringify(place) === JSON.stringify(this.#wanted)) return;
    this.#wanted = place;
    this.#askIn(SETTLE);
  }

  /** The form is done with, booked or left. A hold that was booked in place of has gone already. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#inLine(() => this.#release());
  }

  /** Asks for the place again, after something that may have made room. */
  again(): void {
    this.#askIn(0);
  }

  #askIn(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#inLine(() => this.#ask()), wait);
  }

  // One call after the other, so that an early answer never overtakes a later wish.
  #inLine(act: () => Promise<void>): void {
    this.#line = this.#line.then(act, act);
  }

  async #ask(): Promise<void> {
    const place = this.#wanted;
    if (this.#isOver) return;
    if (!place) {
      await this.#release();
      this.state = { kind: 'none' };
      return;
    }
    if (this.state.kind !== 'kept') this.state = { kind: 'asking' };
    try {
      const hold = await this.#connection.hold({
        tenantId: this.#tenantId,
        place,
        insteadOf: this.#holdId,
      });
      this.#holdId = hold.hold_id;
      this.state = { kind: 'kept', until: hold.expires_at };
      const left = Date.parse(hold.expires_at) - Date.now();
      if (!this.#isOver && this.#wanted === place) this.#askIn(Math.max(10_000, left - RENEW_BEFORE));
    } catch (error) {
      const failure = toAppError(error);
      // What was kept before is another place now; nobody needs it.
      await this.#release();
      this.state =
        failure.code === 'slot_taken'
          ? { kind: 'taken', obstacles: readObstacles(failure) }
          : { kind: 'failed' };
      if (failure.code === 'network' && !this.#isOver) this.#askIn(RETRY_AFTER);
    }
  }

  async #release(): Promise<void> {
    const holdId = this.#holdId;
    this.#holdId = null;
    // What cannot be given up now expires by itself.
    if (holdId) await this.#connection.release({ tenantId: this.#tenantId, holdId }).catch(() => undefined);
  }
}
