import { dayOf } from '../../../src/lib/days.ts';
import { callRpc } from '../invited-people.ts';
import type { ClinicLife } from './clinic-life.ts';
import { type DiaryVisit, planAroundNow, planDiary, randomOf } from './diary.ts';
import { idsByName, momentOf } from './play-schedule.ts';
import { readAll, type Stage } from './stage.ts';

const weeksAhead = 3;
const minute = 60_000;

interface Comer {
  id: string;
  archived_at: string | null;
  merged_into: string | null;
}

/** Books the visits of today and the coming weeks as the people of a clinic do; nothing where some are booked already. */
export async function playVisits(stage: Stage, life: ClinicLife): Promise<void> {
  const { owner, tenantId: tenant_id } = stage;
  const [booked, clients, providers, resources, services] = await Promise.all([
    owner.from('appointments').select('id').eq('tenant_id', tenant_id).limit(1),
    readAll<Comer>(stage, 'clients', 'id, archived_at, merged_into'),
    idsByName(stage, 'providers'),
    idsByName(stage, 'resources'),
    idsByName(stage, 'services'),
  ]);
  if (booked.error || booked.data.length > 0) return;
  const today = dayOf(new Date(), stage.timeZone);
  const random = randomOf(life.country);
  const comers = clients
    .filter(({ archived_at, merged_into }) => !archived_at && !merged_into)
    .map(({ id }) => ({ id, turn: random() }))
    .toSorted((a, b) => a.turn - b.turn);
  const planned = planDiary(life, today, 0, weeksAhead * 7);
  const minutesNow = Math.floor((Date.now() - momentOf(stage, today, 0).getTime()) / minute);
  const visits = [...planned, ...planAroundNow(life, planned, today, minutesNow)];
  const book = async (visit: DiaryVisit, index: number): Promise<void> => {
    const starts = momentOf(stage, visit.day, visit.starts);
    const appointment = await callRpc<{ id: string }>(owner, 'book_appointment', {
      tenant_id,
      fields: {
        client_id: comers[index % comers.length]?.id,
        service_id: services.get(visit.service),
        provider_id: providers.get(visit.provider),
        resource_ids: [resources.get(visit.place)],
        starts_at: starts,
        ends_at: new Date(starts.getTime() + visit.minutes * minute),
      },
      // Today may be a Sunday.
      outside_hours: true,
    });
    for (const status of stepsOf(visit, starts, visit.day === today))
      await callRpc(owner, 'set_appointment_status', { tenant_id, appointment_id: appointment.id, status });
  };
  // Providers work side by side, each with one visit after the other.
  const numbered = visits.map((visit, index) => ({ visit, index }));
  await Promise.all(
    life.providers.map(async ({ name }) => {
      for (const { visit, index } of numbered) if (visit.provider === name) await book(visit, index);
    }),
  );
}

/** What has happened to a visit by now. */
function stepsOf({ minutes, fate }: DiaryVisit, starts: Date, isToday: boolean): string[] {
  const begun = Date.now() - starts.getTime();
  if (!isToday) {
    if (fate < 0.05) return ['cancelled'];
    return fate < 0.45 ? ['confirmed'] : [];
  }
  if (begun > 0 && fate < 0.07) return ['no_show'];
  if (begun > minutes * minute) return ['arrived', 'in_chair', 'completed'];
  if (begun > 0) return ['arrived', 'in_chair'];
  if (begun > -30 * minute) return ['arrived'];
  return fate < 0.6 ? ['confirmed'] : [];
}
