import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { type CalendarEvent, toIcs } from './ics.ts';

const event = z.object({
  id: z.string(),
  revision: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
  starts_at: z.string(),
  ends_at: z.string(),
  is_given_up: z.boolean(),
  client: z.string().nullish(),
  service: z.string().nullish(),
  provider: z.string().nullish(),
  place: z.string().nullish(),
});

/** What `read_calendar_feed` answers. */
export const feedAnswer = z.union([
  z.object({
    name: z.string(),
    clinic: z.string(),
    details: z.enum(['busy', 'names']),
    events: z.array(event),
  }),
  z.object({ retry_after_seconds: z.number() }),
  z.null(),
]);
type FeedAnswer = z.infer<typeof feedAnswer>;

/**
 * The token of a feed's address `…/calendar-feed/<token>.ics`; the ending may be missing.
 *
 * @throws AppError 404 `feed_not_found`: an address that cannot be one is answered like one that is none any more
 */
export function feedToken(url: string): string {
  const token = /\/calendar-feed\/([0-9a-f]{64})(?:\.ics)?$/.exec(new URL(url).pathname)?.[1];
  if (!token) throw noSuchFeed();
  return token;
}

/** How the database knows a token: SHA-256 of its text, lower-case hex. */
export const hashFeedToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * The answer to a calendar program: the calendar, or 304 when it has this one already.
 *
 * @param seen the header `if-none-match`
 * @throws AppError 404 `feed_not_found`, 429 `too_many_reads`
 */
export function feedResponse(answer: FeedAnswer, seen: string | null): Response {
  if (answer === null) throw noSuchFeed();
  if ('retry_after_seconds' in answer) {
    throw new AppError(
      429,
      'too_many_reads',
      'This calendar is read too often. Every 15 minutes is enough.',
      {
        retryAfterSeconds: answer.retry_after_seconds,
      },
    );
  }
  const body = toIcs({ name: `${answer.name} – ${answer.clinic}`, events: answer.events.map(toEvent) });
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  // Appointments of clients: nothing between us and the reader may keep them.
  const headers = { etag, 'cache-control': 'private, no-cache' };
  if (isSeen(etag, seen)) return new Response(null, { status: 304, headers });
  return new Response(body, {
    headers: {
      ...headers,
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="calendar.ics"',
      'x-content-type-options': 'nosniff',
    },
  });
}

function toEvent(visit: z.infer<typeof event>): CalendarEvent {
  const names = [visit.client, visit.service, visit.provider].filter(Boolean).join(' · ');
  return {
    uid: `${visit.id}@chairside`,
    sequence: visit.revision,
    createdAt: visit.created_at,
    changedAt: visit.updated_at,
    startsAt: visit.starts_at,
    endsAt: visit.ends_at,
    summary: names || 'Busy',
    isCancelled: visit.is_given_up,
    ...(visit.place ? { location: visit.place } : {}),
  };
}

/** RFC 9110 §13.1.2: compared weakly, since what is in between may have marked it as weak. */
function isSeen(etag: string, header: string | null): boolean {
  return (header ?? '').split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}

const noSuchFeed = (): AppError =>
  new AppError(404, 'feed_not_found', 'There is no such calendar, or it has been ended.');
