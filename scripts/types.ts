/** npm run types: writes the TypeScript types of the exposed schema from the migrations. */
import { startTestStack } from '../supabase/embedded/test-stack.ts';
import { writeDatabaseTypes } from './database-types.ts';

const stack = await startTestStack();
try {
  await writeDatabaseTypes(stack.environment.SUPABASE_DB_URL ?? '');
} finally {
  await stack.stop();
}
