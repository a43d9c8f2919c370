import { withSupabase } from '@supabase/server';

export default {
  fetch: withSupabase({ auth: 'user' }, async (_request, context) => {
    const { data, error } = await context.supabase.rpc('request_context');
    return Response.json({ id: context.userClaims?.id, data, error });
  }),
};
