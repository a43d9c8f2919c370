/** /auth/v1: the Auth service by lite, with GoTrue's behaviour where lite's differs. */
import { App } from '@supabase/lite';
import type { PostgresConnection } from '@supabase/lite/postgres';
import type { StackKeys } from '../keys.ts';
import type { AuthMailer } from '../mail/auth-mailer.ts';
import type { ProjectConfig } from '../project-config.ts';
import { requestScope } from '../request-scope.ts';
import { caller, keyRole } from '../gateway/api-keys.ts';
import { callerAddress } from '../gateway/caller-address.ts';
import type { Handler } from '../gateway/http-server.ts';
import type { Claims } from '../tokens.ts';
import { withFactors, type AuthDatabase } from './assurance.ts';
import { answerFactors } from './factors.ts';
import { refusalResponse, refuseHaste, unexpected } from './refusal.ts';
import { completeSession } from './session-answer.ts';
import { checkUserUpdate, endOtherSessions, refuseBannedRefresh, signIn } from './sessions.ts';
import { signUp, type AuthService } from './sign-up.ts';
import { resend, verify } from './verification.ts';

/** Paths a browser opens by link or redirect, without an API key. */
const keyless = /^\/auth\/v1\/(callback|authorize|verify|\.well-known\/.*)$/;

export interface AuthOptions {
  connection: PostgresConnection;
  config: ProjectConfig['auth'];
  keys: StackKeys;
  mailer: AuthMailer;
  /** Public address of the stack. */
  url: string;
}

export function createAuth({ connection, config, keys, mailer, url }: AuthOptions): Handler {
  const db: AuthDatabase = connection.kysely;
  const app = new App({
    connection,
    api: { enabled: false },
    auth: {
      enabled: true,
      jwt_secret: keys.jwtSecret,
      publishable_key: keys.publishableKey,
      secret_key: keys.secretKey,
      site_url: config.siteUrl,
      additional_redirect_urls: config.redirectUrls,
      jwt_expiry: config.jwtExpiry,
      enable_signup: config.enableSignup,
      enable_refresh_token_rotation: true,
      minimum_password_length: config.minimumPasswordLength,
      ...(config.passwordRequirements ? { password_requirements: config.passwordRequirements } : {}),
      email: {
        enable_signup: config.email.enableSignup,
        enable_confirmations: config.email.enableConfirmations,
        double_confirm_changes: config.email.doubleConfirmChanges,
        otp_length: config.email.otpLength,
        otp_expiry: config.email.otpExpiry,
      },
    },
    storage: { enabled: false },
    studio: { enabled: false },
    options: {
      server: {
        admin: false,
        middlewares: [
          async (context, next) => {
            const body = ['POST', 'PUT'].includes(context.req.method)
              ? jsonObject(await context.req.text())
              : {};
            try {
              const answer = await ownAnswer(context.var.authService, context.req.raw, body);
              if (answer) return Response.json(answer);
            } catch (error) {
              return refusalResponse(error);
            }
            await next();
            const claims = caller(context.req.raw, keys)?.claims;
            const hasNewPassword = context.req.method === 'PUT' && typeof body.password === 'string';
            if (hasNewPassword && context.res.ok && claims)
              await endOtherSessions(context.var.authService, claims);
            return undefined;
          },
        ],
      },
    },
  });
  // oxlint-disable-next-line no-underscore-dangle -- the name lite gives its replaceable mailer
  app._mailer = mailer;

  /** Answers what lite answers differently; undefined leaves the request to lite. */
  async function ownAnswer(
    service: AuthService,
    request: Request,
    body: Claims,
  ): Promise<object | undefined> {
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.slice('/auth/v1'.length);
    if (/^\/factors(\/|$)/.test(path))
      return answerFactors({ db, service, config, jwtSecret: keys.jwtSecret }, request, path, body);
    switch (`${request.method} ${path}`) {
      case 'POST /signup':
        return signUp(service, body, config);
      case 'POST /token':
        if (searchParams.get('grant_type') === 'password') {
          const address = callerAddress(request.headers);
          return signIn({ db, service, hook: config.passwordHook, address }, body);
        }
        await refuseBannedRefresh(service, String(body.refresh_token));
        return undefined;
      case 'POST /verify':
        return verify(service, body, config);
      case 'POST /resend':
        return resend(service, body, config);
      case 'POST /recover': {
        const user = await service.repo.findUserByEmail(String(body.email));
        refuseHaste(user?.recovery_sent_at, config.email.maxFrequencySeconds);
        return undefined;
      }
      case 'PUT /user': {
        const claims = caller(request, keys)?.claims;
        if (claims?.sub) await checkUserUpdate({ db, service }, claims, body, config);
        return undefined;
      }
      default:
        return undefined;
    }
  }

  return async (request) => {
    const address = new URL(request.url);
    if (!keyless.test(address.pathname)) {
      const role = keyRole(request, keys);
      if (role instanceof Response) return role;
    }
    const scope = requestScope.getStore();
    const redirectTo = address.searchParams.get('redirect_to');
    if (scope && redirectTo && isAllowedRedirect(redirectTo, config)) scope.redirectTo = redirectTo;
    // GoTrue signs out everywhere unless told otherwise.
    if (address.pathname === '/auth/v1/logout' && !address.searchParams.has('scope')) {
      address.searchParams.set('scope', 'global');
    }
    return official(await app.fetch(new Request(address, request)), address);
  };

  /** Gives an answer of lite's the form GoTrue's has: complete tokens and users, its body for unexpected errors. */
  async function official(response: Response, address: URL): Promise<Response> {
    if (!response.headers.get('content-type')?.startsWith('application/json')) return response;
    const body = (await response.json()) as Claims;
    if (response.status === 500 && body.error === 'server_error') return refusalResponse(unexpected());
    const headers = new Headers(response.headers);
    headers.delete('content-length');
    return Response.json(await completed(body, address), { status: response.status, headers });
  }

  async function completed(body: Claims, address: URL): Promise<Claims> {
    if (typeof body.access_token === 'string')
      return completeSession({ db, keys, issuer: `${url}/auth/v1` }, body, signInMethod(address));
    return address.pathname === '/auth/v1/user' && body.id ? withFactors(db, body) : body;
  }
}

/** The method in the `amr` claim of a session that a path has just begun; null where it has none to add. */
function signInMethod({ pathname, searchParams }: URL): string | null {
  if (pathname === '/auth/v1/verify') return 'otp';
  if (pathname === '/auth/v1/signup') return 'password';
  return searchParams.get('grant_type') === 'password' ? 'password' : null;
}

/** A redirect target on the site itself or listed in `additional_redirect_urls` (`*` within a path part, `**` across). */
function isAllowedRedirect(target: string, config: ProjectConfig['auth']): boolean {
  if (!URL.canParse(target)) return false;
  if (new URL(target).origin === new URL(config.siteUrl).origin) return true;
  return config.redirectUrls.some((pattern) => {
    const expression = pattern
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('**', '\0')
      .replaceAll('*', '[^./]*')
      .replaceAll('\0', '.*');
    return new RegExp(`^${expression}$`).test(target);
  });
}

function jsonObject(text: string): Claims {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Claims) : {};
  } catch {
    return {};
  }
}
