import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Certificates, makeCertificates } from '../../../lab/certificates';
import { startEtcd } from '../../../lab/etcd-server';
import { Etcd3Store } from '../etcd3/etcd3-store';
import { systemAuthorities } from './system-authorities';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => certificates.dispose());
afterEach(() => vi.unstubAllEnvs());

describe('without a CA file', () => {
  it('the authorities are those of the system, not a list of our own', async () => {
    const found = await systemAuthorities({});
    if (process.platform === 'linux') expect(found?.from).toMatch(/^\/etc\//);
    if (found !== null) expect(found.pem.toString()).toContain('-----BEGIN CERTIFICATE-----');
  });

  it('SSL_CERT_FILE names another list, and one that cannot be used counts as none', async () => {
    const { ca, folder } = certificates;
    expect((await systemAuthorities({ SSL_CERT_FILE: ca.certFile }))?.from).toBe(ca.certFile);
    const text = join(folder, 'no.pem');
    await writeFile(text, 'nothing');
    expect(await systemAuthorities({ SSL_CERT_FILE: text })).toBeNull();
    expect(await systemAuthorities({ SSL_CERT_FILE: join(folder, 'missing.pem') })).toBeNull();
  });

  it('etcd is reached when the system trusts who signed its certificate', async () => {
    const server = await startEtcd({ tls: { ...certificates.server, caFile: certificates.ca.certFile } });
    const options = { username: null, password: null, caFile: null, certFile: null, keyFile: null };
    const store = new Etcd3Store({ endpoints: [server.endpoint], ...options });
    try {
      expect(await store.probe('/service')).toMatchObject({ ok: false, error: { kind: 'ca-rejected' } });
      vi.stubEnv('SSL_CERT_FILE', certificates.ca.certFile);
      expect(await store.probe('/service')).toMatchObject({ ok: true });
    } finally {
      store.close();
      await server.dispose();
    }
  });
});
