import { version } from '$app/env';
import type { RequestHandler } from './$types';

/** Answers as long as this server can. Whether the data service is up is that service's own health page. */
export const GET: RequestHandler = () => Response.json({ status: 'ok', version });
