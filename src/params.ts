import { defineParams } from '@sveltejs/kit/params';
import { SLUG } from '#lib/platform/slug.ts';

export const params = defineParams({
  /** A clinic's address; anything else at the root is a page that does not exist. */
  slug: (param) => (SLUG.test(param) ? param : undefined),
  uuid: (param) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(param) ? param : undefined),
});
