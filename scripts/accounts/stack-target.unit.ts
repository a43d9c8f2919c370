import { describe, expect, it } from 'vitest';
import { findStackTarget } from './stack-target.ts';

const complete = {
  SUPABASE_URL: 'https://project.supabase.co/',
  SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_1',
  SUPABASE_SECRET_KEY: 'sb_secret_1',
};
const local = {
  url: 'http://127.0.0.1:54321',
  publishableKey: 'sb_publishable_local',
  secretKey: 'sb_secret_local',
  jwtSecret: '',
  dbUrl: '',
  adminDbUrl: '',
  inboxUrl: 'http://127.0.0.1:54321/inbox',
  appUrl: '',
  certificates: '',
  pid: 1,
};

describe('the stack of a command', () => {
  it('is the one the environment names, even while a local one runs', () => {
    expect(findStackTarget(complete, () => local)).toEqual({
      url: 'https://project.supabase.co',
      publishableKey: 'sb_publishable_1',
      secretKey: 'sb_secret_1',
      inboxUrl: null,
    });
  });

  it('is else the local one', () => {
    expect(findStackTarget({}, () => local)).toMatchObject({
      url: local.url,
      secretKey: 'sb_secret_local',
      inboxUrl: local.inboxUrl,
    });
  });

  it('is never a mixture', () => {
    expect(findStackTarget({ ...complete, SUPABASE_SECRET_KEY: '' }, () => local)).toMatch(
      /^Not set: SUPABASE_SECRET_KEY/,
    );
  });

  it('is refused with the reason', () => {
    expect(findStackTarget({}, () => null)).toContain('npm start');
    expect(findStackTarget({ ...complete, SUPABASE_URL: 'project' })).toContain('not a valid address');
    expect(findStackTarget({ ...complete, SUPABASE_SECRET_KEY: 'sb_publishable_1' })).toContain(
      'not a secret key',
    );
  });
});
