import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { shownText } from '../../../lib/cisco/logs/redact.ts';
import { analyzeLog } from '../../../lib/logs.ts';
import { HarnessError } from '../../../lib/wire/index.ts';
import { mutate, randomFrom } from '../../wire/mutate.ts';
import { expiredAttempt, ids, now, read, sample } from './support.ts';

const encoder = new TextEncoder();
const texts = [sample('ftd-messages'), sample('fmc-messages'), expiredAttempt('Sep 20 04:10:47').join('\n')];
const secrets = ['hunter2', '3f1a9bc2d4e5f60718293a4b5c6d7e8f'.repeat(3), 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(3)];

describe('hostile and odd logs', function () {
  this.timeout(60_000);

  it('reads every prefix of every sample without an error', async () => {
    for (const text of texts) {
      for (let length = 0; length <= text.length; length++) await read(text.slice(0, length));
    }
  });

  it('reads 10,000 mutations of each sample without an error, and shows no control character', async () => {
    for (const [index, text] of texts.entries()) {
      const random = randomFrom(20_000 + index);
      const bytes = encoder.encode(text);
      for (let round = 0; round < 10_000; round++) {
        const report = await analyzeLog(mutate(bytes, random), { now });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it must not have
        expect(JSON.stringify(report.findings)).to.not.match(/[\u0000-\u001f\u007f]|NaN|Invalid Date/);
      }
    }
  });

  it('shows no password, cookie or key, wherever a line has one', async () => {
    const [password, hex, base64] = secrets as [string, string, string];
    const lines = [
      `Server certificate verify failed: certificate expired password=${password}`,
      `Connected to 192.0.2.1:443`,
      `SSL connection failure: Error in the certificate. Cookie: webvpn=${password}; path=/`,
      `Failed to open HTTPS connection to h X-DTLS-Master-Secret: ${hex}`,
      `SSL negotiation with CLIENT_RANDOM ${hex} ${hex}`,
      `verify error:num=10:certificate has expired -----BEGIN PRIVATE KEY-----${base64}`,
      `depth=0 CN = ${base64}`,
      `CERT_HAS_EXPIRED {"admin_password": "${password}", "token":"${password}"}`,
      `Attempting to connect to server 192.0.2.1:443 Authorization: Bearer ${password}`,
    ];
    const report = await read(lines.join('\n'));
    expect(report.counters.matched).to.be.at.least(lines.length - 1);
    const shown = JSON.stringify(report);
    for (const secret of secrets) expect(shown).to.not.include(secret);
  });

  it('keeps what is no secret', () => {
    const line =
      'To trust this server, perhaps add --servercert pin-sha256:H3/Yr0v9AzL8+gacYLsrhR9vgdXSrsv0QUiCcRAfbWo=';
    expect(shownText(line)).to.equal(line);
    expect(shownText('err 10:certificate has expired')).to.equal('err 10:certificate has expired');
  });

  it('takes no time for lines that are made to take it', async () => {
    const long = 100_000;
    const lines = [
      `Server certificate verify failed:${' '.repeat(long)}x`,
      `Configured as ${'with SSL '.repeat(long / 10)}`,
      `%ASA-6-725006: Device failed SSL handshake with client ${'a'.repeat(long)}`,
      `Sep 20 04:10:47 h SF-IMS[1]: [1] sftunnel:sf_ssl [ERROR] ${'issuer = '.repeat(long / 10)}`,
      `SSL alert number ${'9'.repeat(long)} :SSL routines: sslv3 alert ${'a '.repeat(long / 2)}`,
      `A fatal alert was received from the remote endpoint. ${'code '.repeat(long / 5)}`,
      `password password ${'='.repeat(long)} CERT_HAS_EXPIRED`,
      `${'cookie'.repeat(long / 6)} CERT_HAS_EXPIRED`,
    ];
    const report = await read(lines.join('\n'));
    expect(report.counters.lines).to.equal(lines.length);
    expect(report.counters.dropped['long-lines']).to.be.at.least(5);
  });

  it('reads gzip, UTF-16, carriage returns, colours, and pieces of any size alike', async () => {
    const text = sample('ftd-messages');
    const bytes = encoder.encode(text);
    const wide = new Uint8Array(Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'utf16le'));
    async function* bytewise() {
      for (const byte of bytes) yield Uint8Array.of(byte);
    }
    const forms = [
      bytes,
      new Uint8Array(gzipSync(bytes)),
      wide,
      encoder.encode(text.replaceAll('\n', '\r\n')),
      encoder.encode(text.replaceAll('[ERROR]', '\u001b[31m[ERROR]\u001b[0m')),
      bytewise(),
      { lines: text.split('\n') },
    ];
    for (const [index, form] of forms.entries()) {
      const report = await analyzeLog(form, { now });
      expect(ids(report), `form ${index}`).to.deep.equal(['sftunnel.ca-expired', 'sftunnel.certificate-expired']);
      expect(report.counters.matched, `form ${index}`).to.equal(10);
    }
  });

  it('says where a compressed log ends early', async () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `Sep 20 04:10:47 host line ${index * 7919}`).join('\n');
    const whole = gzipSync(`${sample('ftd-messages')}${lines}`);
    const report = await analyzeLog(new Uint8Array(whole.subarray(0, whole.length - 2_000)), { now });
    expect(report.sources[0]?.truncated).to.equal(true);
    expect(ids(report)).to.deep.equal(['sftunnel.ca-expired', 'sftunnel.certificate-expired']);
  });

  it('ends in a typed error for a file that is not there, and for options that cannot be', async () => {
    const failure = async (promise: Promise<unknown>): Promise<unknown> => {
      try {
        return await promise;
      } catch (error) {
        return error instanceof HarnessError ? error.code : error;
      }
    };
    expect(await failure(analyzeLog('/nowhere/messages'))).to.equal('unreadable-file');
    expect(await failure(analyzeLog(encoder.encode(''), { year: 12 }))).to.equal('bad-option');
    expect(await failure(analyzeLog(encoder.encode(''), { utcOffset: 2_000 }))).to.equal('bad-option');
    expect(await failure(analyzeLog(new Uint8Array([0x1f, 0x8b, 8, 0, 0])))).to.equal('unreadable-file');
  });

  it('keeps no more than it shows of a log that begins attempts without end', async () => {
    async function* lines() {
      for (let index = 0; index < 100_000; index++)
        yield `Sep 20 04:10:47 h${index % 3_000} SF-IMS[1]: [${index}] sftunnel:sf_ssl [INFO] Initiating IPv4 connection`;
    }
    const report = await analyzeLog({ lines: lines() }, { now });
    expect(report.counters.episodes).to.equal(100_000);
    expect(report.episodes).to.have.lengthOf(1_000);
    expect(report.counters.dropped).to.deep.equal({ 'episodes-not-listed': 99_000 });
  });
});
