import postgres from 'postgres';

/**
 * Makes the day's anchor of the audit log at once instead of in the first night, so that the page "Audit" shows one
 * and its mail is in the inbox.
 *
 * @param dbUrl a database on this machine, as its owner
 */
export async function makeFirstAnchor(dbUrl: string): Promise<void> {
  const sql = postgres(dbUrl, { max: 1, onnotice: () => {} });
  try {
    const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`
      select count(*)::integer as count from private.audit_anchors`;
    if (count === 0) await sql`select private.anchor_audit()`;
  } finally {
    await sql.end();
  }
}
