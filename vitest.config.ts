import { defineConfig } from 'vitest/config';

/** Tests that start embedded stacks of their own. */
const embedded = [
  'tests/integration/stack/**/*.test.ts',
  'tests/integration/audit/verify-*.test.ts',
  'tests/integration/functions/send-invitation-without-mail.test.ts',
  'tests/integration/jobs/killed-worker.test.ts',
  'tests/integration/inbox/{ai-providers,mail-crowd,rotate-credentials,secrets-in-logs}.test.ts',
];
const limits = { testTimeout: 30_000, hookTimeout: 60_000 };

// `unit` needs nothing but the code; `integration` needs a stack named by SUPABASE_URL and its keys, and runs against
// any: embedded, Docker or hosted; `embedded` tests the embedded stack itself, or needs one that is set up differently.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.unit.ts',
            'supabase/functions/**/*.unit.ts',
            'supabase/embedded/**/*.unit.ts',
            'scripts/**/*.unit.ts',
            'tests/simulators/**/*.unit.ts',
          ],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          exclude: embedded,
          ...limits,
        },
      },
      {
        test: {
          name: 'embedded',
          include: embedded,
          ...limits,
        },
      },
    ],
  },
});
