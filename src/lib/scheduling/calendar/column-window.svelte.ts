/** Columns drawn beyond those in sight, so that nothing is missing while one scrolls. */
const MARGIN = 4;

/**
 * Which columns of a wide grid are in sight: of twenty providers a screen shows ten.
 * While something is dragged the window only grows, so that what is in the hand does not vanish.
 */
export class ColumnWindow {
  first = $state(0);
  last = $state(0);
  isFrozen = false;

  /** Watches how far a grid with this many equal columns has been scrolled; returns how to stop. */
  watch(scrolled: HTMLElement, count: () => number): () => void {
    let frame = 0;
    const measure = () => {
      frame = 0;
      const width = scrolled.scrollWidth / Math.max(1, count());
      if (width <= 0) return;
      this.#show(
        Math.floor(scrolled.scrollLeft / width) - MARGIN,
        Math.ceil((scrolled.scrollLeft + scrolled.clientWidth) / width) + MARGIN,
      );
    };
    const later = () => (frame ||= requestAnimationFrame(measure));
    const resizes = new ResizeObserver(later);
    resizes.observe(scrolled);
    scrolled.addEventListener('scroll', later, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      resizes.disconnect();
      scrolled.removeEventListener('scroll', later);
    };
  }

  /** Begins with as many columns as fit into a width; those beside them follow when these are drawn. */
  begin(width: number, columnWidth: number): void {
    this.first = 0;
    this.last = Math.ceil(width / columnWidth);
  }

  #show(first: number, last: number): void {
    // Whole steps only: not every pixel draws the grid anew.
    const [from, until] = [Math.floor(first / MARGIN) * MARGIN, Math.ceil(last / MARGIN) * MARGIN];
    this.first = this.isFrozen ? Math.min(this.first, from) : from;
    this.last = this.isFrozen ? Math.max(this.last, until) : until;
  }
}
