import type { DemoPerson } from '../demo-clinics.ts';
import type { ClinicLife } from './clinic-life.ts';
import { letterPdf, xrayPng } from './demo-files.ts';

const hughes = 'Oliver Hughes';
const bell = 'Priya Bell';

/** The everyday life of Harbour Dental Studio. */
export function harbourLife(oliver: DemoPerson, ioana: DemoPerson): ClinicLife {
  return {
    country: 'GB',
    currency: 'GBP',
    tags: { Aligners: 'violet', 'Nervous patient': 'amber', 'Recall due': 'orange' },
    tagged: {
      Aligners: ['Zoë Fairweather', 'Grace Adeyemi-Jones'],
      'Nervous patient': ['Kofi Mensah'],
      'Recall due': ['Siobhán Ní Bhriain', 'Kofi Mensah'],
    },
    identifiers: [
      { client: 'Amelia Clarke', kind: 'phone', raw: '0117 496 0241', label: 'Home' },
      { client: 'Siobhán Ní Bhriain', kind: 'email', raw: 'siobhan@studio.example', label: 'Work' },
    ],
    notes: [
      {
        client: 'Amelia Clarke',
        by: oliver,
        isPinned: true,
        texts: ['Asthma: bring the inhaler.', 'Asthma, salbutamol inhaler with her. Reacts to aspirin.'],
      },
      {
        client: 'Kofi Mensah',
        by: ioana,
        texts: ['Long drive from Bath: two treatments on one day where possible.'],
      },
      { client: 'Zoë Fairweather', by: oliver, texts: ['Aligner 7 of 18. Attachment on 23 bonded again.'] },
    ],
    tasks: [
      {
        title: 'Refer for wisdom teeth',
        by: oliver,
        client: 'Harpreet Dhillon',
        assignee: oliver,
        dueIn: -3,
        priority: 'high',
      },
      {
        title: 'Scan for the next aligners',
        by: oliver,
        client: 'Zoë Fairweather',
        assignee: ioana,
        dueIn: 0,
      },
      { title: 'Order composite A2', by: ioana, assignee: ioana, dueIn: 2, status: 'in_progress' },
      {
        title: 'Call about the missed visit',
        by: ioana,
        client: 'Kofi Mensah',
        assignee: ioana,
        dueIn: -8,
        status: 'done',
      },
    ],
    providers: [
      { name: hughes, title: 'Dr', colour: 'blue', member: oliver },
      { name: bell, title: 'Hygienist', colour: 'green' },
    ],
    resources: [
      { name: 'Surgery 1', kind: 'room', colour: 'blue' },
      { name: 'Surgery 2', kind: 'room', colour: 'teal' },
      { name: 'Intraoral scanner', kind: 'equipment', colour: 'slate' },
    ],
    services: [
      {
        name: 'New patient examination',
        duration_minutes: 40,
        price: '75.00',
        colour: 'teal',
        providers: [hughes],
        resources: ['Surgery 1'],
      },
      {
        name: 'Hygiene visit',
        duration_minutes: 30,
        buffer_after_minutes: 5,
        price: '68.00',
        colour: 'green',
        providers: [bell],
        resources: ['Surgery 2'],
      },
      {
        name: 'Aligner review',
        duration_minutes: 20,
        price: '55.00',
        colour: 'violet',
        providers: [hughes],
        resources: ['Surgery 1', 'Intraoral scanner'],
      },
      {
        name: 'White filling',
        duration_minutes: 45,
        buffer_after_minutes: 10,
        price: '140.00',
        colour: 'blue',
        providers: [hughes],
        resources: ['Surgery 1'],
      },
    ],
    reminders: [24],
    waiting: [
      {
        client: 'Kofi Mensah',
        service: 'Hygiene visit',
        dayParts: ['morning'],
        note: 'Works nights; straight from his shift.',
      },
    ],
    schedule: {
      week: [
        { weekdays: [1, 2, 3, 4, 5], opens: '08:30', closes: '17:00' },
        { weekdays: [1, 2, 3, 4, 5], opens: '12:30', closes: '13:15', isBreak: true },
        { weekdays: [6], opens: '09:00', closes: '12:00' },
      ],
      providerWeeks: {
        [bell]: [
          { weekdays: [1, 3, 5], opens: '08:30', closes: '17:00' },
          { weekdays: [1, 3, 5], opens: '12:30', closes: '13:15', isBreak: true },
        ],
      },
      places: { [hughes]: 'Surgery 1', [bell]: 'Surgery 2' },
      steps: { 'White filling': [{ kind: 'provider', offset_minutes: 10, duration_minutes: 30 }] },
      holiday: { inDays: 11, note: 'Bank holiday' },
      blocked: [{ title: 'Autoclave service', inDays: 4, from: '08:00', to: '08:30' }],
    },
    files: [
      {
        client: 'Harpreet Dhillon',
        by: oliver,
        name: 'Wisdom teeth.png',
        content_type: 'image/png',
        content: () => xrayPng([0, 15, 16, 31]),
      },
      {
        client: 'Harpreet Dhillon',
        by: oliver,
        name: 'Referral letter.pdf',
        content_type: 'application/pdf',
        content: () =>
          letterPdf([
            'Harbour Dental Studio',
            '',
            'Referral: removal of 38 and 48',
            '',
            'Repeated infection around 38, second time this year.',
          ]),
      },
    ],
    archived: [],
    views: [{ name: 'Recall due', filter: { tags: ['Recall due'] }, sort: 'last_activity' }],
  };
}
