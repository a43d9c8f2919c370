import { withToasts } from '#lib/components/ui/toaster/index.ts';
import { m } from '#lib/paraglide/messages.js';
import { errorMessage, toAppError, type AppError } from '#lib/supabase/errors.ts';

/** Tells the person that something worked; with `undo`, a button takes it back while the message shows. */
export function confirmDone(message: string, undo?: () => void): void {
  void withToasts((toast) =>
    toast.success(
      message,
      undo ? { duration: 8000, action: { label: m.action_undo(), onClick: undo } } : undefined,
    ),
  );
}

/**
 * The one place failures are shown: a toast with the sentence for the error, and a button to try again where
 * that can help. Returns the error in the app's own form for those who must act on its code.
 */
export function handleError(error: unknown, options: { title?: string; retry?: () => void } = {}): AppError {
  const failure = toAppError(error);
  const sentence = errorMessage(failure);
  const { title, retry } = options;
  if (failure.code === 'unexpected') console.error(failure.cause ?? failure);
  void withToasts((toast) =>
    toast.error(title ?? sentence, {
      description: title ? sentence : undefined,
      duration: 8000,
      action: retry ? { label: m.action_retry(), onClick: retry } : undefined,
    }),
  );
  return failure;
}
