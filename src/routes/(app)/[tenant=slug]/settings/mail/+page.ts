import { ownersOnly } from '#lib/tenancy/owners-only.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => ownersOnly((await parent()).clinic);
