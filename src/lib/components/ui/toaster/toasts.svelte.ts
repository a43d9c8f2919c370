import type { toast } from 'svelte-sonner';

let wanted = $state(false);

/** Whether toasts can appear; until then their code is not part of the page. */
export const toaster = {
  get isWanted() {
    return wanted;
  },
};

/**
 * Loads what shows toasts. Signed-in pages do so at once, since a failed save must be shown even when nothing can
 * be loaded any more; the small sign-in pages, which show failures in place, never do.
 */
export function prepareToasts(): void {
  wanted = true;
  void import('svelte-sonner');
}

/** Hands what shows toasts to `show`. */
export async function withToasts(show: (toasts: typeof toast) => void): Promise<void> {
  wanted = true;
  const { toast } = await import('svelte-sonner');
  show(toast);
}
