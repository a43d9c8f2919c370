import { mailFrame } from '#lib/security/mail-frame.server.ts';
import type { RequestHandler } from './$types';

/** The empty page in which a mail is shown; with ?images=1 it may load pictures of other servers. */
export const GET: RequestHandler = ({ url }) => mailFrame(url.searchParams.get('images') === '1');
