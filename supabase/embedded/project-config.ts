/** supabase/config.toml: the one configuration that the embedded, the Docker and the hosted stack share. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, type TomlTable } from 'smol-toml';

export interface MailTemplate {
  subject?: string;
  content_path?: string;
}

export interface FunctionConfig {
  enabled: boolean;
  verifyJwt: boolean;
}

/** A database function that Auth calls. */
export interface HookConfig {
  uri: string;
  schema: string;
  function: string;
}

/** What the embedded stack honours of config.toml, with the CLI's defaults. */
export interface ProjectConfig {
  api: { schemas: string[]; maxRows: number };
  auth: {
    siteUrl: string;
    redirectUrls: string[];
    jwtExpiry: number;
    enableSignup: boolean;
    minimumPasswordLength: number;
    passwordRequirements: string;
    email: {
      enableSignup: boolean;
      enableConfirmations: boolean;
      doubleConfirmChanges: boolean;
      securePasswordChange: boolean;
      maxFrequencySeconds: number;
      otpLength: number;
      otpExpiry: number;
      /** By the CLI's names: confirmation, recovery, email_change, magic_link, invite. Paths are absolute. */
      templates: Record<string, MailTemplate>;
    };
    mfa: { maxEnrolledFactors: number; totp: { enrollEnabled: boolean; verifyEnabled: boolean } };
    /** Called at each check of a password; null when there is none. */
    passwordHook: HookConfig | null;
  };
  storage: { fileSizeLimit: number };
  functions: Record<string, FunctionConfig>;
}

/** Reads `<directory>/config.toml`; a missing file means the CLI's defaults. `siteUrl` replaces its site_url. */
export function readProjectConfig(directory: string, siteUrl?: string): ProjectConfig {
  const path = resolve(directory, 'config.toml');
  const file = existsSync(path) ? parse(readFileSync(path, 'utf8')) : {};
  const api = section(file, 'api');
  const auth = section(file, 'auth');
  const email = section(auth, 'email');
  const mfa = section(auth, 'mfa');
  const totp = section(mfa, 'totp');
  const storage = section(file, 'storage');
  const templates = Object.entries(section(email, 'template')).map(([name, settings]) => {
    const template = settings as MailTemplate;
    // The CLI resolves these against the project's root, the directory that holds supabase/.
    const relative = template.content_path;
    return [
      name,
      relative ? { ...template, content_path: resolve(directory, '..', relative) } : template,
    ] as const;
  });
  return {
    api: { schemas: value(api, 'schemas', ['public']), maxRows: value(api, 'max_rows', 1000) },
    auth: {
      siteUrl: siteUrl ?? value(auth, 'site_url', 'http://127.0.0.1:3000'),
      redirectUrls: value(auth, 'additional_redirect_urls', []),
      jwtExpiry: value(auth, 'jwt_expiry', 3600),
      enableSignup: value(auth, 'enable_signup', true),
      minimumPasswordLength: value(auth, 'minimum_password_length', 6),
      passwordRequirements: value(auth, 'password_requirements', ''),
      email: {
        enableSignup: value(email, 'enable_signup', true),
        enableConfirmations: value(email, 'enable_confirmations', false),
        doubleConfirmChanges: value(email, 'double_confirm_changes', true),
        securePasswordChange: value(email, 'secure_password_change', false),
        maxFrequencySeconds: seconds(value(email, 'max_frequency', '1s')),
        otpLength: value(email, 'otp_length', 6),
        otpExpiry: value(email, 'otp_expiry', 3600),
        templates: Object.fromEntries(templates),
      },
      mfa: {
        maxEnrolledFactors: value(mfa, 'max_enrolled_factors', 10),
        totp: {
          enrollEnabled: value(totp, 'enroll_enabled', false),
          verifyEnabled: value(totp, 'verify_enabled', false),
        },
      },
      passwordHook: hook(section(section(auth, 'hook'), 'password_verification_attempt')),
    },
    storage: { fileSizeLimit: bytes(value(storage, 'file_size_limit', '50MiB')) },
    functions: Object.fromEntries(
      Object.entries(section(file, 'functions')).map(([name, settings]) => [
        name,
        {
          enabled: value(settings as TomlTable, 'enabled', true),
          verifyJwt: value(settings as TomlTable, 'verify_jwt', true),
        },
      ]),
    ),
  };
}

/** An enabled hook such as `pg-functions://postgres/public/the_function`. The stack calls database functions only. */
function hook(settings: TomlTable): HookConfig | null {
  if (!value(settings, 'enabled', false)) return null;
  const uri = value(settings, 'uri', '');
  const [, schema, name] = /^pg-functions:\/\/[^/]*\/([A-Za-z_]\w*)\/([A-Za-z_]\w*)$/.exec(uri) ?? [];
  if (!schema || !name)
    throw new Error(`auth.hook.password_verification_attempt.uri is no database function: ${uri}`);
  return { uri, schema, function: name };
}

function section(table: TomlTable, name: string): TomlTable {
  return (table[name] as TomlTable | undefined) ?? {};
}

function value<T>(table: TomlTable, name: string, fallback: T): T {
  return (table[name] as T | undefined) ?? fallback;
}

/** A Go duration such as `1s`, `1m0s`, `500ms`, in seconds. */
export function seconds(duration: string): number {
  const unit: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  return [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (total, [, amount, name]) => total + Number(amount) * (unit[name ?? 's'] ?? 1),
    0,
  );
}

/** A size such as `50MiB` or a plain number, in bytes. */
export function bytes(size: string | number): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?$/i.exec(String(size).trim()) ?? [];
  return Number(amount ?? 0) * 1024 ** ' KMGT'.indexOf((unit ?? '').toUpperCase() || ' ');
}
