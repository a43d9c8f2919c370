import { SvelteMap } from 'svelte/reactivity';
import type { CalendarActions } from './actions.ts';
import type { Place } from './queries.ts';
import type { CalendarAppointment } from './schemas.ts';

/**
 * Shows a visit where it has just been dragged to while the server is being told; one that is refused goes back by
 * itself.
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

  /** Moves a visit; false, and nothing happens, while an earlier move of it has not been answered. */
  move(appointment: CalendarAppointment, place: Partial<Place>): boolean {
    if (this.#underWay.has(appointment.id)) return false;
    this.#underWay.set(appointment.id, place);
    void this.#actions()
      .move(appointment, place)
      .finally(() => this.#underWay.delete(appointment.id));
    return true;
  }
}
