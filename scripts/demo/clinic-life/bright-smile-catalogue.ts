import type { DemoPerson } from '../demo-clinics.ts';
import type { ClinicLife } from './clinic-life.ts';

const elenaPopescu = 'Elena Popescu';
const andreiMunteanu = 'Andrei Munteanu';
const ruxandra = 'Ruxandra Ilie';
const chairs = ['Chair 1', 'Chair 2'];

/** What Bright Smile offers, who does it and with what. */
export function brightSmileCatalogue(
  elena: DemoPerson,
  andrei: DemoPerson,
): Pick<ClinicLife, 'providers' | 'resources' | 'services' | 'schedule' | 'reminders' | 'waiting'> {
  return {
    providers: [
      { name: elenaPopescu, title: 'Dr.', colour: 'teal', member: elena },
      { name: andreiMunteanu, title: 'Dr.', colour: 'indigo', member: andrei },
      { name: ruxandra, title: 'Dental hygienist', colour: 'amber' },
    ],
    resources: [
      { name: 'Chair 1', kind: 'chair', colour: 'teal' },
      { name: 'Chair 2', kind: 'chair', colour: 'blue' },
      { name: 'Prophylaxis room', kind: 'room', colour: 'amber' },
      { name: 'Panoramic X-ray', kind: 'equipment', colour: 'slate' },
      { name: 'Surgical microscope', kind: 'equipment', colour: 'violet' },
    ],
    services: [
      service('Consultation', 30, '150.00', 'teal', [elenaPopescu, andreiMunteanu], chairs),
      service('Check-up and cleaning', 45, '280.00', 'green', [ruxandra], ['Prophylaxis room'], 10),
      service('Composite filling', 60, '350.00', 'blue', [elenaPopescu, andreiMunteanu], chairs, 10),
      service(
        'Root canal treatment',
        90,
        '900.00',
        'indigo',
        [andreiMunteanu],
        ['Chair 1', 'Surgical microscope'],
        15,
      ),
      service('Ceramic crown', 75, '1800.00', 'violet', [elenaPopescu, andreiMunteanu], chairs, 10),
      service('Implant', 120, '3900.00', 'red', [andreiMunteanu], ['Chair 1', 'Panoramic X-ray'], 30),
      service('Orthodontic control', 20, '200.00', 'orange', [elenaPopescu], ['Chair 2']),
      service('Whitening', 60, '1100.00', 'amber', [ruxandra, elenaPopescu], ['Prophylaxis room'], 10),
      service('Emergency', 30, null, 'pink', [elenaPopescu, andreiMunteanu], chairs),
    ],
    reminders: [48, 3],
    waiting: [
      {
        client: 'Larisa Oprea',
        service: 'Orthodontic control',
        dayParts: ['afternoon'],
        note: 'After school only.',
      },
      {
        client: 'Gheorghe Lăcătuș',
        service: 'Implant',
        isUrgent: true,
        note: 'In pain when chewing; comes at an hour’s notice.',
      },
      {
        client: 'Zsófia Székely',
        service: 'Whitening',
        weekdays: [5, 6],
        note: 'Before her wedding.',
      },
    ],
    schedule: {
      week: [
        { weekdays: [1, 2, 3, 4, 5], opens: '09:00', closes: '18:00' },
        { weekdays: [1, 2, 3, 4, 5], opens: '13:00', closes: '14:00', isBreak: true },
        { weekdays: [6], opens: '09:00', closes: '13:00' },
      ],
      providerWeeks: {
        // Comes later, and not on Mondays.
        [ruxandra]: [
          { weekdays: [2, 3, 4, 5], opens: '11:00', closes: '19:00' },
          { weekdays: [2, 3, 4, 5], opens: '14:30', closes: '15:00', isBreak: true },
          { weekdays: [6], opens: '09:00', closes: '13:00' },
        ],
      },
      places: { [elenaPopescu]: 'Chair 2', [andreiMunteanu]: 'Chair 1', [ruxandra]: 'Prophylaxis room' },
      // The anaesthetic works for ten minutes, and the assistant finishes.
      steps: { 'Composite filling': [{ kind: 'provider', offset_minutes: 10, duration_minutes: 40 }] },
      holiday: { inDays: 10, note: 'Public holiday' },
      blocked: [
        { title: 'Team meeting', inDays: 3, from: '08:00', to: '09:00' },
        { title: 'Course in Bucharest', provider: andreiMunteanu, inDays: 22, from: '08:00', to: '19:00' },
      ],
    },
  };
}

function service(
  name: string,
  duration_minutes: number,
  price: string | null,
  colour: string,
  providers: string[],
  resources: string[],
  buffer_after_minutes = 0,
): ClinicLife['services'][number] {
  return { name, duration_minutes, buffer_after_minutes, price, colour, providers, resources };
}
