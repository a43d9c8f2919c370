import { Declined } from '#lib/scheduling/calendar/refusals.svelte.ts';
import type { SeriesChange } from './queries.ts';
import type { SeriesScope } from './schemas.ts';

/** What is about to be changed; which visits is what is asked. */
export type AskedChange = Omit<SeriesChange, 'tenantId' | 'scope' | 'skip'>;
export type ScopeAnswer = { scope: SeriesScope; skip: string[] };

/** Asks whether a change is meant for one visit of a series or for more, before anything is saved. */
export class ScopeQuestion {
  change = $state.raw<AskedChange | null>(null);
  #settle: { resolve: (answer: ScopeAnswer) => void; reject: (reason: Error) => void } | null = null;

  /** Resolves with the answer; throws Declined when the person leaves it. */
  ask(change: AskedChange): Promise<ScopeAnswer> {
    this.leave();
    this.change = change;
    return new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  answer(answer: ScopeAnswer): void {
    this.#settle?.resolve(answer);
    this.#end();
  }

  leave(): void {
    this.#settle?.reject(new Declined());
    this.#end();
  }

  #end(): void {
    this.#settle = null;
    this.change = null;
  }
}
