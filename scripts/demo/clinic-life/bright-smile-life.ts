import type { DemoPerson } from '../demo-clinics.ts';
import { brightSmileCatalogue } from './bright-smile-catalogue.ts';
import { brightSmileImport } from './bright-smile-import.ts';
import type { ClinicLife } from './clinic-life.ts';
import { letterPdf, plainText, xrayPng } from './demo-files.ts';

/** The everyday life of Bright Smile. */
export function brightSmileLife(elena: DemoPerson, andrei: DemoPerson, ioana: DemoPerson): ClinicLife {
  return {
    country: 'RO',
    currency: 'RON',
    ...brightSmileCatalogue(elena, andrei),
    tags: {
      Anxious: 'amber',
      Child: 'green',
      Implant: 'blue',
      Ortho: 'violet',
      'Recall due': 'orange',
      VIP: 'pink',
    },
    tagged: {
      Anxious: ['Larisa Oprea', "Giulia D'Angelo"],
      Implant: ['Gheorghe Lăcătuș', 'Ioan Crișan', 'Jürgen Weiß'],
      Ortho: ['Larisa Oprea', 'Chloé Lefèvre', 'Alexandra Vîlcu'],
      'Recall due': ['Cătălina Făgărășan', 'Dănuț Pintea', 'Ștefan Bălan'],
      VIP: ['Simona Brătianu-Rus', 'Ana-Maria Țurcanu'],
    },
    identifiers: [
      { client: 'Ana-Maria Țurcanu', kind: 'phone', raw: '0264 000 111', label: 'Office' },
      { client: 'Ana-Maria Țurcanu', kind: 'email', raw: 'am.turcanu@firma.example', label: 'Work' },
      { client: 'Tudor Hossu', kind: 'phone', raw: '0264 000 122', label: 'Home' },
      { client: 'Gheorghe Lăcătuș', kind: 'phone', raw: '+40 700 000 116', label: 'Daughter, Mariana' },
      { client: 'Björn Lindqvist', kind: 'phone', raw: '+40 700 000 128', label: 'In Romania' },
      { client: 'Simona Brătianu-Rus', kind: 'email', raw: 'simona.rus@mail.example', label: 'Private' },
    ],
    notes: [
      {
        client: 'Ana-Maria Țurcanu',
        by: andrei,
        isPinned: true,
        texts: [
          'Allergic to penicillin.',
          'ALLERGY: penicillin (rash, 2019). Clindamycin was tolerated well.',
          'ALLERGIES: penicillin (rash, 2019) and latex (patch test, March). Clindamycin is tolerated well; nitrile gloves only.',
        ],
      },
      {
        client: 'Ana-Maria Țurcanu',
        by: ioana,
        texts: ['Prefers early mornings, before work. Parks in the courtyard.'],
      },
      {
        client: 'Ana-Maria Țurcanu',
        by: elena,
        texts: [
          'Crown on 26 fitted. Slightly high at first; adjusted.',
          'Crown on 26 fitted. Slightly high at first; adjusted, bite checked twice. Control in six months.',
        ],
      },
      {
        client: 'Gheorghe Lăcătuș',
        by: andrei,
        isPinned: true,
        texts: [
          'Takes an anticoagulant (acenocoumarol). INR on the day of any extraction, his cardiologist is to be told beforehand.',
        ],
      },
      {
        client: 'Gheorghe Lăcătuș',
        by: andrei,
        texts: [
          'Implant planned at 36. CBCT shows 11 mm of bone above the canal.\n\n- healing time four months\n- temporary bridge in the meantime\n- estimate was given on paper',
        ],
      },
      {
        client: 'Larisa Oprea',
        by: ioana,
        isPinned: true,
        texts: ['Very anxious: no waiting room, music on, a sign before each step.'],
      },
      {
        client: 'Larisa Oprea',
        by: elena,
        texts: ['Brackets off in spring if she keeps wearing the elastics.'],
      },
      {
        client: 'Ioan Crișan',
        by: elena,
        isPinned: true,
        texts: ['Diabetes type 2: appointments after breakfast, never fasting.'],
      },
      { client: 'Simona Brătianu-Rus', by: elena, texts: ['Invoice goes to her company, not to her.'] },
      {
        client: 'Bogdan Moldovan',
        by: ioana,
        texts: ['Cancelled twice at short notice; call the day before.'],
      },
      {
        client: 'Zsófia Székely',
        by: andrei,
        texts: ['Whitening: shade A3 before, A1 wished. Sensitive lower front teeth.'],
      },
      {
        client: 'Олена Коваленко',
        by: ioana,
        texts: ['Speaks Ukrainian and some English; her son translates.'],
      },
      {
        client: 'Tudor Hossu',
        by: ioana,
        texts: ['The whole family comes on the same day if it can be arranged.'],
      },
    ],
    deletedNote: { client: 'Tudor Hossu', by: ioana, text: 'Wrong client, this belongs to Dănuț Pintea.' },
    tasks: [
      {
        title: 'Send estimate for the implant',
        by: andrei,
        client: 'Gheorghe Lăcătuș',
        assignee: elena,
        dueIn: -6,
        priority: 'high',
        details: 'With and without bone augmentation. His daughter reads the mail.',
      },
      { title: 'Ask for the old X-rays', by: ioana, client: 'Jürgen Weiß', assignee: ioana, dueIn: -2 },
      {
        title: 'Call back about the swelling',
        by: ioana,
        client: 'Ștefan Bălan',
        assignee: andrei,
        dueIn: 0,
        priority: 'high',
      },
      {
        title: 'Confirm tomorrow’s appointments',
        by: elena,
        assignee: ioana,
        dueIn: 0,
        status: 'in_progress',
      },
      { title: 'Order nitrile gloves, size S and M', by: ioana, assignee: ioana, dueIn: 0 },
      {
        title: 'Recall: check-up and cleaning',
        by: elena,
        client: 'Cătălina Făgărășan',
        assignee: ioana,
        dueIn: 3,
      },
      {
        title: 'Prepare the wax-up',
        by: andrei,
        client: 'Simona Brătianu-Rus',
        assignee: andrei,
        dueIn: 4,
        status: 'in_progress',
      },
      { title: 'Renew the radiation permit', by: elena, assignee: elena, dueIn: 19, priority: 'low' },
      { title: 'Find a supplier for CBCT service', by: elena, priority: 'low' },
      {
        title: 'Photos before whitening',
        by: andrei,
        client: 'Zsófia Székely',
        assignee: andrei,
        dueIn: -9,
        status: 'done',
      },
      {
        title: 'Send the bill once more',
        by: elena,
        client: 'Bogdan Moldovan',
        assignee: ioana,
        dueIn: -12,
        status: 'done',
      },
      {
        title: 'Write to the cardiologist',
        by: andrei,
        client: 'Gheorghe Lăcătuș',
        assignee: andrei,
        dueIn: -20,
        status: 'done',
      },
    ],
    files: [
      {
        client: 'Gheorghe Lăcătuș',
        by: andrei,
        name: 'Panoramic X-ray.png',
        content_type: 'image/png',
        content: () => xrayPng([3, 9, 20, 28]),
      },
      {
        client: 'Gheorghe Lăcătuș',
        by: elena,
        name: 'Estimate implant 36.pdf',
        content_type: 'application/pdf',
        content: () =>
          letterPdf([
            'Bright Smile Dental',
            '',
            'Estimate',
            '',
            'Implant at 36 with abutment: 3,900 RON',
            'Ceramic crown: 1,800 RON',
            'Temporary bridge: 450 RON',
            '',
            'Valid for three months.',
          ]),
      },
      {
        client: 'Ana-Maria Țurcanu',
        by: andrei,
        name: 'Radiografie – înainte de coroană 26.png',
        content_type: 'image/png',
        content: () => xrayPng([13]),
      },
      {
        client: 'Ana-Maria Țurcanu',
        by: ioana,
        name: 'Consent form (signed).pdf',
        content_type: 'application/pdf',
        content: () =>
          letterPdf([
            'Consent to treatment',
            '',
            'I have read the information on crowns and bridges',
            'and had time for questions.',
          ]),
      },
      {
        client: 'Jürgen Weiß',
        by: ioana,
        name: 'Brief der Praxis in Berlin.txt',
        content_type: 'text/plain',
        content: () =>
          plainText(
            'Sehr geehrte Kolleginnen,\n\nWurzelbehandlung an 14 im Jahr 2021, seither ohne Beschwerden.\n',
          ),
      },
    ],
    merge: { keep: 'Alexandra Vîlcu', mergeEmail: 'alex.vilcu@student.example' },
    archived: ['José Muñoz Peña', 'Doru Bucur'],
    views: [
      { name: 'Recall due', filter: { tags: ['Recall due'] }, sort: 'last_activity' },
      { name: 'Ortho', filter: { tags: ['Ortho'] }, sort: 'name' },
      { name: 'Without a phone number', filter: { has_phone: false }, sort: 'name' },
    ],
    import: { fileName: 'pacienti-export.csv', by: elena, rows: brightSmileImport },
  };
}
