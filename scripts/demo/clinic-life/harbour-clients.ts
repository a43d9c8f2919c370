import type { DemoClient } from './client-details.ts';
import { asked, client } from './client-details.ts';

/** Clients of Harbour Dental Studio. */
export const harbourClients: DemoClient[] = [
  client('Amelia', 'Clarke', 'amelia.clarke@mail.example', '+44 7700 900141', {
    ...asked('1989-05-14', 'sms', '8 Wharf Road', 'BS1 6XN', 'Bristol'),
    consent_marketing: true,
  }),
  client('Siobhán', 'Ní Bhriain', 'siobhan.nibhriain@mail.example', '+44 7700 900142', {
    ...asked('1974-02-01', 'email', '23 Cumberland Basin', 'BS8 4PX', 'Bristol'),
  }),
  client('Harpreet', 'Dhillon', 'harpreet.dhillon@mail.example', '+44 7700 900143', {
    ...asked('1992-11-11', 'phone', '4 Redcliffe Parade', 'BS1 6SP', 'Bristol'),
  }),
  client('Kofi', 'Mensah', null, '+44 7700 900144', { date_of_birth: '1967-07-30', city: 'Bath' }),
  client('Zoë', 'Fairweather', 'zoe.fairweather@mail.example', '+44 20 7946 0145', {
    date_of_birth: '2001-09-03',
    consent_reminders: true,
  }),
  client('Tomasz', 'Wójcik', 'tomasz.wojcik@mail.example', '+44 7700 900146', {
    ...asked('1980-12-05', 'sms', '51 North Street', 'BS3 1EN', 'Bristol'),
  }),
  client('Grace', 'Adeyemi-Jones', 'grace.adeyemi@mail.example', '+44 7700 900147', {
    ...asked('1996-04-22', 'email', '17 Gloucester Road', 'BS7 8AA', 'Bristol'),
  }),
  client('Ana-Maria', 'Țurcanu', 'anamaria.turcanu@mail.example', '+40 700 000 011', {
    date_of_birth: '1987-04-18',
  }),
  client('Tomas', 'Wojcik', 'tom.wojcik@mail.example', null, { date_of_birth: '1980-12-05' }),
];
