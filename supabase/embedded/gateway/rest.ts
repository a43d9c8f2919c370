/** /rest/v1: the Data API, by lite, over a connection that behaves as PostgREST's. */
import { App } from '@supabase/lite';
import type { DataApiConnection } from '../database/connections.ts';
import type { StackKeys } from '../keys.ts';
import type { ProjectConfig } from '../project-config.ts';
import type { Handler } from './http-server.ts';

export function createRest(connection: DataApiConnection, config: ProjectConfig, keys: StackKeys): Handler {
  const app = new App({
    connection,
    api: { enabled: true, schemas: config.api.schemas, max_rows: config.api.maxRows },
    auth: {
      enabled: false,
      jwt_secret: keys.jwtSecret,
      publishable_key: keys.publishableKey,
      secret_key: keys.secretKey,
    },
    storage: { enabled: false },
    studio: { enabled: false },
    options: {
      server: {
        admin: false,
        middlewares: [
          // PostgREST checks a token's signature and expiry alone. Lite would look up user and session for every
          // request unless they are known already; the handler verifies the token itself afterwards.
          async (context, next) => {
            context.set('userId', 'not looked up');
            context.set('sessionId', 'not looked up');
            await next();
          },
        ],
      },
    },
  });
  return (request) => app.fetch(request);
}
