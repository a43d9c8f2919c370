import { handleError } from '#lib/feedback.ts';
import { spaForm } from '#lib/forms/spa-form.ts';
import { toAppError } from '#lib/supabase/errors.ts';
import type { SuperForm } from 'sveltekit-superforms/client';
import type * as z from 'zod/mini';

/** What the form of every kind of entry is given. Without an entry a new one is added. */
export type EntryFormProps<Entry, Values> = {
  entry?: Entry | undefined;
  /** Throws changed_meanwhile when `seenUpdatedAt` is not the newest, and whatever else went wrong. */
  onSave: (values: Values, seenUpdatedAt: string | null) => Promise<void>;
  /** The entry as it is now. */
  onReload: () => Promise<Entry>;
  onCancel: () => void;
};

/**
 * A form of an entry of the catalogue that notices when somebody else has saved it meanwhile: what was typed stays
 * until one has chosen between the two.
 */
export class EntryForm<Entry extends { updated_at: string }, Values extends Record<string, unknown>> {
  readonly form: SuperForm<Values>;
  /** Somebody else has saved since the form was filled. */
  isOutdated = $state(false);
  readonly #toForm: (entry: Entry) => Values;
  #seen: string | null;

  constructor(input: {
    id: string;
    schema: z.ZodMiniType<Values, Values>;
    entry: Entry | undefined;
    toForm: (entry?: Entry) => Values;
    onSave: EntryFormProps<Entry, Values>['onSave'];
    fieldOfError?: Partial<Record<string, keyof Values & string>>;
    isNested?: boolean;
  }) {
    this.#toForm = input.toForm;
    this.#seen = input.entry?.updated_at ?? null;
    this.form = spaForm<Values>({
      id: input.id,
      schema: input.schema,
      initial: input.toForm(input.entry),
      isNested: input.isNested ?? false,
      send: (values) => input.onSave(values, this.#seen),
      fieldOfError: {
        name_taken: 'name',
        catalogue_name_required: 'name',
        name_too_long: 'name',
        ...input.fieldOfError,
      },
      onFailure: (error) => {
        if (toAppError(error).code === 'changed_meanwhile') this.isOutdated = true;
        else handleError(error, { retry: () => this.form.submit() });
      },
    });
  }

  /** Fills the form from what is there now. */
  async load(reload: () => Promise<Entry>): Promise<void> {
    const newer = await reload();
    this.#seen = newer.updated_at;
    this.form.form.set(this.#toForm(newer));
    this.isOutdated = false;
  }

  /** Saves over what somebody else has saved. */
  saveAnyway(): void {
    this.#seen = null;
    this.form.submit();
  }
}
