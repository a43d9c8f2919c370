/** What lite prints to the console while it serves a request belongs in the stack's log, and never with personal data. */
import { requestScope } from './request-scope.ts';

let isInstalled = false;

/** Sends console output that comes from requests to their stack's log; everything else is printed as ever. */
export function logRequestConsole(): void {
  if (isInstalled) return;
  isInstalled = true;
  for (const level of ['error', 'warn'] as const) {
    const print = console[level];
    console[level] = (...values: unknown[]) => {
      const scope = requestScope.getStore();
      if (!scope) return print(...values);
      return scope.log(`${scope.id} ${scope.method} ${scope.path}: ${values.map(summary).join(' ')}`);
    };
  }
}

/** Errors by name and code alone: their messages may quote rows. */
function summary(value: unknown): string {
  if (!(value instanceof Error)) return typeof value === 'string' ? value.slice(0, 200) : typeof value;
  const code = 'code' in value ? ` ${String(value.code)}` : '';
  return `${value.name}${code}`;
}
