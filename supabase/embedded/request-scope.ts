/** What the database layer must know about the HTTP request it works for, carried along without arguments. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestScope {
  id: string;
  /** The log of the stack that serves the request. */
  log: (line: string) => void;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** `redirect_to` of an Auth request, for the mail it may cause. */
  redirectTo?: string;
  /** The role the request runs as, once it is known. */
  role?: string;
}

export const requestScope = new AsyncLocalStorage<RequestScope>();
