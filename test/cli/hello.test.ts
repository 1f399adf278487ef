import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { helloprobe } from './support.ts';

describe('cli: hello', () => {
  it('builds a hello as hex with its record, and shows that hex again', async () => {
    const built = await helloprobe(['hello', 'build', '--preset', 'tls12-minimal', '--sni', 'vpn.example.com']);
    expect(built.status).to.equal(0);
    expect(built.stdout).to.match(/^1603[0-9a-f]+\n$/);
    const shown = await helloprobe(['hello', 'show', '-'], { stdin: built.stdout });
    expect(shown.status, shown.stderr).to.equal(0);
    expect(shown.stdout)
      .to.contain('vpn.example.com')
      .and.to.match(/JA3 +[0-9a-f]{32}\nJA4 +t12d/);
  });

  it('builds the same hello as JSON, which can be built from again', async () => {
    const { stdout } = await helloprobe([
      'hello',
      'build',
      '--json',
      '--versions',
      'TLSv1.2',
      '--ciphers',
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    ]);
    expect(JSON.parse(stdout)).to.deep.include({ cipherSuites: ['0xc02f'], legacyVersion: '0x0303' });
    const again = await helloprobe(['hello', 'show', '-', '--json'], { stdin: stdout });
    expect(JSON.parse(again.stdout)).to.deep.equal(JSON.parse(stdout));
  });

  it('pads the handshake message to the size asked for', async () => {
    const { stdout } = await helloprobe(['hello', 'build', '--pad-to', '1000', '--sni', 'a.example']);
    expect(stdout.trim().length / 2).to.equal(1005);
  });

  it('reads raw bytes from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'helloprobe-hello-'));
    try {
      const { stdout } = await helloprobe(['hello', 'build', '--preset', 'gnutls']);
      const path = join(folder, 'hello.bin');
      writeFileSync(path, Buffer.from(stdout.trim(), 'hex'));
      const shown = await helloprobe(['hello', 'show', path]);
      expect(shown.status, shown.stderr).to.equal(0);
      expect(shown.stdout).to.contain('512 bytes, 517 with record headers');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says of a capture how its hellos are taken out', async () => {
    const capture = join('captures', 'sftunnel-good.pcapng');
    const { status, stderr } = await helloprobe(['hello', 'show', capture]);
    expect(status).to.equal(2);
    expect(stderr).to.contain('helloprobe hello from-pcap FILE takes its ClientHellos out');
    const japanese = await helloprobe(['hello', 'show', capture, '--lang', 'ja']);
    expect(japanese.stderr).to.contain('これはキャプチャです。').and.contain('hello from-pcap');
  });

  it('shows a preset by name', async () => {
    const { stdout, status } = await helloprobe([
      'hello',
      'show',
      'browser-mlkem',
      '--sni',
      'vpn.example.com',
      '--lang',
      'ja',
    ]);
    expect(status).to.equal(0);
    expect(stdout).to.contain('JA4').and.to.contain('レコードヘッダー込み');
  });
});

describe('cli: list and explain', () => {
  it('lists the kinds, and each kind has lines without trailing spaces', async () => {
    const { stdout } = await helloprobe(['list']);
    const kinds = [...stdout.matchAll(/helloprobe list (\S+)/g)].map(([, kind]) => kind ?? '');
    expect(kinds).to.include.members(['probes', 'presets', 'findings', 'ciphers', 'groups', 'headends']);
    for (const kind of kinds) {
      const listed = await helloprobe(['list', kind]);
      expect(listed.status, `${kind}: ${listed.stderr}`).to.equal(0);
      expect(listed.stdout, kind)
        .to.match(/^\S.*\n/)
        .and.not.match(/ \n/);
    }
  });

  it('explains a finding in both languages', async () => {
    const english = await helloprobe(['explain', 'cert.expired']);
    expect(english.status, english.stderr).to.equal(0);
    expect(english.stdout).to.match(/^cert\.expired .*\nSeverity: HIGH · pattern 1\n\nWhat it means\n/);
    const japanese = await helloprobe(['explain', 'cert.expired'], { env: { LANG: 'ja_JP.UTF-8' } });
    expect(japanese.stdout).to.contain('重大度: 高 · パターン1').and.to.contain('根拠となるもの');
  });
});
