/** An FMC with two devices, its CA and certificates as Cisco 222464 describes them, and tar archives of such trees. */

import type { TreeEntry } from '../../../lib/cisco/files/index.ts';
import { createTestPki, type IssueOptions, type NameParts, type TestCertificate } from '../../../lib/lab/index.ts';
import { concat } from '../../../lib/wire/index.ts';

export const now = new Date('2026-03-01T00:00:00Z');
export const fmcUuid = 'cdb123c8-4347-11ef-aca1-f3aa241412a1';
export const ftdUuids = ['c8d5d5c6-87c9-11ef-a993-b9831565bc4e', '6bf1143a-8a2e-11ef-92d8-fd927e807d77'] as const;

const unit: NameParts[number] = ['OU', 'Intrusion Management System'];
const organisation: NameParts[number] = ['O', 'Cisco Systems, Inc'];

/** An InternalCA: version 1, serial 0, no extensions. */
export function internalCa(uuid: string = fmcUuid, options: IssueOptions = {}): TestCertificate {
  const subject: NameParts = [['title', 'InternalCA'], unit, ['CN', uuid], organisation];
  return createTestPki({ now }).issue({ issuer: 'self', subject, version: 1, serial: Uint8Array.of(0), ...options });
}

export function device(ca: TestCertificate, uuid: string, options: IssueOptions = {}): TestCertificate {
  const subject: NameParts = [unit, organisation, ['CN', uuid], ['title', 'sftunnel']];
  return createTestPki({ now }).issue({ issuer: ca, subject, names: ['localhost'], ...options });
}

export function file(path: string, text: string, more: Partial<TreeEntry> = {}): TreeEntry {
  const content = new TextEncoder().encode(text);
  return { path, kind: 'file', size: content.length, mode: 0o600, owner: 'root', group: 'root', content, ...more };
}

/** The three files of a folder. */
export function tunnelFiles(folder: string, leaf: TestCertificate, ca: TestCertificate | null): TreeEntry[] {
  return [
    ...(ca === null ? [] : [file(`${folder}/cacert.pem`, ca.pem)]),
    file(`${folder}/sftunnel-cert.pem`, leaf.pem),
    file(`${folder}/sftunnel-key.pem`, leaf.privateKeyPem),
  ];
}

/** An FTD: one folder, named after its FMC. */
export function ftdTree(ca = internalCa(), leaf = device(ca, ftdUuids[0])): TreeEntry[] {
  return tunnelFiles(`ngfw/var/sf/peers/${fmcUuid}`, leaf, ca);
}

/** An FMC: its own CA and certificate, and what it made for its devices. */
export function fmcTree(ca = internalCa()): TreeEntry[] {
  const own = device(ca, fmcUuid);
  return [
    file(
      'etc/sf/sftunnel.conf',
      'proxyssl {\n  proxy_cert /etc/sf/keys/sftunnel-cert.pem;\n  proxy_tls_version TLSv1.2;\n};\n',
    ),
    file('etc/sf/ca_root/cacert.pem', ca.pem),
    file('etc/sf/keys/sftunnel-cert.pem', own.pem),
    file('etc/sf/keys/sftunnel-key.pem', own.privateKeyPem),
    ...ftdUuids.flatMap((uuid) => tunnelFiles(`var/sf/peers/${uuid}/certs_pushed`, device(ca, uuid), null)),
  ];
}

const block = 512;

/** One entry of a tar archive (POSIX ustar). */
export function tarEntry(name: string, content: Uint8Array, type = '0', owner = 'root', mode = 0o600): Uint8Array {
  const header = new Uint8Array(block);
  const put = (at: number, text: string): void => header.set(new TextEncoder().encode(text), at);
  const octal = (at: number, length: number, value: number): void =>
    put(at, `${value.toString(8).padStart(length - 1, '0')}\0`);
  put(0, name);
  octal(100, 8, mode);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, content.length);
  octal(136, 12, 0);
  put(148, '        ');
  put(156, type);
  put(257, 'ustar\x0000');
  put(265, owner);
  put(297, owner);
  octal(
    148,
    8,
    header.reduce((sum, byte) => sum + byte, 0),
  );
  return concat(header, content, new Uint8Array((block - (content.length % block)) % block));
}

export function tarOf(entries: readonly TreeEntry[]): Uint8Array {
  return concat(
    ...entries.map(({ path, content, owner, mode }) =>
      tarEntry(path, content ?? new Uint8Array(0), '0', owner ?? '', mode ?? 0),
    ),
    new Uint8Array(2 * block),
  );
}
