import { m } from '#lib/paraglide/messages.js';
import type { AppError } from '#lib/supabase/errors.ts';
import { obstaclesSchema, type Obstacle } from './schemas.ts';
import { formatTimes } from './wall-time.ts';

/** What is in the way, where a refusal says so. */
export function readObstacles({ detail }: Pick<AppError, 'detail'>): Obstacle[] {
  if (!detail) return [];
  try {
    const read = obstaclesSchema.safeParse(JSON.parse(detail));
    return read.success ? read.data : [];
  } catch {
    return [];
  }
}

/** Each thing in the way as a sentence: "Dr. Pop is busy 10:00–10:45 (Ana Popescu)". Every one once. */
export function obstacleSentences(obstacles: Obstacle[], timeZone: string): string[] {
  return [...new Set(obstacles.map((obstacle) => sentence(obstacle, timeZone)))];
}

function sentence({ kind, subject, starts_at, ends_at, label }: Obstacle, timeZone: string): string {
  const name = subject ?? m.calendar_somebody();
  const times = starts_at && ends_at ? formatTimes(starts_at, ends_at, timeZone) : '';
  if (kind === 'hold') return m.obstacle_hold({ name, times });
  if (kind === 'closed') return m.obstacle_closed({ name, times });
  if (kind === 'blocked')
    return label ? m.obstacle_blocked({ name, times, label }) : m.obstacle_blocked_unnamed({ name, times });
  return m.obstacle_appointment({ name, times, label: label ?? '' });
}
