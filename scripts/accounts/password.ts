import { randomInt } from 'node:crypto';
import type { ReadStream } from 'node:tty';
import { CommandFailure } from './command-failure.ts';

export const minimumPasswordLength = 10;

/** Without characters that look alike, so that a printed password can be typed. */
const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A password of 20 letters and digits in groups of five: about 115 bits. */
export function generatePassword(): string {
  const group = (): string => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

/** Refuses what the stack would refuse anyway, before anything is changed. */
export function checkPassword(password: string): string {
  if (Array.from(password).length < minimumPasswordLength) {
    throw new CommandFailure('password', `A password needs at least ${minimumPasswordLength} characters.`);
  }
  if (Buffer.byteLength(password) > 72) {
    throw new CommandFailure('password', 'A password can have at most 72 bytes.');
  }
  return password;
}

/** The password from standard input: its first line, without the line break. */
export async function readPasswordFrom(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const chunk of input) text += chunk.toString();
  return checkPassword(text.split(/\r?\n/, 1)[0] ?? '');
}

/** Asks for a new password twice without showing it; an empty answer means "make one". */
export async function askNewPassword(ask: (prompt: string) => Promise<string>): Promise<string | null> {
  const password = await ask(
    `Password (at least ${minimumPasswordLength} characters, empty for a generated one): `,
  );
  if (password === '') return null;
  checkPassword(password);
  if ((await ask('The same password again: ')) !== password) {
    throw new CommandFailure('password', 'The two passwords differ. Run the command again.');
  }
  return password;
}

/** Reads one line from a terminal without echo. Ctrl-C ends the command. */
export function askHidden(
  terminal: ReadStream,
  output: NodeJS.WritableStream,
): (prompt: string) => Promise<string> {
  return (prompt) =>
    new Promise((resolve, reject) => {
      let typed: string[] = [];
      const finish = (end: () => void): void => {
        terminal.off('data', onData);
        terminal.setRawMode(false);
        terminal.pause();
        output.write('\n');
        end();
      };
      const onData = (chunk: Buffer): void => {
        for (const key of chunk.toString('utf8')) {
          if (key === '\r' || key === '\n') return finish(() => resolve(typed.join('')));
          if (key === '\u0003') return finish(() => reject(new CommandFailure('interrupted', 'Stopped.')));
          if (key === '\u007f' || key === '\b') typed.pop();
          else if (key === '\u0015') typed = [];
          else if (key >= ' ') typed.push(key);
        }
      };
      output.write(prompt);
      terminal.setRawMode(true);
      terminal.resume();
      terminal.on('data', onData);
    });
}
