/** Who and what the demo consists of. Addresses end in `.example`: nobody can own them. */
import { brightSmileClients } from './clinic-life/bright-smile-clients.ts';
import type { DemoClient } from './clinic-life/client-details.ts';
import { harbourClients } from './clinic-life/harbour-clients.ts';

export interface DemoPerson {
  email: string;
  firstName: string;
  lastName: string;
  language: 'en' | 'ro';
  /** How long ago the person signed up, as far as the demo pretends. */
  daysAgo: number;
}

export interface DemoClinic {
  /** It is as old as its owner's account. */
  name: string;
  slug: string;
  timeZone: string;
  maxSeats: number;
  owner: DemoPerson;
  staff: DemoPerson[];
  /** Addresses with an invitation that nobody has accepted yet. */
  invited: string[];
  clients: DemoClient[];
}

export const superAdmin: DemoPerson = {
  email: 'admin@chairside.example',
  firstName: 'Mara',
  lastName: 'Ionescu',
  language: 'en',
  daysAgo: 86,
};

/** Works in both clinics. */
const ioana: DemoPerson = {
  email: 'ioana.marin@brightsmile.example',
  firstName: 'Ioana',
  lastName: 'Marin',
  language: 'ro',
  daysAgo: 74,
};

// Phone numbers are from ranges that regulators keep for fiction where there is one.
export const demoClinics: DemoClinic[] = [
  {
    name: 'Bright Smile Dental',
    slug: 'bright-smile-dental',
    timeZone: 'Europe/Bucharest',
    maxSeats: 6,
    owner: {
      email: 'elena.popescu@brightsmile.example',
      firstName: 'Elena',
      lastName: 'Popescu',
      language: 'en',
      daysAgo: 83,
    },
    staff: [
      {
        email: 'andrei.munteanu@brightsmile.example',
        firstName: 'Andrei',
        lastName: 'Munteanu',
        language: 'en',
        daysAgo: 81,
      },
      ioana,
    ],
    invited: ['cristina.dobre@brightsmile.example'],
    clients: brightSmileClients,
  },
  {
    name: 'Harbour Dental Studio',
    slug: 'harbour-dental-studio',
    timeZone: 'Europe/London',
    maxSeats: 4,
    owner: {
      email: 'oliver.hughes@harbourdental.example',
      firstName: 'Oliver',
      lastName: 'Hughes',
      language: 'en',
      daysAgo: 58,
    },
    staff: [ioana],
    invited: [],
    clients: harbourClients,
  },
];
