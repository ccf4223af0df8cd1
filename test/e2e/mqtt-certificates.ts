import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, as paths. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  readonly ca: Certificate;
  /** Another CA, which nobody trusts. */
  readonly otherCa: Certificate;
  readonly server: Certificate;
  readonly expired: Certificate;
  readonly otherHost: Certificate;
  readonly client: Certificate;
  remove(): void;
}

/** A CA for tests and what it signed, valid for this hour. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'drift-certs-'));
  const openssl = (...words: readonly string[]) =>
    execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const files = (name: string): Certificate => ({
    cert: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
  });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

  function authority(name: string): Certificate {
    const { cert, key } = files(name);
    openssl('req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert);
    return { cert, key };
  }

  function signed(by: Certificate, name: string, san: string, days = '2'): Certificate {
    const { cert, key } = files(name);
    const request = join(folder, `${name}.csr`);
    const extensions = join(folder, `${name}.ext`);
    writeFileSync(extensions, `subjectAltName=${san}\n`);
    openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
    openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      by.cert,
      '-CAkey',
      by.key,
      '-CAcreateserial',
      '-days',
      days,
      '-extfile',
      extensions,
      '-out',
      cert,
    );
    return { cert, key };
  }

  const ca = authority('test-ca');
  return {
    ca,
    otherCa: authority('other-ca'),
    server: signed(ca, 'server', 'IP:127.0.0.1,DNS:localhost'),
    expired: signed(ca, 'expired', 'IP:127.0.0.1', '-1'),
    otherHost: signed(ca, 'other-host', 'DNS:broker.example'),
    client: signed(ca, 'client', 'DNS:client'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
