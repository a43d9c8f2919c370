import { runningStack, type StackDescription } from '../../supabase/embedded/description.ts';

/** The stack a command works on. */
export interface StackTarget {
  url: string;
  publishableKey: string;
  secretKey: string;
  /** The local inbox; null where mail really goes out. */
  inboxUrl: string | null;
}

type Environment = Record<string, string | undefined>;

const names = ['SUPABASE_URL', 'SUPABASE_PUBLISHABLE_KEY', 'SUPABASE_SECRET_KEY'] as const;

/**
 * The stack named by the environment, else the local one that is running.
 *
 * A half-filled environment is refused rather than completed from elsewhere: mixing the keys of two
 * stacks would end in an error that explains nothing, or in a change to the wrong one.
 *
 * @returns the target, or a sentence that says what is missing
 */
export function findStackTarget(
  environment: Environment = process.env,
  local: () => StackDescription | null = runningStack,
): StackTarget | string {
  const missing = names.filter((name) => !environment[name]?.trim());
  if (missing.length === 0) {
    const [url, publishableKey, secretKey] = names.map((name) => environment[name]?.trim() ?? '') as [
      string,
      string,
      string,
    ];
    if (!URL.canParse(url)) return `SUPABASE_URL is not a valid address: ${url}`;
    if (!secretKey.startsWith('sb_secret_') && !secretKey.startsWith('eyJ')) {
      return 'SUPABASE_SECRET_KEY is not a secret key (sb_secret_…).';
    }
    return {
      url: url.replace(/\/+$/, ''),
      publishableKey,
      secretKey,
      inboxUrl: environment['INBOX_URL'] || null,
    };
  }
  if (missing.length < names.length)
    return `Not set: ${missing.join(', ')}. Set all of ${names.join(', ')}, or none.`;
  const stack = local();
  if (!stack) return `No local stack is running. Start it with "npm start", or set ${names.join(', ')}.`;
  return {
    url: stack.url,
    publishableKey: stack.publishableKey,
    secretKey: stack.secretKey,
    inboxUrl: stack.inboxUrl,
  };
}
