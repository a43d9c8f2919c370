import { randomBytes } from 'node:crypto';
import { createResendSimulator, deliverToInbox } from '../../tests/simulators/resend.ts';
import { freePort, startTestStack } from '../../supabase/embedded/test-stack.ts';
import { buildWebApp, startWebApp, webAppUrl, type WebApp } from '../stack-web-app.ts';

export interface TestEnvironment {
  /** What the tests read from process.env. */
  variables: Record<string, string> & { SUPABASE_DB_URL: string };
  /** Builds and starts the web app on first use; the variables then also fit the browser tests. */
  withApp(): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

/** A fresh stack on free ports with the stand-in for the mail provider, and the web app when it is asked for. */
export async function startTestEnvironment(): Promise<TestEnvironment> {
  const [port, appPort] = [await freePort(), await freePort()];
  const appUrl = webAppUrl(appPort);
  // Tests send more in a second than the provider allows; its limit has tests of its own.
  const mailProvider = await createResendSimulator({
    deliver: deliverToInbox(`http://127.0.0.1:${port}/inbox`),
    requestsPerSecond: 1000,
  });
  const inboundSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const stack = await startTestStack({
    port,
    appUrl,
    functionSecrets: {
      APP_URL: appUrl,
      MAIL_FROM: 'Chairside <mail@chairside.example>',
      RESEND_API_KEY: mailProvider.apiKey,
      RESEND_BASE_URL: mailProvider.url,
      // Two, as while one replaces the other: the tests sign with the second.
      MAIL_INBOUND_SECRET: `whsec_${randomBytes(32).toString('base64')},${inboundSecret}`,
    },
  });
  const { SUPABASE_DB_URL = '' } = stack.environment;
  const variables = {
    ...stack.environment,
    SUPABASE_DB_URL,
    APP_URL: appUrl,
    RESEND_SIMULATOR_URL: mailProvider.url,
    MAIL_INBOUND_SECRET: inboundSecret,
  };

  let app: WebApp | undefined;
  return {
    variables,
    async withApp() {
      if (!app) {
        await buildWebApp((text) => console.log(text));
        const { url, publishableKey } = stack.description;
        app = await startWebApp({ url, publishableKey, appUrl, isDevelopment: false });
      }
      return variables;
    },
    async stop() {
      await app?.stop();
      await stack.stop();
      await mailProvider.close();
    },
  };
}
