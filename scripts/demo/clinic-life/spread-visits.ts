import postgres, { type TransactionSql } from 'postgres';
import { dayOf } from '../../../src/lib/days.ts';
import type { DemoClinic } from '../demo-clinics.ts';
import type { ClinicLife } from './clinic-life.ts';
import { planDiary } from './diary.ts';

const daysBack = 60;

/**
 * Gives the demo's clinics the visits they have had, and dates the bookings of those to come back over the weeks before.
 *
 * Nobody can book months ago, so these are written as rows, in one statement for each table, and the audit log knows nothing
 * of them. A clinic that has past visits is left alone.
 *
 * @param dbUrl a database on this machine, as its owner; the clinics' clients are dated back already
 */
export async function spreadVisits(
  dbUrl: string,
  clinics: { clinic: DemoClinic; life: ClinicLife }[],
): Promise<void> {
  const sql = postgres(dbUrl, { max: 1, onnotice: () => {} });
  try {
    for (const { clinic, life } of clinics)
      await sql.begin(async (transaction) => {
        // As when clients are merged: rows are put into order, nothing has happened to them.
        await transaction`select set_config('chairside.keep_times', 'on', true)`;
        const [tenant] = await transaction<[{ id: string; has_past: boolean }?]>`
          select t.id, exists (
            select from public.appointments v
            where v.tenant_id = t.id and v.starts_at < date_trunc('day', now() at time zone t.time_zone) at time zone t.time_zone
          ) as has_past
          from public.tenants t where t.slug = ${clinic.slug}`;
        if (!tenant || tenant.has_past) return;
        await choosePast(transaction, tenant.id, clinic, life);
        await addPast(transaction, tenant.id);
        await dateBack(transaction, tenant.id);
        await dateWaiting(transaction, tenant.id);
        await noteLast(transaction, tenant.id);
      });
  } finally {
    await sql.end();
  }
}

/** The visits of the weeks before, each with a client who was there then, and what became of it. */
async function choosePast(sql: TransactionSql, tenantId: string, clinic: DemoClinic, life: ClinicLife) {
  const visits = planDiary(life, dayOf(new Date(), clinic.timeZone), -daysBack, -1);
  await sql`
    create temporary table past on commit drop as
    select gen_random_uuid() as id, c.id as client_id, s.id as service_id, s.name as service, p.id as provider_id, r.id as resource_id,
      p.member_id, w.starts_at, w.starts_at + make_interval(mins => s.duration_minutes) as ends_at,
      w.starts_at + make_interval(mins => s.duration_minutes + s.buffer_after_minutes) as free_at, c.booked_at,
      case when v.fate < 0.86 then 'completed' when v.fate < 0.91 then 'no_show' else 'cancelled' end as status,
      v.fate between 0.91 and 0.95 as is_late,
      case when v.fate < 0.86 then w.starts_at + make_interval(mins => s.duration_minutes)
        when v.fate < 0.91 then w.starts_at + interval '20 minutes'
        when v.fate < 0.95 then greatest(w.starts_at - interval '5 hours', c.booked_at + interval '1 hour')
        else greatest(w.starts_at - interval '2 days', c.booked_at + interval '1 hour') end as ended_at
    from jsonb_to_recordset(${sql.json(visits as unknown as postgres.JSONValue)})
      as v (day date, starts integer, provider text, place text, service text, fate double precision)
    join public.tenants t on t.id = ${tenantId}
    join public.providers p on p.tenant_id = t.id and p.name = v.provider
    join public.resources r on r.tenant_id = t.id and r.name = v.place
    join public.services s on s.tenant_id = t.id and s.name = v.service
    cross join lateral (select (v.day + make_interval(mins => v.starts)) at time zone t.time_zone as starts_at) w
    cross join lateral (
      select k.id, greatest(k.created_at, w.starts_at - interval '12 days') + interval '2 hours' as booked_at
      from public.clients k
      where k.tenant_id = t.id and k.merged_into is null and k.created_at < w.starts_at - interval '3 days'
      order by md5(k.id::text || v.day || v.starts || v.provider) limit 1
    ) c`;
}

async function addPast(sql: TransactionSql, tenantId: string): Promise<void> {
  await sql`
    insert into public.appointments (id, tenant_id, client_id, service_id, provider_id, starts_at, ends_at, status, status_changed_at,
      confirmed_at, arrived_at, in_chair_at, completed_at, cancelled_at, no_show_at, cancelled_by, is_late_cancel, created_at, updated_at,
      created_by, status_changed_by)
    select p.id, ${tenantId}, p.client_id, p.service_id, p.provider_id, p.starts_at, p.ends_at, p.status, p.ended_at,
      case when p.status <> 'cancelled' then p.starts_at - interval '1 day' end,
      case when p.status = 'completed' then p.starts_at - interval '6 minutes' end,
      case when p.status = 'completed' then p.starts_at + interval '2 minutes' end,
      case when p.status = 'completed' then p.ended_at end, case when p.status = 'cancelled' then p.ended_at end,
      case when p.status = 'no_show' then p.ended_at end, case when p.status = 'cancelled' then 'client' end,
      p.status = 'cancelled' and p.is_late, p.booked_at, p.ended_at, p.member_id, p.member_id
    from past p`;
  await sql`
    insert into public.allocations (tenant_id, appointment_id, provider_id, resource_id, during, blocking)
    select ${tenantId}, p.id, case when n = 1 then p.provider_id end, case when n = 2 then p.resource_id end,
      tstzrange(p.starts_at, p.free_at), p.status = 'completed'
    from past p, generate_series(1, 2) n`;
  await sql`
    insert into public.activities (tenant_id, client_id, occurred_at, kind, actor_id, subject_type, subject_id, summary, details)
    select ${tenantId}, p.client_id, e.moment, e.kind, p.member_id, 'appointment', p.id, p.service, jsonb_build_object('starts_at', p.starts_at)
    from past p
    cross join lateral (values
      (p.booked_at, 'appointment_booked'),
      (p.ended_at, 'appointment_' || case p.status when 'no_show' then 'missed' else p.status end)) e (moment, kind)`;
}

/** Bookings of visits to come were made in the weeks before, and today's visits happened when they were due. */
async function dateBack(sql: TransactionSql, tenantId: string): Promise<void> {
  await sql`
    create temporary table coming on commit drop as
    select v.id, greatest(c.created_at + interval '1 hour', least(w.moment, v.starts_at - interval '3 hours')) as booked_at, v.starts_at,
      least(now(), greatest(v.starts_at + interval '1 minute', w.moment)) as begun_at, v.ends_at, v.status
    from public.appointments v
    join public.clients c on c.id = v.client_id
    cross join lateral (
      select now() - make_interval(mins => 90 + ('x' || substr(md5(v.id::text), 1, 4))::bit(16)::integer / 3) as moment) w
    where v.tenant_id = ${tenantId} and v.id not in (select id from past)`;
  await sql`
    update public.appointments v
    set created_at = c.booked_at, updated_at = c.booked_at,
      status_changed_at = case when v.status in ('booked', 'confirmed', 'cancelled') then m.answered_at else v.status_changed_at end,
      confirmed_at = case when v.confirmed_at is not null then m.answered_at end,
      cancelled_at = case when v.cancelled_at is not null then m.answered_at end,
      arrived_at = case when v.arrived_at is not null then least(now(), v.starts_at - interval '6 minutes') end,
      in_chair_at = case when v.in_chair_at is not null then c.begun_at end,
      completed_at = case when v.completed_at is not null then least(now(), v.ends_at) end
    from coming c cross join lateral (select c.booked_at + interval '1 hour' as answered_at) m
    where c.id = v.id`;
  await sql`
    update public.activities a
    set occurred_at = least(now(), case a.kind
      when 'appointment_booked' then c.booked_at
      when 'appointment_arrived' then c.starts_at - interval '6 minutes'
      when 'appointment_seated' then c.begun_at
      when 'appointment_completed' then c.ends_at
      when 'appointment_missed' then c.starts_at + interval '20 minutes'
      else c.booked_at + interval '1 hour' end)
    from coming c where a.tenant_id = ${tenantId} and a.subject_type = 'appointment' and a.subject_id = c.id`;
}

/** Nobody has begun to wait today. */
async function dateWaiting(sql: TransactionSql, tenantId: string): Promise<void> {
  await sql`
    update public.waitlist_entries w
    set created_at = greatest(c.created_at, now() - make_interval(hours => 30 + ('x' || substr(md5(w.note), 1, 2))::bit(8)::integer))
    from public.clients c where w.tenant_id = ${tenantId} and c.id = w.client_id`;
}

async function noteLast(sql: TransactionSql, tenantId: string): Promise<void> {
  await sql`
    update public.clients c set last_activity_at = l.occurred_at, last_activity_kind = l.kind
    from (
      select distinct on (a.client_id) a.client_id, a.occurred_at, a.kind from public.activities a
      where a.tenant_id = ${tenantId} and a.kind <> 'client_merged' order by a.client_id, a.occurred_at desc, a.id desc
    ) l
    where c.tenant_id = ${tenantId} and c.id = l.client_id`;
}
