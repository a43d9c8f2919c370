import { browser } from '$app/env';
import { providerOptions, resourceOptions, serviceOptions } from '#lib/catalogue/queries.ts';
import { hydration } from '#lib/hydration.svelte.ts';
import { inClinic, signedIn } from '#lib/tenancy/access-context.ts';
import { createQuery, keepPreviousData, useQueryClient } from '@tanstack/svelte-query';
import { calendarActions, type CalendarActions } from './actions.ts';
import type { Catalogue } from './events.ts';
import { VisitMoves } from './moves.svelte.ts';
import { calendarOptions, readVisit, slotMinutesOptions } from './queries.ts';
import { Refusals } from './refusals.svelte.ts';
import type { CalendarAppointment, CalendarData } from './schemas.ts';
import { periodOf } from './view.ts';

const USUAL_SLOT = 15;

/**
 * What the calendar and the day board work with: the data of the days shown, read again while they are looked at, the
 * catalogue, and what can be done. Made while a component begins.
 */
export class CalendarDesk {
  readonly refusals: Refusals;
  readonly moves: VisitMoves;
  readonly #here = inClinic();
  readonly #person = signedIn();
  readonly #queries = useQueryClient();
  readonly #days: () => string[];
  readonly #calendar;
  readonly #providers;
  readonly #resources;
  readonly #services;
  readonly #slot;
  /** What was shown when something was picked up: nothing changes under the hand. */
  #still: CalendarData | undefined;
  readonly #isStill: () => boolean;

  constructor(input: {
    days: () => string[];
    /** Something is being dragged. */
    isStill?: () => boolean;
  }) {
    this.#days = input.days;
    this.#isStill = input.isStill ?? (() => false);
    this.refusals = new Refusals(
      () => this.#here.clinic.role === 'owner' || this.#here.clinic.permissions.includes('overbooking'),
    );
    this.moves = new VisitMoves(() => this.actions);
    this.#calendar = createQuery(() => {
      const options = calendarOptions(this.tenantId, periodOf(this.#days(), this.#here.clinic.time_zone));
      return {
        ...options,
        refetchInterval: this.#isStill() ? (false as const) : options.refetchInterval,
        placeholderData: keepPreviousData,
      };
    });
    this.#providers = createQuery(() => providerOptions(this.tenantId));
    this.#resources = createQuery(() => resourceOptions(this.tenantId));
    this.#services = createQuery(() => serviceOptions(this.tenantId));
    this.#slot = createQuery(() => slotMinutesOptions(this.tenantId));
  }

  get tenantId(): string {
    return this.#here.clinic.tenant_id;
  }

  get selfId(): string {
    return this.#person.access.profile.user_id;
  }

  /** The page has come alive in a browser. */
  get isAlive(): boolean {
    return browser && hydration.isDone;
  }

  readonly data = $derived.by((): CalendarData | undefined => {
    const newest = this.#calendar.data;
    if (this.#isStill() && this.#still) return this.#still;
    this.#still = newest;
    return newest;
  });

  /** Every visit of the days, moved ones where they were moved to. */
  readonly appointments = $derived.by((): CalendarAppointment[] =>
    this.moves.applyTo(this.data?.appointments ?? []),
  );

  readonly catalogue = $derived.by((): Catalogue => ({
    providers: this.#providers.data ?? [],
    resources: this.#resources.data ?? [],
    services: this.#services.data ?? [],
  }));

  // Data and error are read together: a query tells of changes to what has been read from it, and of no others.
  readonly #catalogueParts = $derived.by(() =>
    [this.#providers, this.#resources, this.#services].map(({ data, error, refetch }) => {
      return { data, error, refetch };
    }),
  );

  /** Names and colours are known. */
  get isReady(): boolean {
    return this.#catalogueParts.every(({ data }) => data !== undefined);
  }

  /** Other days are being read; those shown are the days before. */
  get isOutdated(): boolean {
    return this.#calendar.isPlaceholderData;
  }

  get isFetching(): boolean {
    return this.#calendar.isFetching;
  }

  get error(): unknown {
    return this.#calendar.error ?? this.#catalogueParts.find(({ error }) => error)?.error;
  }

  retry = (): void => {
    for (const part of [this.#calendar, ...this.#catalogueParts])
      if (part === this.#calendar || part.error) void part.refetch();
  };

  get slotMinutes(): number {
    return this.#slot.data ?? USUAL_SLOT;
  }

  readonly actions = $derived.by((): CalendarActions =>
    calendarActions(this.#queries, {
      tenantId: this.tenantId,
      timeZone: this.#here.clinic.time_zone,
      refusals: this.refusals,
    }),
  );

  /** A visit as it is now, also when it has left the days shown. */
  newest = async (id: string): Promise<CalendarAppointment | undefined> => {
    const { data } = await this.#calendar.refetch({ throwOnError: true });
    return data?.appointments.find((each) => each.id === id) ?? readVisit(this.tenantId, id);
  };
}
