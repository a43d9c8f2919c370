import { safeNextPath } from '#lib/auth/next-path.ts';
import { confirmationTypeSchema } from '#lib/auth/schemas.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ url }) => {
  const type = confirmationTypeSchema.safeParse(url.searchParams.get('type'));
  const tokenHash = url.searchParams.get('token_hash');
  return {
    link: type.success && tokenHash ? { type: type.data, tokenHash } : null,
    next: safeNextPath(url.searchParams.get('next')),
  };
};
