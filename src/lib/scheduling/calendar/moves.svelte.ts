import { SvelteMap } from 'svelte/reactivity';
import type { CalendarActions } from './actions.ts';
import type { Place } from './queries.ts';
import type { CalendarAppointment } from './schemas.ts';

/**
 * Shows a visit where it has just been dragged to while the server is being told; one that is refused goes back by
 * itself. A visit under way is not moved a second time until the first has been decided.
 */
export class VisitMoves {
  readonly #actions: () => CalendarActions;
  readonly #underWay = new SvelteMap<string, Partial<Place>>();

  constructor(actions: () => CalendarActions) {
    this.#actions = actions;
  }

  /** The visits with every move under way. */
  applyTo(appointments: CalendarAppointment[]): CalendarAppointment[] {
    if (this.#underWay.size === 0) return appointments;
    return appointments.map((each) => ({ ...each, ...this.#underWay.get(each.id) }));
  }

  async move(appointment: CalendarAppointment, place: Partial<Place>): Promise<void> {
    if (this.#underWay.has(appointment.id)) return;
    this.#underWay.set(appointment.id, place);
    try {
      await this.#actions().move(appointment, place);
    } finally {
      this.#underWay.delete(appointment.id);
    }
  }
}
