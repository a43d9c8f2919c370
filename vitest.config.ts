import { defineConfig } from 'vitest/config';

// Two projects: `unit` needs nothing but the code; `integration` needs a stack named by SUPABASE_URL and its keys,
// and runs against any: embedded, Docker or hosted. `tests/integration/stack` starts embedded stacks of its own.
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
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
