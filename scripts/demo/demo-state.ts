import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatePassword } from '../accounts/password.ts';

interface SavedState {
  /** By e-mail address. */
  passwords: Record<string, string>;
  completed: boolean;
}

/**
 * The passwords of the demo accounts: made once, kept in one file outside version control.
 *
 * A password is written before the account is created with it, so that a run that broke off in
 * between can be completed by the next one.
 */
export class DemoState {
  private readonly path: string;
  private readonly state: SavedState;

  constructor(path: string) {
    this.path = path;
    this.state = read(path);
  }

  /** Whether an earlier run got to its end. */
  get completed(): boolean {
    return this.state.completed;
  }

  passwordOf(email: string): string {
    const known = this.state.passwords[email];
    if (known) return known;
    const password = generatePassword();
    this.state.passwords[email] = password;
    this.save();
    return password;
  }

  complete(): void {
    this.state.completed = true;
    this.save();
  }

  private save(): void {
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(`${this.path}.new`, `${JSON.stringify(this.state, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }
}

function read(path: string): SavedState {
  try {
    const { passwords, completed } = JSON.parse(readFileSync(path, 'utf8')) as Partial<SavedState>;
    return { passwords: { ...passwords }, completed: completed === true };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { passwords: {}, completed: false };
    }
    throw error;
  }
}
