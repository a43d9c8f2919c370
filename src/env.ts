import { building } from '$app/env';
import { defineEnvVars } from '@sveltejs/kit/env';
import { isSecretKey } from './lib/supabase/secret-key.ts';

function absoluteUrl(name: string) {
  return (value: string | undefined): string => {
    // One build serves every deployment, so nothing is known yet while building.
    if (building && !value) return '';
    if (!value || !URL.canParse(value)) throw new Error(`${name} must be an absolute URL`);
    return value.replace(/\/+$/, '');
  };
}

export const variables = defineEnvVars({
  PUBLIC_SUPABASE_URL: {
    public: true,
    description: 'Address of the Supabase API as the browser reaches it',
    schema: absoluteUrl('PUBLIC_SUPABASE_URL'),
  },
  PUBLIC_SUPABASE_PUBLISHABLE_KEY: {
    public: true,
    description: 'Publishable (anon) key; safe in a browser',
    schema: (value): string => {
      if (building && !value) return '';
      if (!value) throw new Error('PUBLIC_SUPABASE_PUBLISHABLE_KEY must be set');
      if (isSecretKey(value)) throw new Error('A secret key must never reach the web app');
      return value;
    },
  },
  ORIGIN: {
    description:
      'Public address of this app, e.g. https://app.example.com; decides on HSTS and Secure cookies',
    schema: (value): string | undefined => (value ? absoluteUrl('ORIGIN')(value) : undefined),
  },
});
