import { displayName } from '#lib/people.ts';
import type { CalendarAppointment } from './schemas.ts';

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** The visits of clients whose name, number or note has every word of a search; accents and case do not matter. */
export function findVisits(visits: CalendarAppointment[], search: string): CalendarAppointment[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  if (words.length === 0) return visits;
  return visits.filter((visit) => {
    const text = plain(`${displayName({ ...visit, email: null })} ${visit.phone ?? ''} ${visit.note}`);
    return words.every((word) => text.includes(word));
  });
}
