import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../logging/log.ts';
import type { JobContext } from '../jobs/job.ts';
import { decryptSecret, encryptSecret, readKeyRing, type EncryptedSecret } from './key-ring.ts';
import { rotateCredentials } from './rotate-credentials.ts';

const [one, two] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
const before = readKeyRing(`k1:${one}`);
const both = `k2:${two},k1:${one}`;
const after = readKeyRing(`k2:${two}`);

interface Row extends EncryptedSecret {
  tenant_id: string;
  owner_table: string;
  owner_id: string;
  field: string;
}
const namesOf = (row: Row) => ({
  tenantId: row.tenant_id,
  ownerTable: row.owner_table,
  ownerId: row.owner_id,
  field: row.field,
});

let rows: Row[];
let lines: string[];

beforeEach(async () => {
  lines = [];
  rows = [];
  for (let index = 0; index < 230; index += 1) {
    const place = {
      tenant_id: `t${index % 3}`,
      owner_table: 'mail_accounts',
      owner_id: `a${index}`,
      field: 'password',
    };
    const row = { ...place, kid: '', iv: '', ciphertext: '' };
    rows.push({ ...row, ...(await encryptSecret(before, namesOf(row), `secret ${index}`)) });
  }
});

function run(keys: string | undefined, between?: () => void): Promise<void> {
  const rpc = async (name: string, args: Record<string, unknown> = {}): Promise<unknown> => {
    if (name === 'credentials_of_other_keys')
      return rows
        .filter((row) => row.kid !== args['kid'])
        .slice(0, Number(args['most']))
        .map((row) => ({ ...row }));
    between?.();
    const row = rows.find((candidate) => candidate.owner_id === args['owner_id']);
    if (!row || row.ciphertext !== args['old_ciphertext']) return false;
    const { kid, iv, ciphertext } = args as unknown as EncryptedSecret;
    Object.assign(row, { kid, iv, ciphertext });
    return true;
  };
  const context = { rpc, setting: () => keys, log: createLog({}, (line) => lines.push(line)) };
  const job = { id: 'j', kind: 'rotate-credentials', tenant_id: null, payload: {}, attempts: 1 };
  return rotateCredentials(job, context as unknown as JobContext);
}

describe('rotating the key', () => {
  it('leaves all secrets readable with the new key alone, however many there are', async () => {
    await run(both);
    for (const [index, row] of rows.entries())
      expect(await decryptSecret(after, namesOf(row), row)).toBe(`secret ${index}`);
    expect(lines.join()).not.toContain('secret 1');
  });

  it('does nothing the second time', async () => {
    await run(both);
    const kept = structuredClone(rows);
    await run(both);
    expect(rows).toEqual(kept);
  });

  it('leaves a secret alone that was entered meanwhile', async () => {
    const [row] = rows as [Row];
    let isEntered = false;
    const fresh = await encryptSecret(readKeyRing(both), namesOf(row), 'entered meanwhile');
    await run(both, () => {
      if (!isEntered) Object.assign(row, fresh);
      isEntered = true;
    });
    expect(await decryptSecret(after, namesOf(row), row)).toBe('entered meanwhile');
  });

  it('encrypts the others and says how many it cannot read', async () => {
    rows[3] = { ...(rows[3] as Row), kid: 'lost' };
    rows[7] = { ...(rows[7] as Row), owner_id: 'another-row' };
    await expect(run(both)).rejects.toMatchObject({
      name: 'FinalError',
      message: '2 secrets cannot be read with CREDENTIAL_KEYS; 228 were encrypted anew.',
    });
    expect(rows.filter(({ kid }) => kid === 'k2')).toHaveLength(228);
  });

  it('does not begin without keys', async () => {
    await expect(run('')).rejects.toMatchObject({ code: 'not_configured' });
    expect(rows.every(({ kid }) => kid === 'k1')).toBe(true);
  });
});
