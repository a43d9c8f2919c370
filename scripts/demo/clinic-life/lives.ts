import { type DemoClinic, demoClinics } from '../demo-clinics.ts';
import { brightSmileLife } from './bright-smile-life.ts';
import type { ClinicLife } from './clinic-life.ts';
import { harbourLife } from './harbour-life.ts';

/** The clinics in which the demo is played, each with its everyday life. */
export function clinicLives(): { clinic: DemoClinic; life: ClinicLife }[] {
  const [bright, harbour] = demoClinics;
  const [andrei, ioana] = bright?.staff ?? [];
  if (!bright || !harbour || !andrei || !ioana) throw new Error('The demo has lost its people.');
  return [
    { clinic: bright, life: brightSmileLife(bright.owner, andrei, ioana) },
    { clinic: harbour, life: harbourLife(harbour.owner, ioana) },
  ];
}
