import { nothing } from './not-there.ts';

export default { fetch: () => new Response(nothing) };
