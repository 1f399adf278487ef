import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { HarnessError } from '../../lib/wire/index.ts';
import { helloprobe } from './support.ts';

describe('cli: mistakes', () => {
  const cases: readonly [string, readonly string[], RegExp][] = [
    ['no command', [], /No command was given/],
    ['an unknown command', ['chekc', 'a'], /Unknown command 'chekc'\.\n {2}Did you mean check\?/],
    ['a command that is not there yet', ['dtls', 'vpn.example.com'], /Unknown command 'dtls'/],
    ['a target without a command', ['vpn.example.com'], /To probe it: helloprobe check vpn\.example\.com/],
    ['an option without a command', ['--lang', 'ja'], /"--lang" の前にコマンドが必要です/],
    [
      'bytes that are no hello',
      ['hello', 'show', '0102'],
      /are not a ClientHello: .*\n {2}Give the whole first flight/,
    ],
    ['an unknown option', ['check', 'a', '--jsno'], /Unknown option '--jsno'\.\n {2}Did you mean --json\?/],
    ['a missing target', ['ciphers'], /Missing required argument 'target'/],
    ['a missing value', ['check', 'a', '--sni'], /argument missing/],
    ['hello without a subcommand', ['hello'], /No command was given/],
    ['a bad target', ['check', 'a b'], /has a space/],
    ['a bad port', ['check', 'a:99999'], /1 to 65535/],
    ['a bad default port', ['check', 'a', '--port', 'x'], /1 to 65535/],
    ['a server name that is none', ['check', 'a', '--sni', 'a b'], /--sni "a b" is not a valid host name/],
    ['an empty server name', ['hello', 'build', '--sni', ''], /--sni "" names no host/],
    [
      'an unreadable list of targets',
      ['check', '-f', '/nonexistent/list'],
      /"\/nonexistent\/list" cannot be read: there is no such file/,
    ],
    ['a folder as a list of targets', ['check', '-f', '.'], /it is a folder/],
    ['an unreadable CA file', ['check', 'a', '--ca', '/nonexistent/ca.pem'], /ca\.pem/],
    ['a timeout that is no number', ['check', 'a', '--timeout', 'soon'], /--timeout "soon" is not a number of seconds/],
    ['a timeout of nothing', ['check', 'a', '--timeout', '0'], /--timeout "0"/],
    ['too much concurrency', ['check', 'a', '--concurrency', '1000'], /from 1 to 64/],
    ['a negative delay', ['check', 'a', '--delay=-1'], /--delay "-1"/],
    [
      'a severity that is none',
      ['check', 'a', '--fail-on', 'severe'],
      /not a severity\.\n {2}Severities are info, low, medium, high/,
    ],
    ['a language that is not there', ['check', 'a', '--lang', 'de'], /--lang en or --lang ja/],
    ['an address that is a name', ['check', 'a', '--address', 'b.example'], /is not an IP address/],
    ['a version that is none', ['check', 'a', '--client-versions', 'TLSv1.4'], /not a TLS version/],
    ['a range upside down', ['check', 'a', '--client-versions', 'TLSv1.3-TLSv1.2'], /not a range/],
    [
      'a suite that is none',
      ['check', 'a', '--client-ciphers', 'TLS_AES_128_GCM_SHA257'],
      /not in the registry\.\n {2}Did you mean TLS_AES_128_GCM_SHA256/,
    ],
    ['a short fingerprint', ['check', 'a', '--expect-fingerprint', 'abcd'], /64 hex digits/],
    ['a time that is none', ['check', 'a', '--now', 'yesterday'], /ISO 8601/],
    ['a month that is none', ['check', 'a', '--now', '2026-13-01'], /ISO 8601/],
    ['an unknown finding', ['explain', 'cert.expird'], /Did you mean cert\.expired/],
    ['a lab without a scenario', ['lab'], /No scenario was given\.\n {2}They are listed by: helloprobe lab --list/],
    ['a mss without a target', ['mss'], /Missing required argument 'target'/],
    [
      'a recording that cannot be written',
      ['check', 'a', '--pcap', '/nonexistent/r.pcapng'],
      /"\/nonexistent\/r\.pcapng" cannot be written: there is no such file or folder/,
    ],
    ['an unknown list', ['list', 'probe'], /Did you mean probes/],
    ['an unknown preset', ['hello', 'build', '--preset', 'openssl'], /There is no preset "openssl"/],
    ['a size out of reach', ['hello', 'build', '--pad-to', '10'], /\./],
    ['a size that is none', ['hello', 'build', '--pad-to', 'x'], /--pad-to "x"/],
    ['two forms of one hello', ['hello', 'build', '--json', '--raw'], /two forms/],
    ['a hello that is nothing', ['hello', 'show', 'nonesuch'], /neither a preset nor a file/],
    ['odd hex', ['hello', 'show', '160'], /odd number of digits/],
    ['a cut record', ['hello', 'show', '160301ffff01'], /end within a TLS record/],
    ['a message that is no hello', ['hello', 'show', '0b000000'], /\./],
  ];
  for (const [what, words, message] of cases) {
    it(`answers ${what} with a sentence, exit code 2 and no stack`, async () => {
      const { status, stdout, stderr, calls } = await helloprobe(words);
      expect(stderr).to.match(message);
      expect(stderr.split('\n').filter((line) => line.startsWith('helloprobe: '))).to.have.lengthOf(1);
      expect(stderr).to.not.match(/^\s+at /m);
      expect(stdout).to.equal('');
      expect(status).to.equal(2);
      expect(calls).to.deep.equal([]);
    });
  }

  it('names file and line of a bad target in a list, and says when a list is empty', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'helloprobe-usage-'));
    try {
      const list = join(folder, 'list');
      writeFileSync(list, 'good\nhost:0\n');
      const { stderr } = await helloprobe(['check', '-f', list]);
      expect(stderr).to.contain(`Line 2 of ${list}: The port "0"`);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const empty = await helloprobe(['check', '-'], { stdin: '# nothing\n' });
    expect(empty).to.include({ status: 2, stdout: '' });
    expect(empty.stderr).to.contain('The list of targets is empty.');
  });

  it('gives 2 for misuse that the library finds and 4 for a bug', async () => {
    const misuse = await helloprobe(['check', '127.0.0.1'], {
      report: () => {
        throw new HarnessError('unreadable-file', 'The CA file has no certificate.', { hint: 'PEM is expected.' });
      },
    });
    expect(misuse.status).to.equal(2);
    expect(misuse.stderr).to.equal(
      'helloprobe: The CA file has no certificate.\n  PEM is expected.\n  Error code: unreadable-file\n',
    );
  });

  it('prints help on stdout with exit code 0, for itself and for every command', async () => {
    for (const words of [
      ['--help'],
      ['check', '--help'],
      ['pcap', '--help'],
      ['hello', 'from-pcap', '-h'],
      ['hello', 'build', '-h'],
      ['list', '--help'],
      ['mss', '--help'],
      ['lab', '--help'],
      ['doctor', '--help'],
    ]) {
      const { status, stdout, stderr } = await helloprobe(words);
      expect(status, words.join(' ')).to.equal(0);
      expect(stdout).to.match(/^Usage: helloprobe/);
      expect(stderr).to.equal('');
    }
  });

  it('does not offer what does not work yet', async () => {
    const { stdout } = await helloprobe(['--help']);
    expect(stdout).to.not.match(/\b(?:serve|dtls)\b/);
  });
});
