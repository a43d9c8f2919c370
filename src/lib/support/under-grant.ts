import { createContext } from 'svelte';
import type { SupportGrant } from './schemas.ts';

/** What the pages below a support grant share. */
export type UnderGrant = {
  readonly grant: SupportGrant | undefined;
  /** Whether the grant is being read again. */
  readonly isRechecking: boolean;
  /** Called when a look was refused: the grant may have ended meanwhile. */
  refused: () => void;
};

export const [underGrant, setUnderGrant] = createContext<UnderGrant>();
