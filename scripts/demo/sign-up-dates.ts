import postgres from 'postgres';
import { type DemoPerson, demoClinics, superAdmin } from './demo-clinics.ts';
import { clinicFates, formerMember, suspendedPerson } from './platform-life.ts';

/** Whether an address leads to this very machine, so that what is behind it is nobody's real data. */
export function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

/** Everybody of the demo, each once. */
export function demoPeople(): DemoPerson[] {
  const clinics = [...demoClinics, ...clinicFates.map((fate) => fate.clinic)];
  const people = clinics.flatMap(({ owner, staff }) => [owner, ...staff]);
  return [...new Set([superAdmin, ...people, formerMember, suspendedPerson])];
}

/**
 * Dates the accounts and clinics of the demo back, so that the chart of sign-ups is more than one bar.
 *
 * Only rows made by the demo today are touched, and nothing but their created_at: the audit log, which
 * cannot be changed, keeps telling when they were really made.
 *
 * @param dbUrl a database on this machine, as its owner
 */
export async function spreadSignUps(dbUrl: string): Promise<void> {
  const sql = postgres(dbUrl, { max: 1, onnotice: () => {} });
  try {
    for (const { email, daysAgo } of demoPeople())
      await sql`
        update public.profiles set created_at = created_at - make_interval(days => ${daysAgo})
        where email = ${email} and created_at > now() - interval '1 day'`;
    for (const { slug, owner } of [...demoClinics, ...clinicFates.map((fate) => fate.clinic)])
      await sql`
        update public.tenants set created_at = created_at - make_interval(days => ${owner.daysAgo})
        where slug = ${slug} and created_at > now() - interval '1 day'`;
  } finally {
    await sql.end();
  }
}
