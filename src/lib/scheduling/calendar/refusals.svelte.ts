import { handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { toAppError } from '#lib/supabase/errors.ts';
import { readObstacles } from './obstacles.ts';
import type { Force } from './queries.ts';
import type { Obstacle } from './schemas.ts';

/** Thrown when somebody was told what is in the way, and left it at that. */
export class Declined extends Error {}

type Question = {
  /** Taken by somebody else, or nobody is there. */
  kind: 'taken' | 'closed';
  obstacles: Obstacle[];
  /** Whether the person may have it all the same. */
  canInsist: boolean;
  answer: (insists: boolean) => void;
};

/** Says what is in the way of a booking and asks whether it is wanted all the same. One question at a time. */
export class Refusals {
  question = $state.raw<Question | null>(null);
  readonly mayOverbook: () => boolean;

  constructor(mayOverbook: () => boolean) {
    this.mayOverbook = mayOverbook;
  }

  /**
   * Tries to book or to move; after a refusal that can be overruled, asks and tries again. Throws Declined when the
   * person gave in, and whatever else went wrong.
   */
  async insist<T>(attempt: (force: Force) => Promise<T>): Promise<T> {
    const force: Force = { overbook: false, outsideHours: false };
    for (;;) {
      try {
        return await attempt({ ...force });
      } catch (error) {
        const { code } = toAppError(error);
        const kind = code === 'slot_taken' ? 'taken' : code === 'outside_hours' ? 'closed' : null;
        if (!kind) throw error;
        const insists = await this.#ask(kind, readObstacles(toAppError(error)));
        if (!insists) throw new Declined();
        if (kind === 'taken') force.overbook = true;
        else force.outsideHours = true;
      }
    }
  }

  /** Shows a failure that nobody is asked about, with what is in the way when a time is taken. */
  show(error: unknown): void {
    const failure = toAppError(error);
    if (failure.code === 'slot_taken') void this.#ask('taken', readObstacles(failure), false);
    else showFailure(error);
  }

  #ask(
    kind: Question['kind'],
    obstacles: Obstacle[],
    canInsist = kind === 'closed' || this.mayOverbook(),
  ): Promise<boolean> {
    this.question?.answer(false);
    return new Promise((resolve) => {
      this.question = {
        kind,
        obstacles,
        canInsist,
        answer: (insists) => {
          this.question = null;
          resolve(insists);
        },
      };
    });
  }
}

/** Shows a failure, unless the person has just been told by the question. */
export function showFailure(error: unknown, retry?: () => void): void {
  if (error instanceof Declined) return;
  const isOutdated = toAppError(error).code === 'changed_meanwhile';
  handleError(error, isOutdated ? { title: m.calendar_changed_meanwhile() } : retry ? { retry } : {});
}
