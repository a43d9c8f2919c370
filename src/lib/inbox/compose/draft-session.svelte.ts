import { toAppError } from '#lib/supabase/errors.ts';
import type { DraftStore } from './local-draft.ts';
import { valuesOf, type Draft, type DraftValues, type SavedDraft } from './schemas.ts';

/** What a session needs from outside; the app's are in composer.svelte, tests bring their own. */
export type DraftSteps = {
  save: (values: Partial<DraftValues>, revision: number) => Promise<SavedDraft>;
  read: () => Promise<Draft>;
  store: DraftStore;
};

/** Milliseconds after the last key, and again after a failure. */
const SAVE_AFTER = 800;
const RETRY_AFTER = 5_000;

/**
 * A draft that is being written: saves by itself what is typed, keeps it in the browser until the server has it, and
 * notices when another window has changed it meanwhile.
 */
export class DraftSession {
  values = $state.raw<DraftValues>({} as DraftValues);
  /** saved; unsaved and saving: it will be in a moment; waiting: no connection, kept here; stuck: see `failure`. */
  status = $state<'saved' | 'unsaved' | 'saving' | 'waiting' | 'stuck'>('saved');
  /** Why it cannot be saved as it is. */
  failure = $state.raw<unknown>(null);
  /** The draft as another window has it, while the person has not chosen. */
  other = $state.raw<Draft | null>(null);
  /** Counts what came from elsewhere than the keyboard, so that the editor takes it over. */
  replaced = $state(0);
  revision: number;
  readonly #steps: DraftSteps;
  #pending: Partial<DraftValues> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | null = null;
  #isOver = false;

  constructor(draft: Draft, steps: DraftSteps) {
    this.#steps = steps;
    this.revision = draft.revision;
    this.values = valuesOf(draft);
    this.#resume(draft);
  }

  /** What was typed before the window was closed, or the connection lost. */
  #resume(draft: Draft): void {
    const kept = this.#steps.store.read();
    if (!kept || isSame({ ...this.values, ...kept.values }, this.values)) {
      this.#steps.store.keep(null);
      return;
    }
    this.#pending = kept.values;
    this.values = { ...this.values, ...kept.values };
    if (kept.revision === draft.revision) this.#saveIn(0);
    else {
      this.other = draft;
      this.status = 'stuck';
    }
  }

  change(values: Partial<DraftValues>): void {
    if (this.#isOver) return;
    this.values = { ...this.values, ...values };
    this.#pending = { ...this.#pending, ...values };
    this.#keep();
    if (this.other) return;
    this.status = 'unsaved';
    this.#saveIn(SAVE_AFTER);
  }

  /** Saves what is not saved yet; true when the server has everything. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    while (this.#saving || (this.#hasPending() && !this.other && !this.#isOver)) {
      await (this.#saving ?? this.#save());
      if (this.status === 'waiting' || this.status === 'stuck') return false;
    }
    return this.status === 'saved';
  }

  /** Of two versions the one in this window. */
  async keepMine(): Promise<void> {
    if (!this.other) return;
    this.revision = this.other.revision;
    this.#pending = { ...this.values };
    this.other = null;
    await this.flush();
  }

  /** Of two versions the one of the other window. */
  takeOther(): void {
    if (!this.other) return;
    this.reset(this.other);
  }

  /** Looks at what the server has, after it said that this is another version. */
  async check(): Promise<void> {
    const other = await this.#steps.read().catch(() => null);
    if (!other || this.#isOver) return;
    if (isSame(this.values, valuesOf(other))) this.reset(other);
    else [this.other, this.status] = [other, 'stuck'];
  }

  /** The draft is as the server has it. */
  reset(draft: Draft): void {
    [this.revision, this.values, this.#pending, this.other] = [draft.revision, valuesOf(draft), {}, null];
    this.#steps.store.keep(null);
    [this.status, this.failure] = ['saved', null];
    this.replaced += 1;
  }

  /** It was sent or discarded: nothing of it stays. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#steps.store.keep(null);
  }

  /** The composer goes away; what is typed is saved in the background, and kept here until it is. */
  leave(): void {
    if (!this.#isOver) void this.flush();
  }

  #hasPending(): boolean {
    return Object.keys(this.#pending).length > 0;
  }

  #keep(): void {
    this.#steps.store.keep(this.#hasPending() ? { revision: this.revision, values: this.#pending } : null);
  }

  #saveIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), milliseconds);
  }

  #save(): Promise<void> {
    this.#saving ??= this.#run().finally(() => (this.#saving = null));
    return this.#saving;
  }

  async #run(): Promise<void> {
    const values = this.#pending;
    this.#pending = {};
    this.status = 'saving';
    try {
      const saved = await this.#steps.save(values, this.revision);
      this.revision = saved.revision;
      if (this.#isOver) return;
      this.#keep();
      [this.status, this.failure] = [this.#hasPending() ? 'unsaved' : 'saved', null];
      if (this.#hasPending()) this.#saveIn(SAVE_AFTER);
    } catch (error) {
      // What was typed meanwhile counts more.
      this.#pending = { ...values, ...this.#pending };
      if (this.#isOver) return;
      this.#keep();
      await this.#afterFailure(error);
    }
  }

  async #afterFailure(error: unknown): Promise<void> {
    const { code, status } = toAppError(error);
    this.failure = error;
    if (code === 'draft_changed') {
      const before = this.revision;
      await this.check();
      // It could not be read now.
      if (!this.other && this.revision === before) this.#wait();
    } else if (status <= 0 || status >= 500 || status === 429) this.#wait();
    else this.status = 'stuck';
  }

  #wait(): void {
    this.status = 'waiting';
    this.#saveIn(RETRY_AFTER);
  }
}

const isSame = (one: DraftValues, other: DraftValues): boolean =>
  (Object.keys(other) as (keyof DraftValues)[]).every(
    (key) => JSON.stringify(one[key]) === JSON.stringify(other[key]),
  );
