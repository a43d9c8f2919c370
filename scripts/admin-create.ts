/**
 * npm run admin:create -- --email ana@clinic.example [--first-name Ana] [--last-name Pop] [--password-stdin]
 *
 * Creates or promotes a super-admin on any stack: the one named by SUPABASE_URL,
 * SUPABASE_PUBLISHABLE_KEY and SUPABASE_SECRET_KEY, else the local one that is running.
 */
import { parseArgs } from 'node:util';
import { adminAccounts } from './accounts/accounts-api.ts';
import { CommandFailure, exitCodes } from './accounts/command-failure.ts';
import { askHidden, askNewPassword, generatePassword, readPasswordFrom } from './accounts/password.ts';
import { findStackTarget } from './accounts/stack-target.ts';
import { createSuperAdmin, normalEmail } from './accounts/super-admin.ts';

const usage = `Usage: npm run admin:create -- --email <address> [--first-name <name>] [--last-name <name>] [--password-stdin]

Creates the account of a super-admin, or makes an existing account one (its password stays as it is).
A new account needs a password: it is asked for twice, or read from standard input with
--password-stdin, or generated and printed once where there is no terminal to ask.

The stack is the one named by SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY and SUPABASE_SECRET_KEY,
else the local stack that "npm start" runs.

Exit codes: 0 done, 2 wrong usage, 3 no stack or not reachable, 4 refused by the stack, 5 password.`;

interface Arguments {
  email: string;
  firstName: string;
  lastName: string;
  passwordFromStdin: boolean;
}

function readArguments(args: string[]): Arguments | 'help' {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        email: { type: 'string' },
        'first-name': { type: 'string', default: '' },
        'last-name': { type: 'string', default: '' },
        'password-stdin': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new CommandFailure(
      'usage',
      `${error instanceof Error ? error.message : String(error)}\n\n${usage}`,
    );
  }
  if (values.help) return 'help';
  const email = normalEmail(values.email ?? '');
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new CommandFailure(
      'usage',
      `${email ? `Not an e-mail address: ${email}` : 'Which address? --email is missing.'}\n\n${usage}`,
    );
  }
  return {
    email,
    firstName: values['first-name'],
    lastName: values['last-name'],
    passwordFromStdin: values['password-stdin'],
  };
}

/** Runs the command; the password of a new account is printed only when it was generated. */
async function run(args: string[]): Promise<void> {
  const wanted = readArguments(args);
  if (wanted === 'help') return console.log(usage);
  const target = findStackTarget();
  if (typeof target === 'string') throw new CommandFailure('unreachable', target);

  let generated: string | null = null;
  const choosePassword = async (): Promise<string> => {
    if (wanted.passwordFromStdin) return readPasswordFrom(process.stdin);
    const typed = process.stdin.isTTY ? await askNewPassword(askHidden(process.stdin, process.stderr)) : null;
    generated = typed === null ? generatePassword() : null;
    return typed ?? generated ?? '';
  };

  const { email, outcome } = await createSuperAdmin(wanted, choosePassword, adminAccounts(target));
  if (outcome === 'already_super_admin')
    console.log(`${email} is a super-admin already. Nothing was changed.`);
  if (outcome === 'promoted')
    console.log(`${email} is a super-admin now. The password of the account was not changed.`);
  if (outcome === 'created') console.log(`The super-admin ${email} has been created on ${target.url}.`);
  if (generated) console.log(`Password, shown only this once: ${generated}`);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  const failure =
    error instanceof CommandFailure
      ? error
      : new CommandFailure('unexpected', `Unexpected: ${String(error)}`);
  console.error(failure.message);
  process.exitCode = exitCodes[failure.reason];
}
