import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Certificate } from '../../lib/evidence/index.ts';
import { fromHex, HarnessError } from '../../lib/wire/index.ts';
import { nameAttributes, readCertificate } from '../../lib/x509/index.ts';
import { unshowable } from './der.ts';

/** What three other readers say of each certificate. */
interface Verdict {
  readonly source: string;
  readonly name: string;
  readonly openssl: {
    readonly ok: boolean;
    readonly subject: string;
    readonly issuer: string;
    readonly serial: string;
    readonly notBefore: string;
    readonly notAfter: string;
    readonly sha256: string;
  };
  readonly pyca: { readonly ok: boolean };
  readonly go: {
    readonly ok: boolean;
    readonly dns: readonly string[] | null;
    readonly ip: readonly string[] | null;
    readonly ca: boolean;
    readonly ver: number;
  };
}

const folder = new URL('../../../shared/corpus/certs/', import.meta.url);
const now = new Date('2025-01-01T00:00:00Z');

describe('certificates that others collected', () => {
  const verdicts = new Map<string, Verdict>();
  const blobs = new Map<string, Uint8Array>();

  before(function () {
    if (!existsSync(fileURLToPath(folder))) this.skip();
    const rows = <T>(path: string): T[] =>
      readFileSync(new URL(path, folder), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as T);
    for (const verdict of rows<Verdict>('oracle.jsonl')) verdicts.set(`${verdict.source}/${verdict.name}`, verdict);
    for (const source of new Set([...verdicts.values()].map((verdict) => verdict.source))) {
      for (const { name, der } of rows<{ name: string; der: string }>(`${source}/certs.jsonl`)) {
        blobs.set(`${source}/${name}`, new Uint8Array(Buffer.from(der, 'base64')));
      }
    }
  });

  it('are read or refused with the typed error, and shown without control characters', () => {
    for (const [id, der] of blobs) {
      let certificate: Certificate;
      try {
        certificate = readCertificate(der, { now });
      } catch (error) {
        expect(error, id).to.be.instanceOf(HarnessError).with.property('code', 'unreadable-certificate');
        continue;
      }
      expect(unshowable(certificate), id).to.deep.equal([]);
    }
  });

  it('agree with OpenSSL, pyca and Go in every field of those that all three accept, but for two', () => {
    const differences: string[] = [];
    let fields = 0;
    for (const [id, { openssl, pyca, go }] of verdicts) {
      if (!openssl.ok || !pyca.ok || !go.ok) continue;
      const ours = readCertificate(blobs.get(id) as Uint8Array, { now });
      const named = (prefix: string) =>
        ours.names.filter((name) => name.startsWith(prefix)).map((name) => plain(name.slice(prefix.length)));
      const pairs: Record<string, [unknown, unknown]> = {
        subject: [attributes(ours.subject), attributes(openssl.subject)],
        issuer: [attributes(ours.issuer), attributes(openssl.issuer)],
        serial: [ours.serial.replace(/^(-?)0+(?=.)/, '$1'), openssl.serial.toLowerCase().replace(/^(-?)0+(?=.)/, '$1')],
        notBefore: [ours.notBefore, isoOf(openssl.notBefore)],
        notAfter: [ours.notAfter, isoOf(openssl.notAfter)],
        sha256: [ours.sha256, openssl.sha256],
        dns: [named('DNS:'), go.dns ?? []],
        ip: [named('IP:'), go.ip ?? []],
        ca: [ours.isCa, go.ca],
        version: [ours.version, go.ver],
      };
      for (const [field, [we, they]] of Object.entries(pairs)) {
        fields++;
        if (JSON.stringify(we) !== JSON.stringify(they)) differences.push(`${id} ${field}`);
      }
    }
    expect(fields).to.be.greaterThan(10_000);
    expect(differences).to.have.members(explained);
    console.log(`      ${fields - differences.length} of ${fields} fields agree`);
  });

  it('are all read where OpenSSL accepts them, but for encodings that DER forbids', () => {
    const refused: string[] = [];
    for (const [id, der] of blobs) {
      if (verdicts.get(id)?.openssl.ok !== true) continue;
      try {
        readCertificate(der, { now });
      } catch (error) {
        const { message } = error as Error;
        if (!/indefinite length|length of \d+ bytes|tag number too large|needs \d+ bytes/.test(message))
          refused.push(`${id}: ${message}`);
      }
    }
    expect(refused).to.deep.equal([]);
  });
});

/** Go alone reads alternative names that are no DER, pyca refuses them too; the recorded text of OpenSSL cuts a serial number of 37 bytes. */
const explained = [
  'boringssl-fuzz-parse/65d77f6be8e6bbefd12a434844581b6a4b00c12a dns',
  'boringssl-pki/parse_certificate_unittest/serial_37_bytes.pem serial',
];

/** Attributes in one spelling: OpenSSL prints street and hex digits in another case, and long names for some OIDs. */
function attributes(name: string): string {
  return JSON.stringify(
    nameAttributes(name).map(({ type, value }) => [
      type === 'street' ? 'STREET' : type,
      value.startsWith('#') ? value.toLowerCase() : value,
    ]),
  );
}

function plain(name: string): string {
  return name.replace(/\\([0-9A-F]{2})/g, (_, pair: string) => String.fromCharCode(fromHex(pair)[0] as number));
}

/** `  1-01-01 00:00:00Z`: years are not padded with zeros. */
function isoOf(text: string): string {
  const [year, rest] = [text.slice(0, text.indexOf('-')), text.slice(text.indexOf('-'))];
  return `${year.trim().padStart(4, '0')}${rest.replace(' ', 'T').replace('Z', '.000Z')}`;
}
