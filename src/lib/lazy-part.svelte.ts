import { handleError } from '#lib/feedback.ts';

/** A part of a page that is loaded when somebody first needs it, such as a dialog that is seldom opened. */
export class LazyPart<Part> {
  part = $state.raw<Part | null>(null);
  readonly #load: () => Promise<{ default: Part }>;

  constructor(load: () => Promise<{ default: Part }>) {
    this.#load = load;
  }

  /** Does `then` once it is there. Says it, with a way to try again, when it could not be loaded. */
  async use(then: () => void): Promise<void> {
    try {
      this.part ??= (await this.#load()).default;
    } catch (error) {
      handleError(error, { retry: () => void this.use(then) });
      return;
    }
    then();
  }
}
