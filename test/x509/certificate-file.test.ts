import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { chainOf, createTestPki, keyPair } from '../../lib/lab/index.ts';
import { certificateFileLimits, fileProblemText, readCertificateFile, toPem } from '../../lib/x509/index.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string): Uint8Array =>
  Uint8Array.from([0xff, 0xfe, ...Array.from(text, (c) => [c.charCodeAt(0) & 0xff, c.charCodeAt(0) >> 8]).flat()]);

describe('files with certificates', () => {
  const pki = createTestPki({ now: new Date('2026-06-01T00:00:00Z') });
  const leaf = pki.issue({ names: ['vpn.example.com'] });
  const chain = chainOf(leaf).map(({ pem }) => pem);
  const lines = leaf.pem.trimEnd().split('\n');

  it('are read as PEM with text around the blocks, and each certificate has its line', () => {
    const { format, certificates, problems } = readCertificateFile(utf8(`subject=x\n${chain.join('issuer=y\n')}`));
    expect(format).to.equal('pem');
    expect(problems).to.deep.equal([]);
    expect(certificates).to.have.lengthOf(3);
    expect(certificates[0]?.line).to.equal(2);
    expect(certificates[0]?.der).to.deep.equal(leaf.der);
  });

  it('are read as DER, as several DER behind each other, as bare base64, and as Windows saves text', () => {
    const [, upper] = pki.intermediates;
    expect(readCertificateFile(leaf.der).format).to.equal('der');
    expect(readCertificateFile(Uint8Array.from([...leaf.der, ...upper.der])).certificates).to.have.lengthOf(2);
    const bare = readCertificateFile(utf8(lines.slice(1, -1).join('\r\n')));
    expect([bare.format, bare.certificates.length]).to.deep.equal(['base64', 1]);
    expect(readCertificateFile(utf16(leaf.pem)).certificates).to.have.lengthOf(1);
    expect(readCertificateFile(Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8(leaf.pem)])).certificates[0]?.line).to.equal(
      1,
    );
  });

  it('are read as PKCS #7 in DER and PEM, as openssl writes them', function () {
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'helloprobe-'));
    try {
      const file = join(folder, 'chain.pem');
      writeFileSync(file, chain.join(''));
      const bundle = (form: string): Uint8Array =>
        spawnSync('openssl', ['crl2pkcs7', '-nocrl', '-certfile', file, '-outform', form]).stdout;
      const der = readCertificateFile(bundle('DER'));
      expect([der.format, der.certificates.length]).to.deep.equal(['pkcs7', 3]);
      const pem = readCertificateFile(bundle('PEM'));
      expect([pem.format, pem.certificates.length, pem.certificates[0]?.line]).to.deep.equal(['pem', 3, 1]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('name private keys, requests and revocation lists and keep nothing of them', () => {
    const key = leaf.privateKeyPem;
    const read = readCertificateFile(utf8(`${key}${leaf.pem}${toPem(Uint8Array.of(0x30, 0), 'X509 CRL')}`));
    expect(read.others.map(({ label }) => label)).to.deep.equal(['PRIVATE KEY', 'X509 CRL']);
    expect(JSON.stringify(read)).not.to.include(key.split('\n')[1]);
    const der = keyPair('P-256').privateKey.export({ type: 'pkcs8', format: 'der' });
    expect(readCertificateFile(der).others).to.deep.equal([{ label: 'PRIVATE KEY', line: null }]);
  });

  it('tell requests, lists and keys in DER from damaged certificates, however short they are', function () {
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'helloprobe-'));
    const labelOf = (...words: string[]): unknown => {
      const { status, stdout } = spawnSync('openssl', words, { input: leaf.privateKeyPem });
      expect(status).to.equal(0);
      const { format, problems, others } = readCertificateFile(stdout);
      expect([format, problems]).to.deep.equal(['unknown', []]);
      return others.map(({ label }) => label).join();
    };
    try {
      const key = join(folder, 'key.pem');
      const issuer = join(folder, 'issuer.pem');
      const config = join(folder, 'openssl.cnf');
      writeFileSync(key, leaf.privateKeyPem);
      writeFileSync(issuer, leaf.pem);
      writeFileSync(join(folder, 'index.txt'), '');
      writeFileSync(
        config,
        `[req]\ndistinguished_name=dn\n[dn]\n[ca]\ndefault_ca=c\n[c]\ndatabase=${join(folder, 'index.txt')}\n`,
      );
      const der = ['-outform', 'DER'];
      const request = ['req', '-config', config, '-new', '-key', key, '-subj', '/CN=x', ...der];
      expect(labelOf(...request)).to.equal('CERTIFICATE REQUEST');
      expect(labelOf('pkey', ...der)).to.equal('PRIVATE KEY');
      expect(labelOf('pkey', '-pubout', ...der)).to.equal('PUBLIC KEY');
      expect(labelOf('pkcs8', '-topk8', '-passout', 'pass:x', ...der)).to.equal('ENCRYPTED PRIVATE KEY');
      expect(labelOf('pkcs12', '-export', '-inkey', key, '-in', issuer, '-passout', 'pass:x')).to.equal('PKCS12');
      const list = [
        'ca',
        '-config',
        config,
        '-gencrl',
        '-keyfile',
        key,
        '-cert',
        issuer,
        '-crldays',
        '1',
        '-md',
        'sha256',
      ];
      const crl = join(folder, 'crl.pem');
      writeFileSync(crl, spawnSync('openssl', list).stdout);
      expect(labelOf('crl', ...der, '-in', crl)).to.equal('X509 CRL');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tell the lines of a damaged block, and read the others', () => {
    const damaged = lines.with(3, `${lines[3]}X`).with(5, lines[5]?.replace(/^.{9}/, '$& ') ?? '');
    const read = readCertificateFile(utf8([...damaged, leaf.pem].join('\n')));
    expect(read.certificates).to.have.lengthOf(1);
    expect(read.problems).to.have.lengthOf(1);
    const [problem] = read.problems;
    expect(problem?.line).to.equal(1);
    expect(problem?.damage.map(({ kind, line }) => `${kind} ${line}`)).to.include.members(['length 4', 'character 6']);
    for (const language of ['en', 'ja'] as const)
      expect(fileProblemText(problem as NonNullable<typeof problem>, language))
        .to.match(/4/)
        .and.to.match(/6/);
  });

  it('tell missing lines by the length that the first bytes announce', () => {
    const [problem] = readCertificateFile(utf8(lines.toSpliced(4, 1).join('\n'))).problems;
    expect(problem?.problem).to.equal('not-a-certificate');
    expect(problem?.damage[0]).to.deep.include({ kind: 'total' });
  });

  it('tell a BEGIN line whose hyphens are not hyphens, and an END line that is missing', () => {
    const [begin] = readCertificateFile(utf8(lines.with(0, '—–BEGIN CERTIFICATE---').join('\n'))).problems;
    expect(begin).to.deep.include({ problem: 'wrong-begin', at: 1, label: 'CERTIFICATE' });
    const quoted = readCertificateFile(utf8(lines.map((line) => `> ${line}`).join('\n'))).problems[0];
    expect(quoted).to.deep.include({ problem: 'wrong-begin', at: 1 });
    const later = ['a', '', ...lines.with(0, '----BEGIN CERTIFICATE-----'), leaf.pem].join('\r\n');
    expect(readCertificateFile(utf8(later)).problems.map(({ at }) => at)).to.deep.equal([3]);
    const [end] = readCertificateFile(utf8(lines.slice(0, -1).join('\n'))).problems;
    expect(end).to.deep.include({ problem: 'not-closed', line: 1 });
  });

  it('that hold nothing of the kind are no problem, text that begins with a digit 0 among them', () => {
    for (const text of ['', '0 certificates', 'hello', '{}', 'MIIx'])
      expect(readCertificateFile(utf8(text)), text).to.deep.include({ format: 'unknown', problems: [] });
  });

  it('beyond the limits are told, not read', () => {
    const large = readCertificateFile(new Uint8Array(certificateFileLimits.bytes + 1));
    expect(large.problems[0]?.problem).to.equal('too-large');
    const many = readCertificateFile(utf8(leaf.pem.repeat(certificateFileLimits.certificates + 2)));
    expect(many.certificates).to.have.lengthOf(certificateFileLimits.certificates);
    expect(many.problems.map(({ problem }) => problem)).to.deep.equal(['too-many']);
  }).timeout(20_000);

  it('are read whatever they are: every prefix and 2,000 mutations, without a throw or a byte of a key', () => {
    const secret = leaf.privateKeyPem.split('\n')[1] as string;
    const whole = utf8(`${leaf.privateKeyPem}${leaf.pem}`);
    for (let n = 0; n < whole.length; n += 7) readCertificateFile(whole.subarray(0, n));
    for (let n = 0; n < leaf.der.length; n++) readCertificateFile(leaf.der.subarray(0, n));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(40), (at, byte, cut) => {
        const bytes = Uint8Array.from([...whole.subarray(0, at), byte, ...whole.subarray(at + cut)]);
        const read = readCertificateFile(bytes);
        const shown = JSON.stringify([read.problems, read.others, read.problems.map((one) => fileProblemText(one))]);
        expect(shown).not.to.include(secret.slice(4, 40));
      }),
      { seed: 5, numRuns: 2_000 },
    );
  }).timeout(20_000);

  it("tell the damage of the document's own blocks, with the lines that are wrong", () => {
    const read = (name: string) =>
      readCertificateFile(readFileSync(new URL(`../vectors/cisco-222464/${name}`, import.meta.url)));
    const [ca] = read('cacert.txt').problems;
    expect(ca).to.deep.include({ problem: 'bad-base64', label: 'CERTIFICATE' });
    expect(ca?.damage.at(-1)).to.deep.include({
      kind: 'total',
      found: { characters: 1202, lines: 19 },
      expected: { characters: 1208, lines: 19 },
    });
    expect(read('sftunnel-cert.txt').problems).to.have.lengthOf(1);
    expect(read('sftunnel-key.txt').certificates).to.deep.equal([]);
  });
});
