/** What patients write to Bright Smile, and what they are answered. Some of them are clients, by their address. */
import { letterPdf, xrayPng } from '../clinic-life/demo-files.ts';
import type { Correspondence, Correspondent } from './correspondence.ts';

const person = (name: string, address: string): Correspondent => ({ name, address });
const greeting = 'Bright Smile Dental\nRecepție · Front desk\n+40 264 000 100';

export const patientMail: Correspondence[] = [
  {
    subject: 'Durere la o măsea',
    who: person('Ana-Maria Țurcanu', 'anamaria.turcanu@mail.example'),
    mails: [
      {
        ...{ daysAgo: 3, at: '08:12' },
        text: 'Bună ziua,\n\nDe ieri seară mă doare tare o măsea din stânga jos, mai ales la rece. Aveți un loc liber zilele acestea?\n\nMulțumesc,\nAna-Maria Țurcanu',
      },
      {
        ...{ daysAgo: 3, at: '08:40', isOurs: true },
        text: `Bună ziua, doamnă Țurcanu,\n\nVă putem primi mâine la 10:30, la doctor Marin. Până atunci evitați rece și dulce. Vă convine ora?\n\n${greeting}`,
      },
      { ...{ daysAgo: 3, at: '08:55' }, text: 'Da, perfect! Vin mâine la 10:30. Mulțumesc mult!' },
      {
        ...{ daysAgo: 1, at: '19:20', isUnread: true },
        text: 'Bună seara,\n\nDupă tratament mă mai doare puțin când mușc. E normal sau să revin la control?\n\nAna-Maria',
      },
    ],
  },
  {
    subject: 'Programare control',
    who: person('Ștefan Bălan', 'stefan.balan@mail.example'),
    mails: [
      {
        ...{ daysAgo: 6, at: '17:45' },
        text: 'Bună ziua, aș dori o programare pentru control și detartraj, de preferat după ora 16. Ștefan Bălan',
      },
      {
        ...{ daysAgo: 5, at: '09:05', isOurs: true },
        text: `Bună ziua, domnule Bălan,\n\nAvem liber joi la 16:30 sau vineri la 17:00. Ce alegeți?\n\n${greeting}`,
      },
      { ...{ daysAgo: 5, at: '12:31' }, text: 'Joi la 16:30, vă rog. Mulțumesc.' },
      {
        ...{ daysAgo: 5, at: '12:50', isOurs: true },
        text: `V-am notat joi la 16:30. Veți primi un mesaj de confirmare cu două zile înainte.\n\n${greeting}`,
      },
    ],
  },
  {
    subject: 'Radiografia mea',
    who: person('Mihaela Stănescu', 'mihaela.stanescu@firma.example'),
    mails: [
      {
        ...{ daysAgo: 2, at: '11:03', isUnread: true, isFlagged: true },
        text: 'Bună ziua,\n\nAm făcut radiografia panoramică cerută de doamna doctor. O atașez aici. Mai e nevoie și de CD?\n\nCu stimă,\nMihaela Stănescu',
        attachments: [
          {
            filename: 'Radiografie panoramică Stănescu.png',
            contentType: 'image/png',
            content: xrayPng([3, 12, 21]),
          },
        ],
      },
    ],
  },
  {
    subject: 'Invoice for my insurance',
    who: person('Maya O’Sullivan', 'maya.osullivan@mail.example'),
    mails: [
      {
        ...{ daysAgo: 9, at: '14:20' },
        text: 'Hello,\n\nCould you send me an invoice in English for the root canal treatment last month? My insurance needs the tooth number and the date of each visit.\n\nKind regards,\nMaya O’Sullivan',
      },
      {
        ...{ daysAgo: 8, at: '10:15', isOurs: true },
        text: `Dear Ms O’Sullivan,\n\nPlease find it attached. Should your insurer need anything else, just let us know.\n\n${greeting}`,
        attachments: [
          {
            filename: 'Invoice root canal.pdf',
            contentType: 'application/pdf',
            content: letterPdf([
              'Bright Smile Dental',
              '',
              'Invoice',
              'Root canal treatment, tooth 36, three visits',
            ]),
          },
        ],
      },
      { ...{ daysAgo: 8, at: '13:02' }, text: 'Brilliant, that was quick. Thank you!' },
    ],
  },
  {
    subject: 'Second opinion about an implant',
    who: person('Björn Lindqvist', 'bjorn.lindqvist@mail.example'),
    mails: [
      {
        ...{ daysAgo: 4, at: '21:37' },
        text: 'Hi,\n\nmy dentist in Malmö suggests an implant at 46, and I would like a second opinion while I am in Cluj until the end of next month. I attach the plan. What would you charge for a consultation?\n\nBjörn Lindqvist',
        attachments: [
          {
            filename: 'Treatment plan.pdf',
            contentType: 'application/pdf',
            content: letterPdf(['Treatment plan', 'Region 46: implant, healing 3 months, crown']),
          },
        ],
      },
      {
        ...{ daysAgo: 3, at: '09:30', isOurs: true },
        text: `Dear Mr Lindqvist,\n\nA consultation with a small X-ray is 250 RON. Dr. Marin could see you on Tuesday or Wednesday at noon.\n\n${greeting}`,
      },
      {
        ...{ daysAgo: 0, at: '07:48', isUnread: true },
        text: 'Wednesday at noon works well. Do I need to bring anything besides the scan?\n\nBjörn',
      },
    ],
  },
  {
    subject: 'Programare pentru doi copii',
    who: person('Cătălina Făgărășan', 'catalina.fagarasan@mail.example'),
    mails: [
      {
        ...{ daysAgo: 12, at: '20:10' },
        text: 'Bună seara,\n\nAm doi copii, de 6 și 9 ani. Se poate un control pentru amândoi în aceeași zi, după școală?\n\nCătălina Făgărășan',
      },
      {
        ...{ daysAgo: 11, at: '09:20', isOurs: true },
        text: `Bună ziua,\n\nSigur, luni la 15:00 și 15:30, unul după altul. Să vă notez?\n\n${greeting}`,
      },
      {
        ...{ daysAgo: 11, at: '18:44' },
        text: 'Da, mulțumesc! Cel mic se teme puțin, poate îi arătați întâi scaunul.',
      },
      {
        ...{ daysAgo: 10, at: '08:35', isOurs: true },
        text: `Desigur, îl lăsăm să se plimbe cu scaunul. Pe luni!\n\n${greeting}`,
      },
    ],
  },
  {
    subject: 'Anulare vizită de mâine',
    who: person('Bogdan Moldovan', 'bogdan.moldovan@mail.example'),
    mails: [
      {
        ...{ daysAgo: 1, at: '16:58', isUnread: true },
        text: 'Bună ziua, din păcate nu pot ajunge mâine la 11, am fost chemat la serviciu. Se poate muta săptămâna viitoare?\nBogdan Moldovan, 0700 000 018',
      },
    ],
  },
  {
    subject: 'Albirea dinților',
    who: person('Larisa Oprea', 'larisa.oprea@student.example'),
    mails: [
      {
        ...{ daysAgo: 15, at: '23:14' },
        text: 'Bună! Cât costă o albire și cât ține? Aveți reducere pentru studenți? :)',
      },
      {
        ...{ daysAgo: 14, at: '10:02', isOurs: true },
        text: `Bună ziua, Larisa,\n\nAlbirea în cabinet este 900 RON și ține de obicei doi-trei ani. Studenții au 10 % reducere. Înainte e nevoie de un control, ca să fim siguri că e potrivită.\n\n${greeting}`,
      },
      { ...{ daysAgo: 14, at: '10:40' }, text: 'Super, atunci mă programez la control după sesiune. Mersi!' },
    ],
  },
  {
    subject: 'Mulțumiri',
    who: person('Simona Brătianu-Rus', 'simona.bratianu@firma.example'),
    mails: [
      {
        ...{ daysAgo: 18, at: '12:25' },
        text: 'Bună ziua,\n\nVreau doar să vă mulțumesc: coroana stă perfect și nu am simțit nimic. V-am recomandat și colegelor.\n\nSimona',
      },
      {
        ...{ daysAgo: 18, at: '15:10', isOurs: true },
        text: `Vă mulțumim din suflet, ne-ați făcut ziua mai frumoasă!\n\n${greeting}`,
      },
    ],
  },
  {
    subject: 'Fényképek a fogamról',
    who: person('Zsófia Székely', 'zsofia.szekely@mail.example'),
    mails: [
      {
        ...{ daysAgo: 2, at: '18:05', isUnread: true },
        text: 'Good evening,\n\na piece of my front tooth broke off at basketball, see the picture. I kept the piece in milk. How soon can I come?\n\nZsófia Székely',
        html: '<p>Good evening,</p><p>a piece of my front tooth broke off at basketball, see the picture:</p><p><img src="cid:tooth@mail.example" alt="My tooth" width="320"></p><p>I kept the piece in milk. <b>How soon can I come?</b></p><p>Zsófia Székely</p>',
        attachments: [
          {
            filename: 'tooth.png',
            contentType: 'image/png',
            content: xrayPng([7]),
            cid: 'tooth@mail.example',
          },
        ],
      },
    ],
  },
  {
    subject: 'Запитання про візит',
    who: person('Олена Коваленко', 'olena.kovalenko@mail.example'),
    mails: [
      {
        ...{ daysAgo: 7, at: '13:33' },
        text: 'Добрий день! Чи є у вас лікар, який говорить українською або російською? My English is not so good for the dentist :)',
      },
      {
        ...{ daysAgo: 7, at: '14:50', isOurs: true },
        text: `Good afternoon,\n\nOur assistant Daria speaks Ukrainian and can be there on Mondays and Thursdays. Shall we book a Thursday?\n\n${greeting}`,
      },
      { ...{ daysAgo: 6, at: '08:11' }, text: 'Yes please, Thursday in the morning. Дякую!' },
    ],
  },
  {
    subject: 'Prima vizită',
    who: person('Denisa Chiorean', 'denisa.chiorean@posta.example'),
    mails: [
      {
        ...{ daysAgo: 0, at: '08:20', isUnread: true },
        text: 'Bună ziua,\n\nNu am mai fost la dumneavoastră. Primiți pacienți noi? Aș avea nevoie de o plombă și de un control.\n\nDenisa Chiorean, 0700 000 051',
      },
    ],
  },
  {
    subject: 'Cât costă un aparat dentar?',
    who: person('Familia Rotaru', 'rotaru.familia@posta.example'),
    mails: [
      {
        ...{ daysAgo: 5, at: '19:02', isUnread: true },
        text: 'Bună seara, fiica noastră are 13 ani și ne-a recomandat medicul școlar un aparat. Faceți ortodonție? Care ar fi pașii și costurile?\nMulțumim, familia Rotaru',
      },
    ],
  },
  {
    subject: 'Decont CAS',
    who: person('Ioan Crișan', 'ioan.crisan@mail.example'),
    mails: [
      {
        ...{ daysAgo: 21, at: '10:48' },
        text: 'Stimată doamnă doctor, aveți contract cu Casa de Asigurări pentru proteze? Cu respect, Ioan Crișan, Gilău',
      },
      {
        ...{ daysAgo: 20, at: '09:14', isOurs: true },
        text: `Bună ziua, domnule Crișan,\n\nDa, pentru pensionari o parte se decontează. Veniți cu adeverința de la medicul de familie și cu cardul de sănătate.\n\n${greeting}`,
      },
      {
        ...{ daysAgo: 19, at: '17:26' },
        text: 'Vă mulțumesc frumos, trec săptămâna viitoare pe la dumneavoastră.',
      },
    ],
  },
  {
    subject: 'Appointment while on holiday',
    who: person('Chloé Lefèvre', 'chloe.lefevre@mail.example'),
    mails: [
      {
        ...{ daysAgo: 10, at: '22:30' },
        text: 'Hello, I lost a filling and I am only in Cluj until Sunday. Is there anything tomorrow? Chloé',
      },
      {
        ...{ daysAgo: 9, at: '08:31', isOurs: true },
        text: `Hello Chloé,\n\nyes, today at 13:15. Just come by.\n\n${greeting}`,
      },
      { ...{ daysAgo: 9, at: '08:39' }, text: 'You are wonderful, see you at 13:15!' },
      { ...{ daysAgo: 8, at: '20:03' }, text: 'Thanks again, all good. The review is online :)' },
    ],
  },
];
