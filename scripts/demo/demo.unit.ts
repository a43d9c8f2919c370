import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatLogins } from '../demo.ts';
import { demoClinics, superAdmin } from './demo-clinics.ts';
import { DemoState } from './demo-state.ts';
import { clinicFates } from './platform-life.ts';
import { demoPeople, isOnThisMachine } from './sign-up-dates.ts';

describe('the demo people', () => {
  it('have seats, and addresses that nobody can own', () => {
    const clinics = [...demoClinics, ...clinicFates.map((fate) => fate.clinic)];
    for (const { maxSeats, owner, staff, invited, clients } of clinics) {
      expect(maxSeats).toBeGreaterThanOrEqual(1 + staff.length + invited.length);
      const addresses = [superAdmin, owner, ...staff, ...clients].map(
        ({ email }) => email ?? 'none@mail.example',
      );
      for (const address of [...addresses, ...invited]) expect(address).toMatch(/^[a-z.]+@[a-z]+\.example$/);
    }
  });

  it('are enough to look like a clinic, and one of them works in both', () => {
    expect(demoClinics.map(({ clients }) => clients.length)).toEqual([28, 9]);
    const [first, second] = demoClinics.map(({ staff }) => staff.map(({ email }) => email));
    expect(second?.filter((email) => first?.includes(email))).toHaveLength(1);
  });
});

describe('the sign-ups', () => {
  it('are spread over the ninety days of the chart, a clinic before its staff', () => {
    const days = demoPeople().map(({ daysAgo }) => daysAgo);
    expect(new Set(days).size).toBe(days.length);
    for (const count of days) expect(count > 0 && count < 90).toBe(true);
    for (const { clinic } of clinicFates)
      for (const { daysAgo } of clinic.staff) expect(daysAgo).toBeLessThan(clinic.owner.daysAgo);
  });

  it.each([
    ['http://127.0.0.1:54321', true],
    ['postgresql://postgres:secret@localhost:54322/postgres', true],
    ['http://[::1]:54321', true],
    ['https://project.supabase.co', false],
    ['https://localhost.example.com', false],
    ['postgresql://postgres@db.project.supabase.co:5432/postgres?host=127.0.0.1', false],
    ['127.0.0.1', false],
  ])('are dated back on this machine alone: %s', (url, expected) => {
    expect(isOnThisMachine(url)).toBe(expected);
  });
});

describe('the kept passwords', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'demo-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('are made once, kept before they are used, and readable by the owner alone', () => {
    const path = join(directory, 'new', 'demo.json');
    const password = new DemoState(path).passwordOf('a@b.example');
    expect(new DemoState(path).passwordOf('a@b.example')).toBe(password);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('know when the demo was completed', () => {
    const path = join(directory, 'demo.json');
    expect(new DemoState(path).completed).toBe(false);
    new DemoState(path).complete();
    expect(new DemoState(path).completed).toBe(true);
  });

  it('start anew when the file was cut off', () => {
    const path = join(directory, 'demo.json');
    writeFileSync(path, '{"passwords":{"a@b.ex');
    expect(new DemoState(path).completed).toBe(false);
  });
});

describe('the logins', () => {
  it('stand in columns', () => {
    const lines = formatLogins([
      { who: 'owner', email: 'a@b.example', password: 'one' },
      { who: 'super-admin', email: 'long@b.example', password: 'two' },
    ]);
    expect(lines).toEqual(['owner        a@b.example     one', 'super-admin  long@b.example  two']);
  });
});
