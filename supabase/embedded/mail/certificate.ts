/**
 * The certificate of this stack's own mail servers. The authority that signs it is made for the occasion and its key is
 * thrown away, so nobody can sign another certificate that the functions would trust.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files in PEM form. */
export interface Certificate {
  /** What a client has to trust. */
  authority: string;
  certificate: string;
  key: string;
}

const daysValid = '3650';

/** The files of a certificate for `localhost` and 127.0.0.1, made when they are missing; null where openssl cannot. */
export function ensureCertificate(directory: string): Certificate | null {
  const files = certificateFiles(directory);
  if (Object.values(files).every((path) => existsSync(path))) return files;
  mkdirSync(dirname(directory), { recursive: true });
  const unfinished = mkdtempSync(`${directory}-`);
  try {
    makeCertificate(unfinished);
    rmSync(directory, { recursive: true, force: true });
    renameSync(unfinished, directory);
    return files;
  } catch {
    // Without it there is only no mail server on this machine.
    rmSync(unfinished, { recursive: true, force: true });
    return null;
  }
}

/** The files that `ensureCertificate` makes in the directory. */
export function certificateFiles(directory: string): Certificate {
  return {
    authority: join(directory, 'authority.pem'),
    certificate: join(directory, 'certificate.pem'),
    key: join(directory, 'key.pem'),
  };
}

function makeCertificate(directory: string): void {
  const { authority, certificate, key } = certificateFiles(directory);
  const authorityKey = join(directory, 'authority-key.pem');
  const request = join(directory, 'request.pem');
  const extensions = join(directory, 'extensions');
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl([
    ...['req', '-x509', ...newKey, '-keyout', authorityKey, '-out', authority, '-days', daysValid],
    ...['-subj', '/CN=Mail of this Chairside stack', '-addext', 'keyUsage=critical,keyCertSign'],
  ]);
  openssl(['req', ...newKey, '-keyout', key, '-out', request, '-subj', '/CN=localhost']);
  writeFileSync(
    extensions,
    'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n',
  );
  openssl([
    ...['x509', '-req', '-in', request, '-CA', authority, '-CAkey', authorityKey, '-set_serial', '1'],
    ...['-extfile', extensions, '-days', daysValid, '-out', certificate],
  ]);
  for (const path of [authorityKey, request, extensions]) rmSync(path);
}

function openssl(parameters: string[]): void {
  execFileSync('openssl', parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
}
