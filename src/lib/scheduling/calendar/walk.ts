import { isWalkingKey, nextStop, type Stop } from './arrow-keys.ts';

const BUTTONS = '.ec-events button, [data-column] button';
const VISITS = '.ec-events button[data-visit], [data-column] button[data-visit]';
const DIALOGS = '[role="dialog"], [role="alertdialog"]';

/** The buttons of the calendar and where they stand: in a column of the grid, or in a field that says where it is. */
function stopsIn(place: HTMLElement): Stop<HTMLElement>[] {
  return [...place.querySelectorAll<HTMLElement>(BUTTONS)].map((target) => {
    const field = target.closest<HTMLElement>('[data-column]');
    return {
      target,
      row: Number(field?.dataset.row ?? 0),
      column: Number.parseInt(
        field?.dataset.column ?? target.closest<HTMLElement>('.ec-event')?.style.gridColumn ?? '',
        10,
      ),
      top: target.getBoundingClientRect().top,
      isVisit: target.dataset.visit !== undefined,
    };
  });
}

/**
 * The focus within the calendar. One of its buttons is reached by Tab, the others from there by the arrow keys. Whatever
 * is drawn anew, because it was moved, because a colleague has changed it, or because other days are shown, keeps the
 * focus or hands it on.
 */
export class CalendarWalk {
  #place: HTMLElement | undefined;
  /** The visit that has or had the focus. */
  #visit = '';
  /** The focus is in here or in a dialog opened from here, or was when what had it was taken away. */
  #isInside = false;

  /** Brings the focus to the visit that had it last, or to the first. */
  enter = (): void => {
    if (this.#place) this.#tabStop(this.#place)?.focus();
  };

  /** For `{@attach …}`: the element that the calendar is drawn in. */
  attach = (place: HTMLElement): (() => void) => {
    this.#place = place;
    const drawn = new MutationObserver(() => this.#settle(place));
    drawn.observe(place, { childList: true, subtree: true });
    // A dialog that closes is taken out of here, and what it was opened from may be gone.
    drawn.observe(document.body, { childList: true });
    const listening = new AbortController();
    const { signal } = listening;
    place.addEventListener('keydown', this.#onKeydown, { signal });
    place.addEventListener('focusin', this.#onFocus, { signal });
    place.addEventListener('focusout', this.#onBlur, { signal });
    this.#settle(place);
    return () => {
      listening.abort();
      drawn.disconnect();
    };
  };

  #tabStop(place: HTMLElement): HTMLElement | null {
    const same = this.#visit && place.querySelector<HTMLElement>(`[data-visit="${this.#visit}"]`);
    return same || (place.querySelector<HTMLElement>(VISITS) ?? place.querySelector<HTMLElement>(BUTTONS));
  }

  /** After something was drawn: exactly one button is reached by Tab, and the focus is not lost. */
  #settle(place: HTMLElement): void {
    if (!place.querySelector('button[tabindex="0"]')) this.#tabStop(place)?.setAttribute('tabindex', '0');
    if (this.#isInside && document.activeElement === document.body)
      this.#tabStop(place)?.focus({ preventScroll: true });
  }

  readonly #onFocus = ({ target, currentTarget }: FocusEvent): void => {
    this.#isInside = true;
    if (!(target instanceof HTMLElement) || !target.matches(BUTTONS)) return;
    this.#visit = target.dataset.visit ?? '';
    for (const each of (currentTarget as HTMLElement).querySelectorAll('button[tabindex="0"]'))
      each.setAttribute('tabindex', '-1');
    target.setAttribute('tabindex', '0');
  };

  readonly #onBlur = ({ target }: FocusEvent): void => {
    // What was taken away loses the focus without anybody having left.
    queueMicrotask(() => {
      const isGone = target instanceof Node && !target.isConnected;
      const now = document.activeElement;
      if (!isGone && !this.#place?.contains(now) && !now?.closest(DIALOGS)) this.#isInside = false;
    });
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const { key, target, currentTarget } = event;
    if (!isWalkingKey(key) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const stops = stopsIn(currentTarget as HTMLElement);
    const from = stops.find((each) => each.target === target);
    if (!from) {
      // What scrolls has its own use for them.
      if (key === 'ArrowUp' || key === 'ArrowDown') event.stopPropagation();
      return;
    }
    const to = nextStop(stops, from, key);
    // Beyond its edges the calendar is leafed.
    if (!to && (key === 'ArrowLeft' || key === 'ArrowRight')) return;
    event.preventDefault();
    to?.target.focus();
  };
}
