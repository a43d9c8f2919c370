// GET by a signed-in person: { email, sms }: whether mail and text messages are set up here. The names of settings are
// in the documentation; their values never leave.
import { withSupabase } from '@supabase/server';
import { endpoint } from '../_shared/http/endpoint.ts';
import { readMailConfiguration } from '../_shared/mail/mail-configuration.ts';
import { isSmsConfigured } from '../_shared/scheduling/sms.ts';

const name = 'reminder-channels';
const read = (key: string) => Deno.env.get(key);

const handler = withSupabase({ auth: 'user', cors: 'disabled' }, async () =>
  Response.json({ email: readMailConfiguration(read).ready, sms: isSmsConfigured(read) }),
);

export default { fetch: endpoint({ name, method: 'GET', appUrl: read('APP_URL') }, handler) };
