import { ORIGIN } from '$app/env/private';
import type { RequestEvent } from '@sveltejs/kit';

/** Whether people reach this app over HTTPS: decided by ORIGIN where it is set, else by the request. */
export function isServedOverHttps(event: Pick<RequestEvent, 'url'>): boolean {
  return ORIGIN ? ORIGIN.startsWith('https:') : event.url.protocol === 'https:';
}
