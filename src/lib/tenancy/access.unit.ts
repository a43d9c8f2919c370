import { describe, expect, it } from 'vitest';
import { landingPath, noAccessReason } from './access.ts';
import type { Access, Membership } from './schemas.ts';

function membership(slug: string, change: Partial<Membership> = {}): Membership {
  return {
    tenant_id: slug,
    slug,
    name: slug.toUpperCase(),
    time_zone: 'Europe/Bucharest',
    role: 'staff',
    permissions: [],
    status: 'active',
    tenant_status: 'active',
    has_access: true,
    ...change,
  };
}

function access(memberships: Membership[], change: Partial<Access> = {}): Access {
  return {
    profile: {
      user_id: 'u',
      email: 'ana@example.test',
      first_name: 'Ana',
      last_name: 'Pop',
      language: 'en',
      time_zone: null,
      status: 'active',
    },
    is_super_admin: false,
    mfa_required: false,
    memberships,
    ...change,
  };
}

const suspended = membership('closed', { tenant_status: 'suspended', has_access: false });
const removed = membership('left', { status: 'removed', has_access: false });

describe('where a person begins after signing in', () => {
  it('is the clinic used last', () =>
    expect(landingPath(access([membership('a'), membership('b')]), 'b')).toBe('/b'));
  it('is the first clinic when the last one is gone', () =>
    expect(landingPath(access([suspended, membership('b')]), 'closed')).toBe('/b'));
  it('is the platform for a super-admin without a clinic', () =>
    expect(landingPath(access([suspended], { is_super_admin: true }))).toBe('/admin'));
  it('is a clinic also for a super-admin who has one', () =>
    expect(landingPath(access([membership('a')], { is_super_admin: true }))).toBe('/a'));
  it('is the question for a code for a super-admin who has not given it yet', () =>
    expect(landingPath(access([], { mfa_required: true }))).toBe('/two-step?next=%2Fadmin'));
  it('is the explanation for everybody else', () =>
    expect(landingPath(access([removed]))).toBe('/no-access'));
});

describe('why somebody sees no clinic', () => {
  it('names a suspended account before anything else', () => {
    const person = access([suspended]);
    person.profile.status = 'suspended';
    expect(noAccessReason(person)).toEqual({ kind: 'account_suspended' });
  });
  it('names suspended clinics', () =>
    expect(noAccessReason(access([removed, suspended]))).toEqual({
      kind: 'clinics_closed',
      clinics: ['CLOSED'],
    }));
  it('names the clinic the person was removed from', () =>
    expect(noAccessReason(access([removed]))).toEqual({ kind: 'removed', clinics: ['LEFT'] }));
  it('tells a removed person of the removal also when the clinic was suspended later', () => {
    const both = membership('x', { status: 'removed', tenant_status: 'suspended', has_access: false });
    expect(noAccessReason(access([both]))).toEqual({ kind: 'removed', clinics: ['X'] });
  });
  it('speaks of the one clinic asked for', () =>
    expect(noAccessReason(access([suspended, removed]), 'left')).toEqual({
      kind: 'removed',
      clinics: ['LEFT'],
    }));
  it('says that there is no clinic yet', () =>
    expect(noAccessReason(access([]))).toEqual({ kind: 'no_clinic' }));
});
