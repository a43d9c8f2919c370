import { createContext } from 'svelte';
import type { Access, Membership } from './schemas.ts';

/** What is true right now; getters, so that readers follow when the access changes. */
export type SignedIn = { readonly access: Access };
export type InClinic = { readonly clinic: Membership };

/** Everything below the frame of signed-in pages can ask who is signed in… */
export const [signedIn, setSignedIn] = createContext<SignedIn>();

/** …and everything below a clinic's pages can ask which clinic this is. */
export const [inClinic, setInClinic] = createContext<InClinic>();
