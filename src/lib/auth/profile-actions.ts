import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { setLocale } from '#lib/paraglide/runtime.js';
import { perform } from '#lib/query/client.ts';
import { tenancyKeys } from '#lib/tenancy/queries.ts';
import type { Profile } from '#lib/tenancy/schemas.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { saveProfile } from './queries.ts';
import type { ProfileForm } from './schemas.ts';

/** Saves one's own profile; with another language the page is shown afresh in it. Throws what went wrong. */
export async function changeOwnProfile(
  queries: QueryClient,
  profile: Profile,
  values: ProfileForm,
): Promise<void> {
  await perform(queries, [tenancyKeys.access], () => saveProfile(profile.user_id, values));
  if (values.language !== profile.language) await setLocale(values.language);
  else confirmDone(m.profile_saved());
}
