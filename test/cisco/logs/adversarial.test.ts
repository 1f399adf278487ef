import { expect } from 'chai';
import { analyzeLog } from '../../../lib/logs.ts';
import { expiredAttempt, ids, now, read, sftunnelLine } from './support.ts';

const time = 'Sep 20 04:10:47';
const expired = ['sftunnel.ca-expired', 'sftunnel.certificate-expired'];
const lines = expiredAttempt(time);
const text = lines.join('\n');

describe('logs as they come', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['line numbers of grep', lines.map((line, index) => `${index + 1}:${line}`).join('\n')],
    ['file names of grep', lines.map((line) => `var/log/messages.1:${line}`).join('\n')],
    ['both, and the dashes of its context', lines.map((line) => `messages.1-7-${line}`).join('\n')],
    ['priorities', lines.map((line) => `<134>${line}`).join('\n')],
    ['times of rsyslog', text.replaceAll(time, '2024-09-20T04:10:47.123456+09:00')],
    ['times of journald', text.replaceAll(time, '2024-09-20T04:10:47+0900')],
    [
      'RFC 5424',
      text.replaceAll(
        `${time} FTD-hostname SF-IMS[50792]:`,
        '<134>1 2024-09-20T04:10:47Z FTD-hostname SF-IMS 50792 - -',
      ),
    ],
    ['days that no calendar has', text.replaceAll('Sep 20', 'Feb 30')],
  ];
  for (const [name, form] of forms) {
    it(`are read with ${name}`, async () => {
      const report = await read(form);
      expect(report.counters.matched).to.equal(lines.length);
      expect(report.episodes.map(({ host }) => host)).to.deep.equal(['FTD-hostname']);
      expect(ids(report)).to.deep.equal(expired);
    });
  }

  it('are read in UTF-16 of either order, also without a mark', async () => {
    for (const mark of ['', '\ufeff']) {
      const little = Buffer.from(mark + text.replaceAll('\n', '\r\n'), 'utf16le');
      const big = Buffer.from(little).swap16();
      for (const bytes of [little, big]) expect(ids(await analyzeLog(bytes, { now }))).to.deep.equal(expired);
    }
  });

  it('are joined where a terminal broke them behind a blank', async () => {
    for (let width = 60; width <= 104; width++) {
      const wrapped = lines.flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n');
      const report = await read(wrapped);
      expect(report.counters.matched, `${width}`).to.equal(lines.length);
      expect(report.findings[0]?.confidence, `${width}`).to.equal('likely');
    }
  });

  it('never say that a device certificate has expired where the name of the CA is cut', async () => {
    for (let cut = 60; cut <= 110; cut++) {
      const report = await read(lines.map((line) => line.slice(0, cut)).join('\n'));
      const device = report.findings.find(({ id }) => id === 'sftunnel.certificate-expired');
      if (device !== undefined) expect(device.confidence, `${cut}`).to.equal('possible');
    }
  });

  it('keep two devices and two processes apart whose lines alternate', async () => {
    const other = text.replaceAll('FTD-hostname', 'ftd2').split('\n');
    const third = text.replaceAll('[51982]', '[7]').split('\n');
    const report = await read(lines.flatMap((line, index) => [line, other[index], third[index]]).join('\n'));
    expect(report.episodes.map(({ host, outcome }) => [host, outcome])).to.deep.equal([
      ['FTD-hostname', 'failed'],
      ['ftd2', 'failed'],
      ['FTD-hostname', 'failed'],
    ]);
  });

  it('say nothing of TLS that is not of the VPN, nor of words that look like it', async () => {
    const unrelated = [
      'h postfix/smtpd[1]: warning: TLS library problem: error:0A000412:SSL routines::sslv3 alert bad certificate:../ssl/record/rec_layer_s3.c:1584:SSL alert number 42:',
      'h dovecot: imap-login: Disconnected: TLS handshake failed (no auth attempts)',
      'h app: unsupported cipher in the settings of the disk',
      'h rsync: protocol version mismatch -- is your shell clean?',
      'h sshd[1]: fatal: protocol version mismatch',
      'h ci[3]: test prints CERT_HAS_EXPIRED',
      'h postgres: error:0A0000C1:SSL routines::no shared cipher',
      'ftd1 SF-IMS[1]: [2] CloudAgent:CloudAgent [ERROR] error:0A000086:SSL routines::certificate verify failed',
      'ftd1 SF-IMS[1]: [2] sftunnel:sf_peers [INFO] err 10:certificate has expired',
    ].map((line) => `${time} ${line}`);
    const report = await read([...unrelated, 'rsync: protocol version mismatch -- is your shell clean?'].join('\n'));
    expect(report.findings.map(({ id }) => id)).to.deep.equal([]);
    expect(report.verdict).to.equal('inconclusive');
  });

  it('do not take other numbers for those of OpenSSL, nor parts of words for words', async () => {
    for (const said of [
      'err 104:Connection reset by peer',
      'err 10:No child processes',
      'err 999:certificate has expired',
    ]) {
      expect((await read(sftunnelLine(time, 'ERROR', said))).findings, said).to.deep.equal([]);
    }
    expect((await read('ids 0x800903281 and A0x80090328, MY_CERT_HAS_EXPIRED')).findings).to.deep.equal([]);
  });

  it('find nothing in channels that come up', async () => {
    const healthy = [
      'Initiating IPv4 connection to 10.10.200.31',
      'Wait to connect to 8305 (IPv4): 10.10.200.31',
      'Connected to 10.10.200.31',
    ];
    const callback = 'VERIFY ssl_verify_callback_initial ok';
    const report = await read([...healthy, callback].map((said) => sftunnelLine(time, 'INFO', said)).join('\n'));
    expect(report.findings).to.deep.equal([]);
  });
});

describe('a failure that a success follows', () => {
  const failure = [
    'Attempting to connect to server 192.0.2.1:443',
    'Connected to 192.0.2.1:443',
    'Server certificate verify failed: certificate expired',
    'SSL connection failure',
  ];
  const success = [
    'Attempting to connect to server 192.0.2.1:443',
    'Connected to 192.0.2.1:443',
    'CSTP connected. DPD 30, Keepalive 60',
  ];
  const at = (hour: string, said: readonly string[]): string[] =>
    said.map((line) => `2024-09-20T${hour}:00:00Z pc openconnect[1]: ${line}`);

  it('is told as what it was, with the line that ends it', async () => {
    for (const log of [
      [...failure, ...success],
      [...at('04', failure), ...at('05', success)],
    ]) {
      const report = await read(log.join('\n'));
      expect(report.findings.map(({ id, severity }) => [id, severity])).to.deep.equal([['cert.expired', 'info']]);
      expect(report.findings[0]?.evidence.at(-1)).to.include({ ref: 'log:5' });
    }
  });

  it('stays grave where the failure came last, by time', async () => {
    for (const log of [
      [...success, ...failure],
      [...at('05', failure), ...at('04', success)],
      [...failure, ...success, ...failure],
      [...failure, ...success.map((line) => line.replace('192.0.2.1', '192.0.2.9'))],
    ]) {
      const report = await read(log.join('\n'));
      expect(report.findings[0]?.severity).to.equal('high');
    }
  });

  it('is not over because another client of the server came up', async () => {
    const from = (port: number): string => `client outside:192.0.2.7/${port} to 198.51.100.9/443`;
    const report = await read(
      [
        `%ASA-6-725001: Starting SSL handshake with ${from(1)} for TLS session`,
        '%ASA-7-725014: SSL lib error. Function: SSL3_GET_CLIENT_HELLO Reason: no shared cipher',
        `%ASA-6-725006: Device failed SSL handshake with ${from(1)}`,
        `%ASA-6-725001: Starting SSL handshake with ${from(2)} for TLS session`,
        `%ASA-6-725002: Device completed SSL handshake with ${from(2)} for TLSv1.2 session`,
      ].join('\n'),
    );
    expect(report.findings.map(({ id, severity }) => [id, severity])).to.deep.equal([['tls.no-common-cipher', 'high']]);
  });
});
