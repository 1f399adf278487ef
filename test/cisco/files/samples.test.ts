import { expect } from 'chai';
import {
  certificateDatesText,
  copyCertsText,
  devicesCsvText,
  failedPushText,
  generateCertsText,
  listingProblems,
  listingText,
  parseCertificateDates,
  parseCopyCerts,
  parseDevicesCsv,
  parseFailedPush,
  parseGenerateCerts,
  parseListing,
  parseSftunnelConf,
  parseSftunnelStatus,
  sftunnelConfText,
  sftunnelStatusText,
} from '../../../lib/cisco/files/index.ts';
import { devices, password, privateKey, sample, statusDown, statusLong, statusRpc, statusUp } from './samples.ts';

const fmc = 'cdb123c8-4347-11ef-aca1-f3aa241412a1';

describe('files and outputs of sftunnel, as Cisco 222464 prints them', () => {
  it('sftunnel.conf: every setting, the misread words named, the arrows of the author told as annotation', () => {
    const { value, diagnostics } = parseSftunnelConf(sample('sftunnel.conf'));
    expect(value.blocks).to.have.lengthOf(1);
    expect(value).to.include({
      certificate: '/etc/sf/keys/sftunnel-cert.pem',
      key: '/etc/sf/keys/sftunnel-key.pem',
      ca: '/etc/sf/ca_root/cacert.pem',
      crl: '/etc/sf/ca_root/cr1.pem',
      tlsVersion: 'TLSv1.2',
    });
    expect(diagnostics).to.deep.equal([
      { line: 2, id: 'unknown-key', detail: 'proxyssl' },
      { line: 3, id: 'annotation' },
      { line: 5, id: 'annotation' },
      { line: 6, id: 'unknown-key', detail: 'proxy_crl' },
    ]);
    expect(sftunnelConfText(value)).to.match(/^proxysl \{\n {2}proxy_cert \/etc\/sf\/keys\/sftunnel-cert\.pem;\n/);
  });

  it('FAILED_PUSH: five complete records out of wrapped lines, and the one that is cut', () => {
    const { value, diagnostics } = parseFailedPush(sample('failed-push'));
    expect(value.generatedAt).to.equal('2024-10-14T14:23:14.000Z');
    expect(
      value.records.map(({ deviceName, source, line, endLine }) => [deviceName, source, line, endLine]),
    ).to.deep.equal([
      ['BSNS-1120-1', '/etc/sf/ca_root/cacert.pem', 2, 3],
      ['BSNS-1120-1', '/var/sf/peers/c8d5d5c6-87c9-11ef-a993-b9831565bc4e/certs_pushed/sftunnel-key.pem', 4, 5],
      ['BSNS-1120-1', '/var/sf/peers/c8d5d5c6-87c9-11ef-a993-b9831565bc4e/certs_pushed/sftunnel-cert.pem', 6, 7],
      ['EMEA-FPR3110-08', '/etc/sf/ca_root/cacert.pem', 8, 9],
      ['EMEA-FPR3110-08', '/var/sf/peers/6bf1143a-8a2e-11ef-92d8-fd927e807d77/certs_pushed/sftunnel-key.pem', 10, 11],
    ]);
    for (const { destination } of value.records)
      expect(destination).to.match(new RegExp(`^/var/sf/peers/${fmc}/[a-z-]+\\.pem$`));
    expect(value.incomplete).to.deep.equal([
      {
        deviceUuid: '6bf1143a-8a2e-11ef-92d8-fd927e807d77',
        deviceName: 'EMEA-FPR3110-08',
        deviceAddress: '10.48.189.37',
        line: 12,
        endLine: 12,
      },
    ]);
    expect(diagnostics).to.deep.equal([{ line: 12, id: 'cut-off' }]);
  });

  it('FAILED_PUSH: what was joined is written one record a line, and reads the same whatever the width of the terminal', () => {
    const { value } = parseFailedPush(sample('failed-push'));
    const text = failedPushText(value);
    expect(text.trimEnd().split('\n')).to.have.lengthOf(5);
    const plain = (parsed: ReturnType<typeof parseFailedPush>) =>
      parsed.value.records.map(({ line: _line, endLine: _end, ...record }) => record);
    expect(plain(parseFailedPush(text))).to.deep.equal(plain({ value, diagnostics: [] }));
    for (let width = 80; width < 240; width++) {
      const wrapped = text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? []);
      // A terminal's text loses the blank at the edge of the window.
      for (const lines of [wrapped, wrapped.map((line) => line.trim())])
        expect(plain(parseFailedPush(lines.join('\n'))), `${width}`).to.deep.equal(plain({ value, diagnostics: [] }));
    }
  });

  it('FAILED_PUSH: names with blanks, and a destination that is cut', () => {
    const line = `c8d5d5c6-87c9-11ef-a993-b9831565bc4e HQ edge 1 10.48.67.54 /etc/sf/ca_root/cacert.pem /var/sf/peers/${fmc}/cacert.pem`;
    expect(parseFailedPush(line).value.records[0]?.deviceName).to.equal('HQ edge 1');
    for (let end = 37; end < line.length; end++) {
      const { value } = parseFailedPush(line.slice(0, end));
      expect([value.records.length, value.incomplete.length], line.slice(0, end)).to.deep.equal([0, 1]);
    }
  });

  it('generate_certs.pl: the CA, the answers, six files that were not pushed, and where that is noted', () => {
    const { value, diagnostics } = parseGenerateCerts(sample('generate-certs'));
    expect(diagnostics).to.deep.equal([]);
    expect(value).to.deep.include({
      logFile: '/var/log/sf/sfca_generation.log',
      currentCa: { daysLeft: 3646, at: '2034-10-09T10:12:50.000Z', line: 11 },
      answers: ['yes', 'yes'],
      failedPushFile: { path: '/var/tmp/certs/1728915794/FAILED_PUSH', generatedAt: '2024-10-14T14:23:14.000Z' },
      outcome: 'failed-pushes',
    });
    expect(value.failed.map(({ device }) => device)).to.deep.equal([
      ...Array<string>(3).fill('BSNS-1120-1'),
      ...Array<string>(3).fill('EMEA-FPR3110-08'),
    ]);
    const again = parseGenerateCerts(generateCertsText(value));
    expect(again.diagnostics).to.deep.equal([]);
    expect(again.value.failed.map(({ destination }) => destination)).to.deep.equal(
      value.failed.map(({ destination }) => destination),
    );
  });

  it('generate_certs.pl: an output without failures counts as such only when it is whole', () => {
    const lines = sample('generate-certs')
      .split('\n')
      .filter((line) => !/^Failed to push|^Some files/.test(line));
    const outcome = (text: string) => parseGenerateCerts(text).value.outcome;
    expect(outcome(lines.join('\n'))).to.equal('no-failure-seen');
    expect(outcome(lines.slice(0, 12).join('\n'))).to.equal('incomplete');
    expect(outcome(lines.join('\n').replaceAll('yes/no]:yes', 'yes/no]:no'))).to.equal('declined');
    expect(outcome('')).to.equal('incomplete');
  });

  it('copy_sftunnel_certs.py: what became of each device', () => {
    const { value, diagnostics } = parseCopyCerts(sample('copy-certs'));
    expect(diagnostics).to.deep.equal([]);
    expect(
      value.devices.map(({ name, outcome, restarted, startedAt, endedAt }) => [
        name,
        outcome,
        restarted,
        startedAt,
        endedAt,
      ]),
    ).to.deep.equal([
      ['FMCpri', 'not-ha-peer', false, '2024-11-12T14:07:36', '2024-11-12T14:07:41'],
      ['FTDv', 'copied', true, '2024-11-12T14:07:41', '2024-11-12T14:07:44'],
      ['BSNS-1120-1', 'unreachable', false, '2024-11-12T14:07:44', '2024-11-12T14:08:04'],
    ]);
    const text = copyCertsText(value);
    // Without the prompts and blank lines around it, the text is that of the program.
    const words = (session: string) => session.split('\n').filter((line) => /^\d{4}-|^=/.test(line));
    expect(words(text)).to.deep.equal(words(sample('copy-certs')));
  });

  it('copy_sftunnel_certs.py: a block that is cut is incomplete', () => {
    const cut = sample('copy-certs').split('\n').slice(0, 18).join('\n');
    const { value, diagnostics } = parseCopyCerts(cut);
    expect(value.devices.map(({ outcome }) => outcome)).to.deep.equal(['not-ha-peer', 'incomplete']);
    expect(diagnostics).to.deep.equal([{ line: 16, id: 'cut-off' }]);
  });

  it('openssl x509 -dates and the script that counts days', () => {
    const { value, diagnostics } = parseCertificateDates(sample('certificate-dates'));
    expect([value, diagnostics]).to.deep.equal([
      { notBefore: '2024-10-07T12:16:56.000Z', notAfter: '2034-10-05T12:16:56.000Z', daysLeft: null },
      [],
    ]);
    expect(sample('certificate-dates')).to.include(certificateDatesText(value));
    expect(parseCertificateDates(sample('expiry-script')).value.daysLeft).to.equal(3649);
    expect(parseCertificateDates('The certificate has expired 3 days ago.').value.daysLeft).to.equal(-3);
    expect(parseCertificateDates('notAfter=Feb 30 12:16:56 2034 GMT').diagnostics).to.deep.equal([
      { line: 1, id: 'bad-value', detail: 'notAfter' },
    ]);
  });

  it('ls -hal: empty files, names with stray characters, and a private key that everybody may read', () => {
    const { value, diagnostics } = parseListing(sample('final-listing'));
    expect(diagnostics).to.deep.equal([]);
    expect(value.files).to.have.lengthOf(22);
    expect(
      listingProblems(value).map(({ id, path, line }) => [id, path.slice(path.lastIndexOf('/') + 1), line]),
    ).to.deep.equal([
      ['key-readable-by-others', 'sftunnel-key.pem', 20],
      ['stray-file', 'sftunnel-key.pem.backup???', 21],
      ['stray-file', 'sftunnel-key.pem???', 22],
    ]);
    expect(listingProblems(parseListing(sample('emptied-session')).value).map(({ id }) => id)).to.include.members([
      'empty-file',
      'stray-file',
    ]);
    expect(parseListing(listingText(value)).value.files.map(({ name, mode }) => [name, mode])).to.deep.equal(
      value.files.map(({ name, mode }) => [name, mode]),
    );
    expect(parseListing(sample('backup-session')).diagnostics).to.deep.equal([{ line: 3, id: 'not-understood' }]);
  });
});

describe('output of sftunnel_status.pl and its kin', () => {
  const peersOf = (text: string) => parseSftunnelStatus(text).value.peers;

  it('tells tunnels that are up, down, half up, and not told of', () => {
    expect(peersOf(statusUp).map(({ address, state }) => [address, state])).to.deep.equal([['10.10.17.202', 'up']]);
    expect(peersOf(statusDown).map(({ address, state }) => [address, state])).to.deep.equal([['10.10.17.202', 'down']]);
    expect(peersOf(statusUp.replace(/Peer channel Channel-B.*\n/, ''))[0]?.state).to.equal('partial');
    expect(
      peersOf(statusLong).map(({ address, state, softwareVersion }) => [address, state, softwareVersion]),
    ).to.deep.equal([['10.83.57.41', 'up', '6.2.0']]);
    expect(peersOf('PEER:10.1.1.1\nRegistration: Completed.\n')[0]?.state).to.equal('unknown');
    for (const text of [statusUp, statusDown, statusRpc, statusLong])
      expect(parseSftunnelStatus(text).diagnostics).to.deep.equal([]);
  });

  it('does not take a failed RPC poll for a tunnel that is down', () => {
    expect(peersOf(statusRpc)).to.have.lengthOf(1);
    expect(peersOf(statusRpc)[0]).to.include({
      address: '10.48.67.54',
      uuid: 'c8d5d5c6-87c9-11ef-a993-b9831565bc4e',
      state: 'unknown',
      rpc: 'failed',
    });
  });

  it('keeps peers apart, also where the addresses are blanked out', () => {
    expect(
      peersOf(statusUp + statusDown.replaceAll('10.10.17.202', '10.10.17.203')).map(({ state }) => state),
    ).to.deep.equal(['up', 'down']);
    const blank = (text: string) =>
      text
        .replace(/^PEER.*\n/m, '')
        .replaceAll(/'[\d.]+'/g, "''")
        .replace(/^>.*\n/, '');
    expect(peersOf(blank(statusDown) + blank(statusUp)).map(({ address, state }) => [address, state])).to.deep.equal([
      [null, 'down'],
      [null, 'up'],
    ]);
  });

  it('is written back in the brief form', () => {
    for (const text of [statusUp, statusDown, statusLong]) {
      const { value } = parseSftunnelStatus(text);
      const again = parseSftunnelStatus(sftunnelStatusText(value));
      expect(again.diagnostics).to.deep.equal([]);
      expect(again.value.peers.map(({ address, state, channels }) => [address, state, channels])).to.deep.equal(
        value.peers.map(({ address, state, channels }) => [address, state, channels]),
      );
    }
  });
});

describe('devices.csv', () => {
  it('gives names and addresses in order, and whether there is a password, never the password', () => {
    const { value, diagnostics } = parseDevicesCsv(devices);
    expect(diagnostics).to.deep.equal([]);
    expect(value.header).to.equal(true);
    expect(
      value.rows.map(({ name, address, username, hasPassword }) => [name, address, username, hasPassword]),
    ).to.deep.equal([
      ['FMCpri', '10.48.79.232', 'admin', true],
      ['FTDv', '10.48.67.53', 'admin', true],
      ['BSNS, first', '10.48.67.54', 'admin', true],
    ]);
    const text = devicesCsvText(value);
    expect(text).to.include('"BSNS, first",10.48.67.54,admin,<redacted>\n');
    for (const secret of [password, 'S3cr3t', 'Zx9-otherPass'])
      expect(JSON.stringify(value) + text).to.not.include(secret);
    expect(parseDevicesCsv(text).value).to.deep.equal(value);
  });

  it('says nothing of a row whose columns are not what they should be', () => {
    for (const [row, id] of [
      ['FTDv,10.48.67.53,hunter2', 'wrong-columns'],
      ['FTDv;10.48.67.53;admin;hunter2', 'wrong-columns'],
      ['FTDv,admin,hunter2,10.48.67.53', 'bad-value'],
      ['FTDv,10.48.67.53admin,hunter2,x', 'bad-value'],
      ['hunter2', 'wrong-columns'],
    ] as const) {
      const result = parseDevicesCsv(row);
      expect(result.value.rows, row).to.deep.equal([]);
      expect(
        result.diagnostics.map((item) => item.id),
        row,
      ).to.deep.equal([id]);
      expect(JSON.stringify(result), row).to.not.include('hunter2');
    }
  });

  it('hides a user name or a name that is the password of some row', () => {
    const { value } = parseDevicesCsv('FTDv,10.1.1.1,admin,admin\nhunter2-old,10.1.1.2,root,hunter2\n');
    expect(value.rows.map(({ name, username }) => [name, username])).to.deep.equal([
      ['FTDv', '<redacted>'],
      ['<redacted>', 'root'],
    ]);
  });
});

describe('a private key among other output', () => {
  it('is in nothing that any reader hands over', () => {
    const secret = privateKey.split('\n').slice(1, 3);
    const around = sample('failed-push').replace('/cacert.pem\nc8d5', `/cacert.pem\n${privateKey}c8d5`);
    for (const text of [around, around.replace(/-----BEGIN.*\n/, ''), privateKey + sample('failed-push')]) {
      const result = JSON.stringify(parseFailedPush(text));
      for (const line of secret)
        for (let at = 0; at + 16 <= line.length; at++) expect(result).to.not.include(line.slice(at, at + 16));
    }
  });
});
