/** Who and what the demo consists of. Addresses end in `.example`: nobody can own them. */

export interface DemoPerson {
  email: string;
  firstName: string;
  lastName: string;
  language: 'en' | 'ro';
  /** How long ago the person signed up, as far as the demo pretends. */
  daysAgo: number;
}

export interface DemoClient {
  first_name: string;
  last_name: string;
  email: string | null;
  phone: string | null;
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

function client(
  first_name: string,
  last_name: string,
  email: string | null,
  phone: string | null,
): DemoClient {
  return { first_name, last_name, email, phone };
}

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
    clients: [
      client('Ana-Maria', 'Țurcanu', 'anamaria.turcanu@mail.example', '+40 700 000 011'),
      client('Ștefan', 'Bălan', 'stefan.balan@mail.example', '+40 700 000 012'),
      client('Ioan', 'Crișan', 'ioan.crisan@mail.example', '+40 700 000 013'),
      client('Mihaela', 'Stănescu', 'mihaela.stanescu@firma.example', '+40 700 000 014'),
      client('Răzvan', 'Ungureanu', null, '+40 700 000 015'),
      client('Gheorghe', 'Lăcătuș', null, '+40 700 000 016'),
      client('Alexandra', 'Vîlcu', 'alexandra.vilcu@mail.example', '+40 700 000 017'),
      client('Bogdan', 'Moldovan', 'bogdan.moldovan@mail.example', '+40 700 000 018'),
      client('Cătălina', 'Făgărășan', 'catalina.fagarasan@mail.example', '+40 700 000 019'),
      client('Dănuț', 'Pintea', null, '+40 700 000 020'),
      client('Larisa', 'Oprea', 'larisa.oprea@student.example', null),
      client('Tudor', 'Hossu', 'tudor.hossu@mail.example', '+40 700 000 022'),
      client('Simona', 'Brătianu-Rus', 'simona.bratianu@firma.example', '+40 700 000 023'),
      client('Vasile', 'Pop', null, '+40 700 000 024'),
      client('Vasile', 'Pop', 'vasile.pop.tanar@mail.example', '+40 700 000 025'),
      client('Zsófia', 'Székely', 'zsofia.szekely@mail.example', '+40 700 000 026'),
      client('Ákos', 'Nagy', 'akos.nagy@mail.example', '+36 20 555 0127'),
      client('Björn', 'Lindqvist', 'bjorn.lindqvist@mail.example', '+46 70 174 06 28'),
      client('Giulia', "D'Angelo", 'giulia.dangelo@mail.example', '+39 06 5550 129'),
      client('Jürgen', 'Weiß', 'juergen.weiss@mail.example', '+49 30 23125 130'),
      client('Chloé', 'Lefèvre', 'chloe.lefevre@mail.example', '+33 1 99 00 01 31'),
      client('Nguyễn', 'Minh Anh', 'minhanh.nguyen@mail.example', '+40 700 000 032'),
      client('Олена', 'Коваленко', 'olena.kovalenko@mail.example', '+40 700 000 033'),
      client('Maya', "O'Sullivan", 'maya.osullivan@mail.example', '+353 20 910 1134'),
      client('José', 'Muñoz Peña', null, null),
    ],
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
    clients: [
      client('Amelia', 'Clarke', 'amelia.clarke@mail.example', '+44 7700 900141'),
      client('Siobhán', 'Ní Bhriain', 'siobhan.nibhriain@mail.example', '+44 7700 900142'),
      client('Harpreet', 'Dhillon', 'harpreet.dhillon@mail.example', '+44 7700 900143'),
      client('Kofi', 'Mensah', null, '+44 7700 900144'),
      client('Zoë', 'Fairweather', 'zoe.fairweather@mail.example', '+44 20 7946 0145'),
      client('Tomasz', 'Wójcik', 'tomasz.wojcik@mail.example', '+44 7700 900146'),
      client('Grace', 'Adeyemi-Jones', 'grace.adeyemi@mail.example', '+44 7700 900147'),
      client('Ana-Maria', 'Țurcanu', 'anamaria.turcanu@mail.example', '+40 700 000 011'),
    ],
  },
];
