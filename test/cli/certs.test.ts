import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect } from 'chai';
import { libraryServices } from '../../lib/cli/services.ts';
import type { CertificateRow, CertificatesReport, CheckReport } from '../../lib/evidence/index.ts';
import { chainOf, createTestPki, daysAfter } from '../../lib/lab/index.ts';
import { helloprobe } from './support.ts';

describe('cli: certs', () => {
  const now = new Date();
  const pki = createTestPki({ now });
  const leaf = pki.issue({ names: ['vpn.example.com'] });
  let folder: string;
  let put: (name: string, text: string | Uint8Array) => string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'helloprobe-'));
    put = (name, text) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    put('root.pem', pki.rootsPem);
    put(
      'chain.pem',
      chainOf(leaf)
        .map(({ pem }) => pem)
        .join(''),
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  const at = (name: string): string => join(folder, name);
  const trust = (): string[] => ['--ca', at('root.pem')];

  it('says that a saved report in a folder was not read, in both languages, and nothing of other JSON', async () => {
    const inner = mkdtempSync(join(tmpdir(), 'helloprobe-'));
    const chain = readFileSync(at('chain.pem'));
    writeFileSync(join(inner, 'chain.pem'), chain);
    writeFileSync(join(inner, 'other.json'), '{"a":1}');
    expect((await helloprobe(['certs', inner, ...trust()])).stderr).to.equal('');
    await helloprobe(['certs', join(inner, 'chain.pem'), ...trust(), `--json=${join(inner, 'saved.json')}`]);
    const english = await helloprobe(['certs', inner, ...trust()]);
    expect(english.stderr).to.match(/^Not read: the saved report .*saved\.json\. Of a folder only/);
    const japanese = await helloprobe(['certs', inner, ...trust(), '--lang', 'ja']);
    expect(japanese.stderr).to.match(/保存済みレポート 1 件 \(.*saved\.json\) は読み取っていません/);
    rmSync(inner, { recursive: true });
  });

  it('judges a file and exits with 0 where it is clean', async () => {
    const ran = await helloprobe(['certs', at('chain.pem'), '--sni', 'vpn.example.com', ...trust()]);
    expect(ran.stderr).to.equal('');
    expect(ran.status).to.equal(0);
    expect(ran.stdout).to.include('CLEAN').and.to.include('vpn.example.com');
    expect(ran.calls).to.deep.equal([]);
  });

  it('takes a word with a slash for a file, unless it begins with a host', async () => {
    for (const [word, words] of [
      ['folder-of-mine/none.txt', 'cannot be read: there is no such file'],
      ['vpn.example.com/path', 'has a path'],
    ] as const) {
      const ran = await helloprobe(['certs', word]);
      expect(ran.status).to.equal(2);
      expect(ran.stderr).to.include(words);
    }
  });

  it('says of a word without a dot that is neither a file nor a host, before anything is sent', async () => {
    const services = { isKnownHost: async (name: string) => name === 'gateway' };
    for (const [language, words] of [
      ['en', 'The target "nofile" is neither a file that is there nor a host name that resolves.'],
      ['ja', '対象 "nofile" は、存在するファイルでも名前解決できるホスト名でもありません。'],
    ] as const) {
      const ran = await helloprobe(['certs', 'gateway', 'nofile', '--lang', language], { services });
      expect(ran).to.include({ status: 2, stdout: '' });
      expect(ran.stderr).to.match(new RegExp(`^helloprobe: ${words}\n.*\n.*: bad-target\n$`));
      expect(ran.calls).to.deep.equal([]);
    }
  });

  it('takes names with a dot or a port, and those of --address, for targets without asking the system first', async () => {
    const services = { isKnownHost: async () => false };
    for (const words of [['vpn.example.com'], ['gateway:8443'], ['gateway', '--address', '127.0.0.1']])
      expect((await helloprobe(['certs', ...words], { services })).calls).to.have.lengthOf(1);
  });

  it('takes PKCS #12 by its name for a file', async () => {
    for (const name of ['keys.p12', 'keys.pfx'])
      expect((await helloprobe(['certs', name])).stderr).to.include(
        `The file "${name}" cannot be read: there is no such`,
      );
  });

  it('tells the line of damaged PEM, in Japanese too, and exits with 1', async () => {
    const lines = leaf.pem.split('\n');
    const file = put('damaged.pem', lines.with(3, `${lines[3]}l`).join('\n'));
    for (const [language, words] of [
      ['en', 'line 4 has 65 characters'],
      ['ja', '4 行目は 65 文字です'],
    ] as const) {
      const ran = await helloprobe(['certs', file, '--lang', language]);
      expect(ran.status).to.equal(1);
      expect(ran.stdout.replaceAll(/\s+/g, ' ')).to.include(words);
    }
  });

  it('reads folders, and tells which of their files hold keys without a byte of them', async () => {
    mkdirSync(at('folder/deep'), { recursive: true });
    put('folder/key.pem', leaf.privateKeyPem);
    put('folder/deep/leaf.der', leaf.der);
    put('folder/notes.txt', 'nothing');
    const ran = await helloprobe(['certs', at('folder'), '--json', ...trust()]);
    const report = JSON.parse(ran.stdout) as CertificatesReport;
    expect(report.files.map(({ name }) => name.slice(folder.length))).to.deep.equal([
      '/folder/deep/leaf.der',
      '/folder/key.pem',
    ]);
    expect(report.files[1]?.others).to.deep.equal([{ label: 'PRIVATE KEY', line: 1 }]);
    expect(ran.stdout + ran.stderr).not.to.include(leaf.privateKeyPem.split('\n')[1]);
    expect(ran.stderr).to.match(/FINDINGS/);
  });

  it('goes on where something in a folder cannot be read, says so, and does not call the folder clean', async () => {
    mkdirSync(at('links'));
    put('links/chain.pem', readFileSync(at('chain.pem'), 'utf8'));
    symlinkSync('a.pem', at('links/b.pem'));
    symlinkSync('b.pem', at('links/a.pem'));
    symlinkSync('.', at('links/self'));
    const ran = await helloprobe(['certs', at('links'), '--json', ...trust()]);
    const report = JSON.parse(ran.stdout) as CertificatesReport;
    const problems = report.files.map(({ problems: found }) => found.map(({ problem }) => problem).join());
    expect(problems).to.deep.equal(['unreadable', 'unreadable', '']);
    expect([report.verdict, report.certificates.length, ran.status]).to.deep.equal(['inconclusive', 3, 6]);
    const circle = await helloprobe(['certs', at('links/a.pem')]);
    expect(circle.stderr).to.include('in a circle');
    expect(circle.status).to.equal(2);
  });

  it('tells what folders it did not look into', async () => {
    const deep = Array.from({ length: 9 }, (_, i) => i).join('/');
    mkdirSync(at(`towers/${deep}`), { recursive: true });
    put(`towers/${deep}/leaf.pem`, leaf.pem);
    const ran = await helloprobe(['certs', at('towers'), '--json']);
    const { files } = JSON.parse(ran.stdout) as CertificatesReport;
    expect(files.map(({ problems: [first] }) => first?.problem)).to.deep.equal(['left-out']);
  });

  it('reads no more of a device without an end than a file may have', async function () {
    if (process.platform === 'win32') this.skip();
    const ran = await helloprobe(['certs', '/dev/zero']);
    expect(ran.status).to.equal(6);
    expect(ran.stdout).to.include('16 MiB');
  });

  it('reads standard input, as openssl s_client writes it', async () => {
    const ran = await helloprobe(['certs', '-', ...trust()], {
      stdin: `CONNECTED(00000003)\n---\n${readFileSync(at('chain.pem'), 'utf8')}---\n`,
    });
    expect(ran.status).to.equal(0);
    expect(ran.stdout).to.include('standard input');
  });

  it('takes - for a list of targets where no certificate is in it', async () => {
    const ran = await helloprobe(['certs', '-', '--quiet'], { stdin: 'a.example.com\nb.example.com:8443\n' });
    expect(ran.calls.map(({ target }) => target)).to.deep.equal([
      { host: 'a.example.com', port: 443 },
      { host: 'b.example.com', port: 8443 },
    ]);
  });

  it('takes words that are no files for targets, and refuses both at once', async () => {
    expect((await helloprobe(['certs', 'vpn.example.com', '--quiet'])).calls).to.have.lengthOf(1);
    const mixed = await helloprobe(['certs', 'vpn.example.com', at('chain.pem')]);
    expect(mixed.status).to.equal(2);
    expect(mixed.stderr).to.include('two commands');
    const missing = await helloprobe(['certs', 'gone.pem']);
    expect([missing.status, missing.calls.length]).to.deep.equal([2, 0]);
    expect(missing.stderr).to.include('no such file');
  });

  it('never takes a certificate for the file of --json, nor one of two reports', async () => {
    const ran = await helloprobe(['certs', '--json', at('chain.pem'), ...trust()]);
    expect((JSON.parse(ran.stdout) as CertificatesReport).certificates).to.have.lengthOf(3);
    const saved = put('a.json', '{"schemaVersion":1,"tool":{}}');
    put('b.json', '{"schemaVersion":1,"tool":{}}');
    const two = await helloprobe(['certs', '--json', saved, at('b.json')]);
    expect(two.status).to.equal(2);
    expect(readFileSync(saved, 'utf8')).to.equal('{"schemaVersion":1,"tool":{}}');
  });

  it('writes JSON Lines and JUnit', async () => {
    const ran = await helloprobe([
      'certs',
      at('chain.pem'),
      '--jsonl',
      `--junit=${at('out.xml')}`,
      ...trust(),
      '--quiet',
    ]);
    const types = ran.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).to.deep.equal(['certificate', 'certificate', 'certificate', 'chain', 'summary']);
    expect(readFileSync(at('out.xml'), 'utf8')).to.include('<testsuite name=');
  });

  it('exits with 6 where there is no certificate', async () => {
    const ran = await helloprobe(['certs', put('empty.pem', 'nothing')]);
    expect(ran.status).to.equal(6);
    expect(ran.stdout).to.include('no certificate');
  });

  it('shows what clients say, also of a target, and puts it into the JSON', async () => {
    const expired = pki.issue({ names: ['localhost'], notAfter: daysAfter(now, -3) });
    const server = createServer({
      cert: chainOf(expired)
        .map(({ pem }) => pem)
        .join(''),
      key: expired.privateKeyPem,
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const target = `localhost:${(server.address() as AddressInfo).port}`;
    const live = { services: libraryServices };
    try {
      const text = await helloprobe(['certs', target, '--address', '127.0.0.1', '--quiet', ...trust()], live);
      expect(text.stdout).to.include('CERT_HAS_EXPIRED').and.to.include('What clients say');
      const json = await helloprobe(['certs', target, '--address', '127.0.0.1', '--json', '--quiet', ...trust()], live);
      const report = JSON.parse(json.stdout) as CheckReport;
      expect(report.says?.map(({ client }) => client)).to.include('secure-client');
      expect(report.findings.map(({ id }) => id)).to.include('cert.expired');
    } finally {
      server.close();
    }
  }).timeout(20_000);

  it('asks for the issuer that a server on this machine does not send, only with --fetch-issuers', async () => {
    let asked = 0;
    const http = createHttpServer((_, response) => {
      asked++;
      response.end(pki.intermediates[1].der);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/ca.cer`;
    const server = pki.issue({ names: ['localhost'], caIssuers: [url] });
    // The upper one is sent, the one in between is not.
    const cert = server.pem + pki.intermediates[0].pem;
    const tls = createServer({ cert, key: server.privateKeyPem }).on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    const words = [
      'certs',
      `localhost:${(tls.address() as AddressInfo).port}`,
      '--address',
      '127.0.0.1',
      '--json',
      '--quiet',
      ...trust(),
    ];
    const live = { services: libraryServices };
    const assessmentOf = (report: CheckReport) => {
      const rows = report.observations['certificates']?.value as readonly CertificateRow[] | undefined;
      return rows?.[0]?.assessment;
    };
    try {
      const without = JSON.parse((await helloprobe(words, live)).stdout) as CheckReport;
      expect(asked).to.equal(0);
      expect(assessmentOf(without)?.trust).to.equal('incomplete');
      const report = JSON.parse((await helloprobe([...words, '--fetch-issuers'], live)).stdout) as CheckReport;
      expect(asked).to.equal(1);
      expect(assessmentOf(report)?.fetched?.trust).to.equal('trusted');
      expect(report.findings.find(({ id }) => id === 'cert.chain-incomplete')?.confidence).to.equal('proven');
    } finally {
      http.close();
      tls.close();
    }
  }).timeout(20_000);
});
