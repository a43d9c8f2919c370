import { visitAnswerSchema, visitPageSchema, type VisitPage } from '#lib/scheduling/reminders/visit-page.ts';
import { createAnonymousClient } from '#lib/supabase/anonymous-client.server.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { fail, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

/** Looks and changes nothing: programs that check mail for danger open every link. */
export const load: PageServerLoad = async ({ params, setHeaders }) => {
  setHeaders({ 'x-robots-tag': 'noindex, nofollow', 'cache-control': 'private, no-store' });
  const answer = await createAnonymousClient().rpc('preview_visit', { token: params.token });
  const visit: VisitPage = parseAnswer(visitPageSchema, unwrap(answer));
  return { visit };
};

async function respond({ params, url }: RequestEvent, answer: 'confirm' | 'cancel') {
  const { data, error } = await createAnonymousClient().rpc('answer_visit', { token: params.token, answer });
  if (error) return fail(503, { refused: 'failed' as const });
  const { refused } = parseAnswer(visitAnswerSchema, data);
  if (refused) return fail(409, { refused: refused === 'busy' ? ('failed' as const) : refused });
  // The page tells how things stand now, also when it is loaded again.
  redirect(303, url.pathname);
}

export const actions: Actions = {
  confirm: (event) => respond(event, 'confirm'),
  cancel: (event) => respond(event, 'cancel'),
};
