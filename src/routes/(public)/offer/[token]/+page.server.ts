import { offerPageSchema, type OfferPage } from '#lib/scheduling/waitlist/offer-page.ts';
import { createAnonymousClient } from '#lib/supabase/anonymous-client.server.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { fail, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

/** Looks and changes nothing: programs that check mail for danger open every link. */
export const load: PageServerLoad = async ({ params, setHeaders }) => {
  setHeaders({ 'x-robots-tag': 'noindex, nofollow', 'cache-control': 'private, no-store' });
  const answer = await createAnonymousClient().rpc('preview_offer', { token: params.token });
  const offer: OfferPage = parseAnswer(offerPageSchema, unwrap(answer));
  return { offer };
};

async function respond({ params, url }: RequestEvent, answer: 'claim' | 'decline') {
  const { error } = await createAnonymousClient().rpc('answer_offer', { token: params.token, answer });
  if (error) return fail(503, { hasFailed: true });
  // The page tells what it is now, also when it is loaded again.
  redirect(303, url.pathname);
}

export const actions: Actions = {
  claim: (event) => respond(event, 'claim'),
  decline: (event) => respond(event, 'decline'),
};
