import { handleError } from '#lib/feedback.ts';
import { errorMessage, toAppError } from '#lib/supabase/errors.ts';
import { superForm, type SuperForm } from 'sveltekit-superforms/client';
import type { ClientValidationAdapter } from 'sveltekit-superforms/adapters';
import * as z from 'zod/mini';

type Values = Record<string, unknown>;

// What zod4Client of superforms does. Its module brings a dozen other validation libraries into the browser.
function zodValidator<T extends Values>(schema: z.ZodMiniType<T, T>): ClientValidationAdapter<T> {
  return {
    superFormValidationLibrary: 'zod4',
    validate: async (data: unknown) => {
      const result = await z.safeParseAsync(schema, data);
      if (result.success) return { success: true, data: result.data };
      const issues = result.error.issues.map(({ message, path }) => ({ message, path: path.map(String) }));
      return { success: false, issues };
    },
  };
}

/**
 * A form that is validated and sent from the browser. A failed `send` keeps every typed value and shows the
 * sentence for the error: at the field named in `fieldOfError`, else in a toast with a button to try again.
 * A second submit while the first is under way is ignored.
 */
export function spaForm<T extends Values>(input: {
  /** Tells forms on one page apart. */
  id: string;
  schema: z.ZodMiniType<T, T>;
  initial: T;
  send: (values: T) => Promise<void>;
  /** Error codes that belong to one field. */
  fieldOfError?: Partial<Record<string, keyof T & string>>;
  /** Values hold lists or objects, which no form of plain fields could carry. */
  isNested?: boolean;
  /** Takes over from the toast, for pages that show the failure in place. */
  onFailure?: (error: unknown) => void;
}): SuperForm<T> {
  const form: SuperForm<T> = superForm<T>(input.initial, {
    id: input.id,
    SPA: true,
    dataType: input.isNested ? 'json' : 'form',
    validators: zodValidator(input.schema),
    resetForm: false,
    invalidateAll: false,
    applyAction: false,
    validationMethod: 'auto',
    scrollToError: 'auto',
    onUpdate: async ({ form: submitted }) => {
      if (!submitted.valid) return;
      try {
        await input.send(submitted.data);
      } catch (error) {
        submitted.valid = false;
        const field = input.fieldOfError?.[toAppError(error).code];
        if (field) {
          submitted.errors = { ...submitted.errors, [field]: [errorMessage(error)] };
        } else if (input.onFailure) input.onFailure(error);
        else handleError(error, { retry: () => form.submit() });
      }
    },
  });
  return form;
}
