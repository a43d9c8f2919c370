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
): Pick<ClinicLife, 'providers' | 'resources' | 'services'> {
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
