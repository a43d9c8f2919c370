import type { DemoClient } from './client-details.ts';
import { asked, client } from './client-details.ts';

const reminded = { consent_reminders: true } as const;

/** Clients of Bright Smile as they were entered one by one; the others came from a file. */
export const brightSmileClients: DemoClient[] = [
  client('Ana-Maria', 'Țurcanu', 'anamaria.turcanu@mail.example', '+40 700 000 011', {
    ...asked('1987-04-18', 'email', 'Strada Observatorului 12, ap. 4', '400500', 'Cluj-Napoca'),
    consent_marketing: true,
  }),
  client('Ștefan', 'Bălan', 'stefan.balan@mail.example', '+40 700 000 012', {
    ...asked('1979-11-02', 'phone', 'Calea Turzii 88', '400495', 'Cluj-Napoca'),
  }),
  client('Ioan', 'Crișan', 'ioan.crisan@mail.example', '+40 700 000 013', {
    ...asked('1952-01-07', 'phone', 'Strada Bisericii 3', '407310', 'Gilău'),
  }),
  client('Mihaela', 'Stănescu', 'mihaela.stanescu@firma.example', '+40 700 000 014', {
    ...asked('1990-06-29', 'email', 'Bulevardul Eroilor 41, ap. 9', '400129', 'Cluj-Napoca'),
  }),
  client('Răzvan', 'Ungureanu', null, '+40 700 000 015', { date_of_birth: '1995-09-13', ...reminded }),
  client('Gheorghe', 'Lăcătuș', null, '+40 700 000 016', { date_of_birth: '1944-05-01', city: 'Florești' }),
  client('Alexandra', 'Vîlcu', 'alexandra.vilcu@mail.example', '+40 700 000 017', {
    ...asked('1998-12-21', 'sms', 'Strada Plopilor 60, ap. 22', '400383', 'Cluj-Napoca'),
    consent_marketing: true,
  }),
  client('Bogdan', 'Moldovan', 'bogdan.moldovan@mail.example', '+40 700 000 018', {
    ...asked('1983-02-11', 'phone', 'Strada Fabricii 5', '400620', 'Cluj-Napoca'),
  }),
  client('Cătălina', 'Făgărășan', 'catalina.fagarasan@mail.example', '+40 700 000 019', {
    ...asked('1976-08-08', 'email', 'Aleea Băița 2', '400611', 'Cluj-Napoca'),
  }),
  client('Dănuț', 'Pintea', null, '+40 700 000 020', { date_of_birth: '1968-03-30', city: 'Dej' }),
  client('Larisa', 'Oprea', 'larisa.oprea@student.example', null, {
    date_of_birth: '2004-10-05',
    preferred_channel: 'email',
    ...reminded,
  }),
  client('Tudor', 'Hossu', 'tudor.hossu@mail.example', '+40 700 000 022', {
    ...asked('1981-07-17', 'phone', 'Strada Câmpului 114', '400664', 'Cluj-Napoca'),
  }),
  client('Simona', 'Brătianu-Rus', 'simona.bratianu@firma.example', '+40 700 000 023', {
    ...asked('1972-11-24', 'email', 'Strada Memorandumului 7', '400114', 'Cluj-Napoca'),
    consent_marketing: true,
  }),
  client('Vasile', 'Pop', null, '+40 700 000 024', { date_of_birth: '1949-02-27', city: 'Huedin' }),
  client('Vasile', 'Pop', 'vasile.pop.tanar@mail.example', '+40 700 000 025', {
    date_of_birth: '1986-05-19',
    city: 'Huedin',
    ...reminded,
  }),
  client('Zsófia', 'Székely', 'zsofia.szekely@mail.example', '+40 700 000 026', {
    ...asked('1993-01-15', 'email', 'Strada Kőváry László 9', '400177', 'Cluj-Napoca'),
  }),
  client('Ákos', 'Nagy', 'akos.nagy@mail.example', '+36 20 555 0127', { date_of_birth: '1988-04-02' }),
  client('Björn', 'Lindqvist', 'bjorn.lindqvist@mail.example', '+46 70 174 06 28', {
    date_of_birth: '1985-09-09',
    preferred_channel: 'email',
  }),
  client('Giulia', "D'Angelo", 'giulia.dangelo@mail.example', '+39 06 5550 129', {
    date_of_birth: '1991-03-08',
    ...reminded,
  }),
  client('Jürgen', 'Weiß', 'juergen.weiss@mail.example', '+49 30 23125 130', { date_of_birth: '1964-12-12' }),
  client('Chloé', 'Lefèvre', 'chloe.lefevre@mail.example', '+33 1 99 00 01 31', {
    date_of_birth: '2000-02-29',
    ...reminded,
  }),
  client('Nguyễn', 'Minh Anh', 'minhanh.nguyen@mail.example', '+40 700 000 032', {
    date_of_birth: '1996-06-06',
    city: 'Cluj-Napoca',
  }),
  client('Олена', 'Коваленко', 'olena.kovalenko@mail.example', '+40 700 000 033', {
    date_of_birth: '1982-08-24',
    city: 'Cluj-Napoca',
    ...reminded,
  }),
  client('Maya', "O'Sullivan", 'maya.osullivan@mail.example', '+353 20 910 1134', {
    date_of_birth: '1994-10-31',
  }),
  client('José', 'Muñoz Peña', null, null, { date_of_birth: '1978-03-19' }),
  // Entered twice: the first two wait to be looked at, the third has been merged.
  client('Moldovan', 'Bogdan', 'bogdan.moldovan@firma.example', null, { date_of_birth: '1983-02-11' }),
  client('Mihaela', 'Stanescu', null, '+40 700 000 034', { date_of_birth: '1990-06-29' }),
  client('Alexandra', 'Valcu', 'alex.vilcu@student.example', null, { city: 'Cluj-Napoca' }),
];
