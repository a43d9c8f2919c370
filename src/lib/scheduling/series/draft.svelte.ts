import type { AppointmentValues, Force, Place } from '#lib/scheduling/calendar/queries.ts';
import { createQuery, keepPreviousData } from '@tanstack/svelte-query';
import { previewSeries, previewSeriesChange, seriesKeys } from './queries.ts';
import type { Occurrence, SeriesChange, SeriesScope } from './schemas.ts';

/** The visit of a form: one to be booked, or one of a series with what is changed of its place. */
type Visit =
  | { kind: 'new'; place: Place; holdId: string | null }
  | { kind: 'old'; appointmentId: string; revision: number; fields: Partial<AppointmentValues> };

type Plan = { occurrences: Occurrence[]; change: SeriesChange | null };

const isTaking = ({ kind }: Occurrence['obstacles'][number]): boolean =>
  kind === 'appointment' || kind === 'hold';

/**
 * What a form says about the visits that repeat with the one it shows, and what would come of it: asked of the
 * database whenever the form changes, before anything is saved. Made while a component begins.
 */
export class SeriesDraft {
  /** The RRULE; null while nothing repeats, or as it did. */
  rule = $state<string | null>(null);
  /** Something repeats, and a number or a day of it is missing. */
  isIncomplete = $state(false);
  readonly #tenantId: string;
  readonly #ask: (repeatsOtherwise: boolean) => Visit | null;
  #scope = $state<SeriesScope>('this');
  #repeatsOtherwise = $state(false);
  #leftOut = $state.raw<string[]>([]);
  /** The conflicts that somebody wants to book over. */
  #insistedOn = $state('');
  #lastChange: SeriesChange | null = null;
  readonly #whole;
  readonly #chosen;

  constructor(input: { tenantId: string; visit: (repeatsOtherwise: boolean) => Visit | null }) {
    this.#tenantId = input.tenantId;
    this.#ask = input.visit;
    this.#whole = createQuery(() => this.#asking([]));
    // What is left out stays where others may be going.
    this.#chosen = createQuery(() => this.#asking(this.skip));
  }

  readonly #visit = $derived.by((): Visit | null => this.#ask(this.rule !== null));

  #asking(skip: string[]) {
    const visit = this.#visit;
    const [tenantId, scope, rule] = [this.#tenantId, this.#scope, this.rule];
    return {
      // With the hold: before it is known, one's own time is in the way.
      queryKey: [...seriesKeys.previews(tenantId), visit, scope, rule, skip],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Plan> => {
        if (visit?.kind === 'new' && rule) {
          const { place: values, holdId } = visit;
          const { occurrences } = await previewSeries({ tenantId, values, rule, holdId, signal });
          return { occurrences, change: null };
        }
        if (visit?.kind !== 'old' || scope === 'this') return { occurrences: [], change: null };
        const { appointmentId, fields } = visit;
        const asked = { tenantId, appointmentId, scope, fields, rule, skip, signal };
        const change = await previewSeriesChange(asked);
        return { occurrences: change.occurrences, change };
      },
      enabled: this.isAsked && (skip.length === 0 || this.#isChosenAsked),
      placeholderData: keepPreviousData,
      gcTime: 0,
    };
  }

  /** There is something to know before saving. */
  readonly isAsked = $derived.by((): boolean => {
    const visit = this.#visit;
    return visit?.kind === 'new' ? this.rule !== null : visit !== null && this.#scope !== 'this';
  });

  /** Times, people or places change, not only what is written about the visits. */
  readonly isMoving = $derived.by(
    (): boolean => this.#visit?.kind === 'old' && Object.keys(this.#visit.fields).length > 0,
  );

  get scope(): SeriesScope {
    return this.#scope;
  }
  // Visits are counted from another one.
  set scope(scope: SeriesScope) {
    this.#scope = scope;
    this.repeatAsBefore();
  }

  /** A rule is being chosen for visits that have one. */
  get repeatsOtherwise(): boolean {
    return this.#repeatsOtherwise;
  }
  /** Begins with the rule as it would go on. */
  repeatOtherwise(): void {
    this.rule = this.change?.rule ?? null;
    this.#repeatsOtherwise = true;
  }
  repeatAsBefore(): void {
    [this.rule, this.isIncomplete, this.#repeatsOtherwise] = [null, false, false];
  }

  /** What a change would do; as it was known last while it is asked again. */
  readonly change = $derived.by((): SeriesChange | null => {
    this.#lastChange = this.#chosen.data?.change ?? this.#whole.data?.change ?? this.#lastChange;
    return this.isAsked ? this.#lastChange : null;
  });

  /** New visits are all asked about at once: none of them is anywhere yet. */
  readonly #isChosenAsked = $derived.by((): boolean => this.isAsked && this.#visit?.kind === 'old');

  readonly #all = $derived.by((): Occurrence[] =>
    this.isAsked ? (this.#whole.data?.occurrences ?? []) : [],
  );

  /** Every visit there is to be, those that are left out among them. */
  readonly occurrences = $derived.by((): Occurrence[] => {
    const known = this.#isChosenAsked ? (this.#chosen.data?.occurrences ?? []) : [];
    const chosen = new Map(known.map((each) => [each.starts_at, each]));
    return this.#all.map((each) =>
      this.skip.includes(each.starts_at) ? each : (chosen.get(each.starts_at) ?? each),
    );
  });

  /** `starts_at` of those to leave out. Of a time that is no longer meant nothing is left out. */
  readonly skip = $derived.by((): string[] =>
    this.#all.map(({ starts_at }) => starts_at).filter((at) => this.#leftOut.includes(at)),
  );
  leaveOut(startsAt: string[], isOut: boolean): void {
    const others = this.#leftOut.filter((each) => !startsAt.includes(each));
    this.#leftOut = isOut ? [...others, ...startsAt] : others;
  }

  readonly #open = $derived.by(() =>
    this.occurrences
      .filter(({ starts_at }) => !this.skip.includes(starts_at))
      .flatMap(({ obstacles }) => obstacles),
  );

  /** Times that are not left out are taken by somebody, or nobody is there. */
  readonly conflict = $derived.by(() => ({
    isTaken: this.#open.some((each) => isTaking(each)),
    isClosed: this.#open.some((each) => !isTaking(each)),
  }));

  /** Whether those are to be booked all the same. Other conflicts are asked about anew. */
  get insists(): boolean {
    return this.#open.length > 0 && this.#insistedOn === JSON.stringify(this.#open);
  }
  set insists(insists: boolean) {
    this.#insistedOn = insists ? JSON.stringify(this.#open) : '';
  }

  get force(): Force {
    const { isTaken, isClosed } = this.conflict;
    return { overbook: this.insists && isTaken, outsideHours: this.insists && isClosed };
  }

  readonly error = $derived.by((): unknown =>
    this.isAsked ? (this.#whole.error ?? this.#chosen.error ?? null) : null,
  );

  /** What would come of it is known, or there is nothing to know. */
  readonly isKnown = $derived.by((): boolean => {
    if (this.isIncomplete) return false;
    if (!this.isAsked) return true;
    const isChosenKnown = !this.#isChosenAsked || isAnswered(this.#chosen);
    return isAnswered(this.#whole) && isChosenKnown && !this.change?.needs_rule;
  });

  get isFetching(): boolean {
    return this.#whole.isFetching || this.#chosen.isFetching;
  }

  again = (): void => {
    if (!this.isAsked) return;
    void this.#whole.refetch();
    if (this.skip.length > 0 && this.#isChosenAsked) void this.#chosen.refetch();
  };
}

const isAnswered = ({ isSuccess, isPlaceholderData }: { isSuccess: boolean; isPlaceholderData: boolean }) =>
  isSuccess && !isPlaceholderData;
