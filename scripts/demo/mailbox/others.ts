/** What comes from laboratories, insurers, suppliers, machines and mail servers. */
import { letterPdf } from '../clinic-life/demo-files.ts';
import { clinicMailbox, type Correspondence, type Correspondent } from './correspondence.ts';

const from = (name: string, address: string): Correspondent => ({ name, address });
const laboratory = from('DentLab Cluj', 'comenzi@dentlab.example');
const insurer = from('Omnia Asigurări', 'daune@omnia.example');
const pdf = (filename: string, ...lines: string[]) => ({
  filename,
  contentType: 'application/pdf',
  content: letterPdf(lines),
});

const newsletter = (subject: string, daysAgo: number, offer: string): Correspondence => ({
  subject,
  who: from('MedSupply', 'noutati@medsupply.example'),
  mails: [
    {
      ...{ daysAgo, at: '06:30', isUnread: daysAgo < 5 },
      text: `${offer}\n\nDezabonare: https://medsupply.example/stop`,
      html: `<table width="100%"><tr><td style="background:#0b7285;color:#fff;padding:16px"><h1>MedSupply</h1></td></tr><tr><td><p>${offer}</p><img src="https://medsupply.example/open.gif" width="1" height="1"><p><a href="https://medsupply.example/shop">Vezi oferta</a></p></td></tr></table>`,
      headers: {
        'List-Id': 'Noutati MedSupply <noutati.medsupply.example>',
        'List-Unsubscribe': '<https://medsupply.example/stop>',
        Precedence: 'bulk',
      },
    },
  ],
});

const outOfOffice: Correspondence = {
  subject: 'Confirmarea programării dumneavoastră',
  who: from('Tudor Hossu', 'tudor.hossu@mail.example'),
  mails: [
    {
      ...{ daysAgo: 4, at: '09:00', isOurs: true },
      text: 'Bună ziua, vă reamintim de vizita de vineri la 9:00. Vă rugăm să ne spuneți dacă nu puteți veni.',
    },
    {
      ...{ daysAgo: 4, at: '09:01' },
      text: 'Sunt plecat din localitate până joi și citesc rar mesajele. Tudor Hossu',
      headers: { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
    },
    { ...{ daysAgo: 2, at: '21:15', isUnread: true }, text: 'M-am întors, vineri la 9 ajung sigur. Tudor' },
  ],
};

const bounce: Correspondence = {
  subject: 'Undelivered Mail Returned to Sender',
  who: from('Mail Delivery System', 'mailer-daemon@mx.posta.example'),
  mails: [
    {
      ...{ daysAgo: 13, at: '11:12' },
      text: `Mesajul dumneavoastră către vasile.popp@posta.example nu a putut fi livrat:\n\n550 5.1.1 <vasile.popp@posta.example>: no such mailbox`,
      headers: {
        'Auto-Submitted': 'auto-replied',
        'Return-Path': '<>',
        'X-Failed-Recipients': 'vasile.popp@posta.example',
      },
    },
  ],
};

export const otherMail: Correspondence[] = [
  {
    subject: 'Comanda 2214: coroană zirconiu 26',
    who: laboratory,
    mails: [
      {
        ...{ daysAgo: 9, at: '12:00', isOurs: true },
        text: `Bună ziua,\n\nV-am trimis azi amprenta pentru coroana 26, culoare A2. Avem nevoie de ea până vineri.\n\n${clinicMailbox.name}`,
      },
      {
        ...{ daysAgo: 9, at: '15:41' },
        text: 'Am primit, intră azi în lucru. Confirmăm vineri dimineața. DentLab',
      },
      {
        ...{ daysAgo: 4, at: '08:05' },
        text: 'Bună dimineața, coroana e gata și pleacă cu curierul de 10. Atașăm fișa.\nDentLab Cluj',
        attachments: [pdf('Fisa 2214.pdf', 'DentLab Cluj', 'Comanda 2214', 'Coroana zirconiu, dinte 26, A2')],
      },
      {
        ...{ daysAgo: 1, at: '09:40', isUnread: true },
        text: 'Bună ziua, ne puteți spune dacă nuanța a fost bună? Vrem să o notăm pentru puntea următoare.\nDentLab Cluj',
      },
    ],
  },
  {
    subject: 'Dosar de daună 88-1043',
    who: insurer,
    mails: [
      {
        ...{ daysAgo: 16, at: '10:30' },
        text: 'Stimată clinică,\n\nPentru dosarul 88-1043 avem nevoie de devizul detaliat și de radiografia de dinainte de tratament.\n\nOmnia Asigurări, Departamentul Daune',
        attachments: [pdf('Cerere 88-1043.pdf', 'Omnia Asigurari', 'Dosar 88-1043', 'Documente necesare')],
      },
      {
        ...{ daysAgo: 15, at: '16:20', isOurs: true },
        text: `Bună ziua,\n\nAtașăm devizul. Radiografia o trimitem după acordul scris al pacientului.\n\n${clinicMailbox.name}`,
        attachments: [
          pdf('Deviz 88-1043.pdf', 'Bright Smile Dental', 'Deviz', 'Tratament endodontic, coroana'),
        ],
      },
      {
        ...{ daysAgo: 3, at: '09:55', isUnread: true, isFlagged: true },
        text: 'Revenim la dosarul 88-1043: termenul este sfârșitul săptămânii viitoare. Vă rugăm să ne transmiteți și acordul.\n\nOmnia Asigurări',
      },
    ],
  },
  {
    subject: 'Factura 5530 pentru sterilizare',
    who: from('SterilServ', 'facturi@sterilserv.example'),
    mails: [
      {
        ...{ daysAgo: 22, at: '07:15' },
        text: 'Bună ziua, vă transmitem factura pentru luna trecută. Scadența: 30 de zile. SterilServ',
        attachments: [pdf('Factura 5530.pdf', 'SterilServ', 'Factura 5530', 'Verificare autoclav')],
      },
    ],
  },
  {
    subject: 'Revizie compresor',
    who: from('AirDent Service', 'service@airdent.example'),
    mails: [
      {
        ...{ daysAgo: 17, at: '13:10' },
        text: 'Bună ziua, revizia anuală a compresorului este scadentă luna aceasta. Când putem veni? Durează o oră.',
      },
      {
        ...{ daysAgo: 17, at: '14:22', isOurs: true },
        text: 'Cel mai bine sâmbătă dimineața, înainte de 9, când nu avem pacienți.',
      },
      { ...{ daysAgo: 16, at: '08:47' }, text: 'Notat: sâmbătă la 8:00. Mulțumim.' },
    ],
  },
  {
    subject: 'Mutual patient: referral',
    who: from('Dr. Andrei Pavel', 'andrei.pavel@orthoclinic.example'),
    mails: [
      {
        ...{ daysAgo: 6, at: '11:11' },
        text: 'Dear colleagues,\n\nI have referred Ms Alexandra Vîlcu to you for the extraction of 18 and 28 before we start with the aligners. The letter is attached.\n\nBest wishes,\nAndrei Pavel',
        attachments: [pdf('Referral.pdf', 'Orthoclinic', 'Referral: extraction of 18 and 28')],
      },
      {
        ...{ daysAgo: 6, at: '13:40', isOurs: true },
        text: `Dear Andrei,\n\nthank you, we will call her today and send you the report.\n\n${clinicMailbox.name}`,
      },
    ],
  },
  {
    subject: 'Candidatură asistentă medicală',
    who: from('Irina Matei', 'irina.matei@posta.example'),
    mails: [
      {
        ...{ daysAgo: 11, at: '16:16', isUnread: true },
        text: 'Bună ziua,\n\nAm absolvit școala postliceală sanitară și caut un post de asistentă de stomatologie. Atașez CV-ul.\n\nIrina Matei',
        attachments: [pdf('CV Irina Matei.pdf', 'Irina Matei', 'Asistenta medicala')],
      },
    ],
  },
  newsletter(
    'Oferta lunii: compozite -20 %',
    1,
    'Compozite nanohibride cu 20 % reducere până la sfârșitul lunii.',
  ),
  newsletter(
    'Noutăți: turbine silențioase',
    14,
    'Au sosit turbinele silențioase. Testați-le gratuit două săptămâni.',
  ),
  {
    subject: 'Vizită la cabinet cu clasa a II-a',
    who: from('Școala Gimnazială nr. 5', 'secretariat@scoalacinci.example'),
    mails: [
      {
        ...{ daysAgo: 24, at: '10:05' },
        text: 'Bună ziua, am dori să vă vizităm cu clasa a II-a, 22 de copii, ca să vadă cum arată un cabinet. S-ar putea într-o miercuri dimineață?',
      },
      {
        ...{ daysAgo: 23, at: '12:15', isOurs: true },
        text: 'Cu mare drag! Miercuri de la 9:00, câte 11 copii. Le pregătim periuțe și o mică surpriză.',
      },
      {
        ...{ daysAgo: 23, at: '13:00' },
        text: 'Minunat, vă mulțumim! Venim în două grupe, cu două învățătoare.',
      },
    ],
  },
  outOfOffice,
  bounce,
];
