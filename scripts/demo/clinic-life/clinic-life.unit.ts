import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { planAroundNow, planDiary } from './diary.ts';
import { letterPdf, xrayPng } from './demo-files.ts';
import { clinicLives } from './lives.ts';

describe.each(clinicLives())('the everyday life of $clinic.name', ({ clinic, life }) => {
  const imported = life.import?.rows ?? [];
  const names = [...clinic.clients, ...imported].map((each) => `${each.first_name} ${each.last_name}`);

  it('is about its own clients, each meant without doubt', () => {
    const meant = [
      ...Object.values(life.tagged).flat(),
      ...life.identifiers.map(({ client }) => client),
      ...life.notes.map(({ client }) => client),
      ...life.tasks.flatMap(({ client }) => client ?? []),
      ...life.files.map(({ client }) => client),
      ...life.waiting.map(({ client }) => client),
      ...life.archived,
    ];
    expect(meant.filter((name) => names.indexOf(name) !== names.lastIndexOf(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(meant));
  });

  it('names only tags, providers and resources that it has', () => {
    const used = [...Object.keys(life.tagged), ...imported.flatMap(({ tags }) => tags)];
    for (const tag of [...used, ...life.views.flatMap(({ filter }) => filter.tags ?? [])])
      expect(Object.keys(life.tags)).toContain(tag);
    const services = life.services.map(({ name }) => name);
    expect(services).toEqual(expect.arrayContaining(life.waiting.map(({ service }) => service)));
    expect(services).toEqual(expect.arrayContaining(Object.keys(life.schedule.steps)));
    for (const service of life.services) {
      expect(life.providers.map(({ name }) => name)).toEqual(expect.arrayContaining(service.providers));
      expect(life.resources.map(({ name }) => name)).toEqual(expect.arrayContaining(service.resources));
    }
  });

  it('has visits in order, none over another, and some today whatever day it is', () => {
    for (const today of ['2026-11-20', '2026-11-21', '2026-11-22']) {
      const visits = planDiary(life, today, -60, 21);
      expect(visits).toEqual(planDiary(life, today, -60, 21));
      expect(visits.filter(({ day }) => day === today).length).toBeGreaterThan(2);
      expect(visits.length).toBeGreaterThan(200);
      const collisions = visits.filter((visit, index) => {
        const next = visits[index + 1];
        return (
          next?.provider === visit.provider &&
          next.day === visit.day &&
          next.starts < visit.starts + visit.minutes
        );
      });
      expect(collisions).toEqual([]);
    }
  });

  it('has somebody in the chair, in the waiting room and soon, at any time of the day', () => {
    const [today, nine, evening] = ['2026-11-20', 9 * 60, 21 * 60];
    const planned = planDiary(life, today, 0, 0);
    const starts = planAroundNow(life, planned, today, evening).map((visit) => visit.starts);
    expect(starts).toEqual([evening - 15, evening + 15, evening + 60].slice(0, life.providers.length));
    for (const visit of planAroundNow(life, planned, today, nine))
      for (const other of planned.filter(({ provider }) => provider === visit.provider))
        expect(other.starts >= visit.starts + 60 || other.starts + other.minutes <= visit.starts).toBe(true);
  });

  it('can be told apart by what is looked for in a second run', () => {
    for (const keys of [
      life.tasks.map(({ title }) => title),
      life.files.map(({ client, name }) => `${client} ${name}`),
      life.notes.flatMap(({ client, texts }) => texts.map((text) => `${client} ${text}`)),
    ])
      expect(new Set(keys).size).toBe(keys.length);
  });

  it('has addresses that nobody can own', () => {
    const emails = [...imported.flatMap((row) => row.emails), ...life.identifiers.map(({ raw }) => raw)];
    for (const email of emails.filter((each) => each.includes('@')))
      expect(email).toMatch(/@[a-z]+\.example$/);
  });
});

it('makes a picture of as many points as it says', () => {
  const png = Buffer.from(xrayPng([1]));
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const length = png.readUInt32BE(33);
  expect(png.subarray(37, 41).toString()).toBe('IDAT');
  expect(inflateSync(png.subarray(41, 41 + length))).toHaveLength((width + 1) * height);
});

it('makes a letter whose parts are where its table says', () => {
  const pdf = Buffer.from(letterPdf(['Crown (26)', String.raw`a\b`])).toString('latin1');
  const offsets = [...pdf.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
  expect(offsets).toHaveLength(5);
  offsets.forEach((offset, index) => expect(pdf.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj`)));
  expect(pdf).toContain(String.raw`(Crown \(26\)) Tj`);
});
