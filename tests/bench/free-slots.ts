/**
 * npm run bench -- free-slots [rounds]
 *
 * What the search for free times takes in the database of a clinic with 450,000 allocations: 10 providers and 10 chairs, each
 * with 12 visits a day for five years back and two months ahead. Asked by a member under row-level security, and the same
 * SQL by the superuser, who is under none and is not asked who he is.
 *
 * Ends with 1 when a page for 10 providers or chairs over 30 days, full or with next to nothing on it, takes more than 10 ms or
 * 1.5 times what it takes without; medians count, and on a machine that is busy with other things the best times.
 */
import { randomUUID } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import postgres from 'postgres';
import { startDurableDatabase } from './durable-database.ts';

const limitMilliseconds = 10;
const limitRatio = 1.5;
const rounds = Number(process.argv[2] ?? 25);
const person = randomUUID();
const clinic = randomUUID();
const services = { provided: randomUUID(), seated: randomUUID(), half: randomUUID(), long: randomUUID() };

const rowsOfAClinic = `
insert into public.tenants (id, slug, name, max_seats, time_zone) values ('${clinic}', 'big', 'Big', 10, 'Europe/Bucharest');
insert into public.memberships (tenant_id, user_id, role) values ('${clinic}', '${person}', 'owner');
insert into public.scheduling_settings (tenant_id) values ('${clinic}');
insert into public.working_hours (tenant_id, weekday, opens, closes, is_break)
select '${clinic}', d, h.opens, h.closes, h.is_break from generate_series(1, 5) d,
  (values (time '08:00', time '20:00', false), ('13:00', '13:30', true)) h (opens, closes, is_break);
create temporary table subjects on commit drop as select n, gen_random_uuid() as id from generate_series(1, 20) n;
insert into public.providers (id, tenant_id, name) select id, '${clinic}', 'Provider ' || n from subjects where n <= 10;
insert into public.resources (id, tenant_id, name) select id, '${clinic}', 'Chair ' || n from subjects where n > 10;
insert into public.services (id, tenant_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes)
values ('${services.provided}', '${clinic}', 'Provided', 30, 5, 10), ('${services.seated}', '${clinic}', 'Seated', 30, 5, 10),
  ('${services.half}', '${clinic}', 'Half', 30, 5, 10), ('${services.long}', '${clinic}', 'Long', 180, 5, 10);
insert into public.service_providers (tenant_id, service_id, provider_id)
select '${clinic}', x.service, s.id from subjects s, (values ('${services.provided}'::uuid, 10), ('${services.seated}', 10), ('${services.half}', 5),
  ('${services.long}', 10)) x (service, most) where s.n <= x.most;
insert into public.service_resources (tenant_id, service_id, resource_id)
select '${clinic}', x.service, s.id from subjects s, (values ('${services.seated}'::uuid, 20), ('${services.half}', 15)) x (service, last) where s.n between 11 and x.last;
insert into public.blocked_times (tenant_id, provider_id, starts_at, ends_at)
select '${clinic}', s.id, now() + s.n * interval '7 hours', now() + s.n * interval '7 hours' + interval '2 hours' from subjects s where s.n <= 10;
alter table public.allocations drop constraint allocations_no_overlap;
insert into public.allocations (tenant_id, appointment_id, provider_id, resource_id, during, blocking)
select '${clinic}', gen_random_uuid(), case when s.n <= 10 then s.id end, case when s.n > 10 then s.id end,
  tstzrange(t.at, t.at + interval '45 minutes'), hashtext(s.id::text || t.at) % 14 <> 0
from generate_series(-1810, 64) d, generate_series(0, 11) k, subjects s, lateral (
  select date_trunc('day', now()) + d * interval '24 hours' + interval '5 hours' + k * interval '1 hour' + (d * 7 + k * 3 + s.n + 40000) % 3 * interval '5 minutes' as at) t
order by t.at;
alter table public.allocations add constraint allocations_no_overlap
  exclude using gist (tenant_id with =, subject_id with =, during with &&) where (blocking);
`;

type Question = [label: string, service: string, pageSize: number, isLimited: boolean];
const questions: Question[] = [
  ['10 providers', services.provided, 200, true],
  ['10 providers, all in one answer', services.provided, 2000, false],
  ['10 providers, next to nothing free', services.long, 200, true],
  ['5 providers and 5 chairs', services.half, 200, true],
  ['10 providers and 10 chairs', services.seated, 200, false],
];

console.log('Filling in 450,000 allocations…');
const database = await startDurableDatabase();
try {
  const { admin } = database;
  await admin`delete from cron.job`;
  await admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into auth.users (id, email) values (${person}, 'bench@example.test')`;
    await sql`insert into public.profiles (user_id, email) values (${person}, 'bench@example.test')`;
    await sql.unsafe(rowsOfAClinic);
  });
  await admin`vacuum analyze`;
  process.exitCode = await measureAll();
} finally {
  await database.stop();
}

async function measureAll(): Promise<number> {
  const member = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    await member`select set_config('request.jwt.claims', ${JSON.stringify({ sub: person, role: 'authenticated' })}, false)`;
    await member`set role authenticated`;
    const { admin } = database;
    const isBusy = (loadavg()[0] ?? 0) > availableParallelism();
    if (isBusy) console.log(`The machine is busy (load ${loadavg()[0]?.toFixed(1)}): the best times count.`);
    let kept = true;
    for (const [label, service, pageSize, isLimited] of questions) {
      const times = { member: [] as number[], superuser: [] as number[] };
      let found = 0;
      // Taken in turns, so that whatever else the machine does is in the way of both.
      for (let round = -8; round < rounds; round += 1) {
        const [answer, byMember] = await timed(
          () => member<{ slots: number }[]>`
            select jsonb_array_length(public.find_free_slots(${clinic}, ${service}, page_size => ${pageSize}) -> 'slots') as slots`,
        );
        const [, bySuperuser] = await timed(
          () => admin`
            select jsonb_array_length(jsonb_agg(jsonb_build_object('starts_at', f.starts_at, 'ends_at', f.ends_at,
              'provider_id', f.provider_id, 'resource_ids', f.resource_ids)))
            from private.free_slots(${clinic}, ${service}, null, null,
              tstzrange(now(), private.clinic_today(${clinic}) + interval '30 days'), null, ${pageSize + 1}) f`,
        );
        found = answer[0]?.slots ?? Number.NaN;
        if (round >= 0) {
          times.member.push(byMember);
          times.superuser.push(bySuperuser);
        }
      }
      const [ours, theirs] = [figures(times.member), figures(times.superuser)];
      const counted = isBusy ? ours.best : ours.median;
      const ratio = counted / (isBusy ? theirs.best : theirs.median);
      if (isLimited) kept &&= counted <= limitMilliseconds && ratio <= limitRatio;
      console.log(
        `${label.padEnd(36)}${String(found).padStart(5)} slots ${ours.median.toFixed(1).padStart(7)} ms, best ${ours.best.toFixed(1).padStart(5)} ms; ` +
          `without row-level security ${theirs.median.toFixed(1).padStart(7)} ms, best ${theirs.best.toFixed(1).padStart(5)} ms: × ${ratio.toFixed(2)}`,
      );
    }
    console.log(`Limits of ${limitMilliseconds} ms and × ${limitRatio}: ${kept ? 'kept' : 'broken'}.`);
    return kept ? 0 : 1;
  } finally {
    await member.end();
  }
}

async function timed<T>(ask: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const answer = await ask();
  return [answer, performance.now() - started];
}

function figures(times: number[]): { median: number; best: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, best: sorted[0] ?? Number.NaN };
}
