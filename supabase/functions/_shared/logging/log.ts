import { redact } from './redact.ts';

export type LogFields = Record<string, unknown>;

/** Writes one JSON line per event; secret fields are hidden by their name. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/**
 * A log whose every line carries the given fields, such as the function and the request id.
 *
 * @param write receives the finished line; standard output unless told otherwise
 */
export function createLog(context: LogFields, write: (line: string) => void = console.log): Log {
  const at =
    (level: string) =>
    (event: string, fields: LogFields = {}): void => {
      const entry = redact({ ...context, ...fields }) as LogFields;
      write(JSON.stringify({ time: new Date().toISOString(), level, event, ...entry }));
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
