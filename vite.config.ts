import { paraglideVitePlugin } from '@inlang/paraglide-js';
import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    tailwindcss(),
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      strategy: ['cookie', 'preferredLanguage', 'baseLocale'],
      isServer: 'import.meta.env.SSR',
      emitReadme: false,
    }),
    sveltekit({
      adapter: adapter(),
      compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
      // Its own check takes every request for one over HTTPS. Ours, in src/hooks.server.ts, knows the address of this server.
      csrf: { trustedOrigins: ['*'] },
      csp: {
        mode: 'nonce',
        // The address of the Data API is only known when the server starts: src/lib/security/headers.server.ts
        // adds it to connect-src in every response.
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self'],
          'style-src-elem': ['self'],
          'style-src-attr': ['unsafe-inline'],
          'img-src': ['self', 'data:', 'blob:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          // PDF files, fetched by the page and shown by the browser's own viewer, and the page for mails
          // (src/lib/security/mail-frame.server.ts), the only one here that may be framed.
          'frame-src': ['blob:', 'self'],
          'object-src': ['none'],
          'base-uri': ['self'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
    }),
  ],
  resolve: {
    alias: {
      '@supabase/realtime-js': fileURLToPath(
        new URL('src/lib/supabase/without-realtime.ts', import.meta.url),
      ),
    },
  },
  // The preview of a reminder is made by what makes the mail.
  server: { fs: { allow: ['supabase/functions/_shared'] } },
  build: { assetsInlineLimit: 0 },
});
