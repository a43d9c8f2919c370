let done = $state(false);

/**
 * Whether the page the server sent has come alive. Until then its buttons are disabled: a press would be lost, and
 * a form would be sent the old way.
 */
export const hydration = {
  get isDone() {
    return done;
  },
};

/** Called once, when everything on the first page is mounted. */
export function markHydrated(): void {
  done = true;
}
