// GET /functions/v1/calendar-feed/<token>.ics by a calendar program: the appointments of a clinic or a provider.
// The token in the address is the only secret: it goes no further than its hash, and into no log.
import { withSupabase } from '@supabase/server';
import { fromDatabaseError } from '../_shared/errors/database-error.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { feedAnswer, feedResponse, feedToken, hashFeedToken } from '../_shared/scheduling/calendar-feed.ts';

const name = 'calendar-feed';

// A calendar program has no session and no key.
const handler = withSupabase({ auth: 'none', cors: 'disabled' }, async (request, { supabaseAdmin }) => {
  const token_hash = hashFeedToken(feedToken(request.url));
  // The service role, because nobody else may read by token.
  const { data, error } = await supabaseAdmin.rpc('read_calendar_feed', { token_hash });
  if (error) throw fromDatabaseError(error);
  return feedResponse(feedAnswer.parse(data), request.headers.get('if-none-match'));
});

// No page of any site reads it, so no site is allowed to.
export default { fetch: endpoint({ name, method: 'GET', appUrl: undefined }, handler) };
