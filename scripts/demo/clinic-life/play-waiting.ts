import { callRpc } from '../invited-people.ts';
import type { ClinicLife } from './clinic-life.ts';
import { idsByName } from './play-schedule.ts';
import { readAll, type Stage } from './stage.ts';

/** Reminds clients as the clinic has decided. */
export async function playReminders(stage: Stage, life: ClinicLife): Promise<void> {
  const { owner, tenantId: tenant_id } = stage;
  const known = await readAll<{ minutes_before: number }>(stage, 'reminder_rules', 'id, minutes_before');
  for (const hours of life.reminders) {
    const minutes_before = hours * 60;
    if (known.some((rule) => rule.minutes_before === minutes_before)) continue;
    await callRpc(owner, 'save_reminder_rule', {
      ...{ tenant_id, rule_id: null },
      fields: { channel: 'email', minutes_before },
    });
  }
}

/** Puts on the waiting list who would come sooner. */
export async function playWaiting(stage: Stage, life: ClinicLife): Promise<void> {
  const [known, services] = await Promise.all([
    readAll<{ note: string }>(stage, 'waitlist_entries', 'id, note'),
    idsByName(stage, 'services'),
  ]);
  for (const { client, service, weekdays = [], dayParts = [], isUrgent, note } of life.waiting) {
    if (known.some((entry) => entry.note === note)) continue;
    await callRpc(stage.owner, 'save_waitlist_entry', {
      tenant_id: stage.tenantId,
      entry_id: null,
      fields: {
        client_id: stage.clientId(client),
        service_id: services.get(service),
        weekdays,
        day_parts: dayParts,
        priority: isUrgent ? 'high' : 'normal',
        note,
      },
    });
  }
}
