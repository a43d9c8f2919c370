import { dayOf, startOfDay } from '../../../src/lib/days.ts';
import { callRpc } from '../invited-people.ts';
import type { ClinicLife } from './clinic-life.ts';
import { dayAfter, minutesOf, toWeek } from './diary.ts';
import { readAll, type Stage } from './stage.ts';

/** A clock time of a day where the clinic is. */
export function momentOf({ timeZone }: Stage, day: string, minutes: number): Date {
  return new Date(Date.parse(startOfDay(day, timeZone)) + minutes * 60_000);
}

/** Sets up hours, a holiday, steps and blocked times as the owner does; nothing that is there already. */
export async function playSchedule(stage: Stage, life: ClinicLife): Promise<void> {
  const { schedule } = life;
  const { owner, tenantId: tenant_id } = stage;
  const today = dayOf(new Date(), stage.timeZone);
  const [exceptions, blocked, providers, services] = await Promise.all([
    readAll<{ note: string }>(stage, 'hours_exceptions', 'id, note'),
    readAll<{ title: string }>(stage, 'blocked_times', 'id, title'),
    idsByName(stage, 'providers'),
    idsByName(stage, 'services'),
  ]);
  const isNew = !exceptions.some(({ note }) => note === schedule.holiday.note);
  if (isNew) {
    const save = (provider_id: string | null, hours: ReturnType<typeof toWeek>) =>
      callRpc(owner, 'save_working_hours', { tenant_id, provider_id, resource_id: null, hours });
    await save(null, toWeek(schedule.week));
    for (const [name, week] of Object.entries(schedule.providerWeeks))
      await save(providers.get(name) ?? null, toWeek(week));
    for (const [name, steps] of Object.entries(schedule.steps))
      await callRpc(owner, 'set_service_steps', { tenant_id, service_id: services.get(name), steps });
    const day = dayAfter(today, schedule.holiday.inDays);
    await callRpc(owner, 'save_hours_exception', {
      ...{ tenant_id, exception_id: null },
      fields: { first_day: day, last_day: day, note: schedule.holiday.note },
    });
  }
  for (const { title, provider, inDays, from, to } of schedule.blocked) {
    if (blocked.some((each) => each.title === title)) continue;
    const day = dayAfter(today, inDays);
    await callRpc(owner, 'block_time', {
      tenant_id,
      fields: {
        title,
        provider_id: provider ? providers.get(provider) : null,
        starts_at: momentOf(stage, day, minutesOf(from)),
        ends_at: momentOf(stage, day, minutesOf(to)),
      },
    });
  }
}

export async function idsByName(stage: Stage, table: string): Promise<Map<string, string>> {
  const rows = await readAll<{ id: string; name: string }>(stage, table, 'id, name');
  return new Map(rows.map(({ id, name }) => [name, id]));
}
