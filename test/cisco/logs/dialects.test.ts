import { expect } from 'chai';
import { grammarRows } from '../../../lib/cisco/index.ts';
import { ids, read } from './support.ts';

/** What somebody wrote, the rows that know it, and the findings with how sure they are. */
interface Case {
  readonly about: string;
  readonly lines: readonly string[];
  readonly rows: readonly string[];
  readonly findings: readonly (readonly [string, 'proven' | 'likely' | 'possible'])[];
  readonly outcome?: 'failed' | 'connected' | 'unknown';
}

const openssl = (reason: string): string => `4007167E1B7F0000:error:0A000410:SSL routines:ssl3_read_bytes:${reason}`;

const cases: readonly Case[] = [
  {
    about: 'an openssl client that finds the certificate expired and goes on',
    lines: [
      'CONNECTED(00000003)',
      'depth=0 CN = vpn.example.test',
      'verify error:num=10:certificate has expired',
      'New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384',
      'Verify return code: 10 (certificate has expired)',
    ],
    rows: ['openssl.connected', 'openssl.depth', 'openssl.verify-error', 'openssl.negotiated', 'openssl.verify-code'],
    findings: [['cert.expired', 'likely']],
    outcome: 'connected',
  },
  {
    about: 'an openssl client that misses an issuer: not sent, or not trusted',
    lines: ['depth=0 CN = vpn.example.test', 'verify error:num=20:unable to get local issuer certificate'],
    rows: ['openssl.depth', 'openssl.verify-error'],
    findings: [
      ['cert.chain-incomplete', 'possible'],
      ['cert.untrusted-root', 'possible'],
    ],
  },
  {
    about: 'an openssl client and another name',
    lines: ['verify error:num=62:hostname mismatch'],
    rows: ['openssl.verify-error'],
    findings: [['cert.name-mismatch', 'likely']],
  },
  {
    about: 'alert 70',
    lines: [openssl('tlsv1 alert protocol version:../ssl/record/rec_layer_s3.c:1601:SSL alert number 70')],
    rows: ['openssl.error'],
    findings: [['tls.no-common-version', 'likely']],
  },
  {
    about: 'alert 40, which names no cause',
    lines: [openssl('sslv3 alert handshake failure:../ssl/record/rec_layer_s3.c:1601:SSL alert number 40')],
    rows: ['openssl.error'],
    findings: [['handshake.alert', 'proven']],
  },
  {
    about: 'an openssl server without a cipher in common',
    lines: [openssl('no shared cipher:../ssl/statem/statem_srvr.c:2226:')],
    rows: ['openssl.error'],
    findings: [['tls.no-common-cipher', 'likely']],
  },
  {
    about: 'an openssl server whose client sends no certificate',
    lines: [openssl('peer did not return a certificate:../ssl/statem/statem_srvr.c:3517:')],
    rows: ['openssl.error'],
    findings: [['tls.client-certificate-required', 'likely']],
  },
  {
    about: 'an openssl server whose client does not know the CA',
    lines: ['ACCEPT', openssl('tlsv1 alert unknown ca:../ssl/record/rec_layer_s3.c:1601:SSL alert number 48')],
    rows: ['openssl.accepted', 'openssl.error'],
    findings: [
      ['cert.chain-incomplete', 'possible'],
      ['cert.untrusted-root', 'possible'],
    ],
  },
  {
    about: 'openssl and a headend of old renegotiation',
    lines: [openssl('unsafe legacy renegotiation disabled:../ssl/statem/extensions.c:922:')],
    rows: ['openssl.error'],
    findings: [['tls.insecure-renegotiation', 'likely']],
  },
  {
    about: 'a port that refuses openssl',
    lines: ['connect:errno=111'],
    rows: ['openssl.connect-failed'],
    findings: [['policy.port-refused', 'proven']],
  },
  {
    about: 'openconnect and an expired certificate',
    lines: [
      'POST https://vpn.example.test/',
      'Connected to 192.0.2.1:443',
      'SSL negotiation with vpn.example.test',
      'Server certificate verify failed: certificate expired',
      'SSL connection failure: Error in the certificate.',
      'Failed to open HTTPS connection to vpn.example.test',
    ],
    rows: [
      'openconnect.connected',
      'openconnect.negotiation',
      'openconnect.verify-failed',
      'openconnect.failure',
      'openconnect.https-failed',
    ],
    findings: [['cert.expired', 'likely']],
    outcome: 'failed',
  },
  {
    about: 'openconnect, which was told to trust, and a tunnel without DTLS',
    lines: [
      'Connected to 192.0.2.1:443',
      'CSTP connected. DPD 30, Keepalive 60',
      'DTLS handshake failed: Resource temporarily unavailable, try again.',
      'Configured as 192.168.77.50, with SSL connected and DTLS in progress',
    ],
    rows: ['openconnect.connected', 'openconnect.cstp-connected', 'openconnect.dtls-failed', 'openconnect.configured'],
    findings: [['vpn.dtls-blocked', 'possible']],
    outcome: 'connected',
  },
  {
    about: 'openconnect, everything as it should be',
    lines: [
      'Connected to 192.0.2.1:443',
      'CSTP connected. DPD 30, Keepalive 60',
      'Established DTLS connection (using GnuTLS). Ciphersuite (DTLS1.2)-(PSK)-(AES-256-GCM).',
      'Configured as 192.168.77.50, with SSL connected and DTLS connected',
    ],
    rows: [
      'openconnect.connected',
      'openconnect.cstp-connected',
      'openconnect.dtls-established',
      'openconnect.configured',
    ],
    findings: [],
    outcome: 'connected',
  },
  {
    about: 'openconnect and a port that refuses it',
    lines: ['Failed to connect to 192.0.2.1:443: Connection refused'],
    rows: ['openconnect.connect-failed'],
    findings: [['policy.port-refused', 'proven']],
  },
  {
    about: 'gnutls-cli with two things wrong in one line',
    lines: [
      "Connecting to '192.0.2.1:443'...",
      '- Status: The certificate is NOT trusted. The certificate chain uses expired certificate. The name in the certificate does not match the expected. ',
    ],
    rows: ['gnutls.connecting', 'gnutls.status-1'],
    findings: [
      ['cert.expired', 'likely'],
      ['cert.name-mismatch', 'likely'],
    ],
  },
  {
    about: 'gnutls-cli and an alert',
    lines: [
      '*** Fatal error: A TLS fatal alert has been received.',
      '*** Received alert [70]: Error in protocol version',
    ],
    rows: ['gnutls.alert'],
    findings: [['tls.no-common-version', 'likely']],
  },
  {
    about: 'Node.js and its codes',
    lines: ["  code: 'ERR_TLS_CERT_ALTNAME_INVALID',"],
    rows: ['node.ERR_TLS_CERT_ALTNAME_INVALID'],
    findings: [['cert.name-mismatch', 'likely']],
  },
  {
    about: 'Node.js and an alert that asks for a client certificate',
    lines: ["  code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'"],
    rows: ['node.alert'],
    findings: [['tls.client-certificate-required', 'likely']],
  },
  {
    about: 'Schannel and an alert of the peer',
    lines: ['A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 70.'],
    rows: ['schannel.alert-received'],
    findings: [['tls.no-common-version', 'likely']],
  },
  {
    about: 'Schannel and an expired certificate',
    lines: ['InitializeSecurityContext failed: SEC_E_CERT_EXPIRED (0x80090328)'],
    rows: ['schannel.SEC_E_CERT_EXPIRED'],
    findings: [['cert.expired', 'likely']],
  },
  {
    about: 'Schannel and an error that several alerts become',
    lines: ['0x80090326'],
    rows: ['schannel.SEC_E_ILLEGAL_MESSAGE-code'],
    findings: [],
    outcome: 'failed',
  },
  {
    about: 'AnyConnect on the command line',
    lines: [
      'AnyConnect cannot verify server: vpn.example.test',
      ' - Certificate is from an untrusted source.',
      'Connection attempt has failed.',
    ],
    rows: ['secure-client.cannot-verify', 'secure-client.untrusted-source', 'secure-client.attempt-failed'],
    findings: [
      ['cert.chain-incomplete', 'possible'],
      ['cert.untrusted-root', 'possible'],
    ],
    outcome: 'failed',
  },
  {
    about: "the article's line of the VPN debug, whose separators were lost",
    lines: [
      'TLS alert, unknown_caTLS handshake failedprotocol version mismatchunsupported ciphercertificate validate failed',
    ],
    rows: ['ftd-debug.alert'],
    findings: [
      ['cert.chain-incomplete', 'possible'],
      ['cert.untrusted-root', 'possible'],
    ],
  },
  {
    about: 'the VPN debug about versions',
    lines: ['protocol version mismatch'],
    rows: ['ftd-debug.version-mismatch'],
    findings: [['tls.no-common-version', 'likely']],
  },
  {
    about: 'the VPN debug without a reason',
    lines: ['TLS handshake failed'],
    rows: ['ftd-debug.handshake-failed'],
    findings: [],
    outcome: 'failed',
  },
  {
    about: 'an ASA that has no cipher in common with a client',
    lines: [
      '%ASA-6-725001: Starting SSL handshake with client outside:192.0.2.7/58911 to 198.51.100.9/443 for TLS session',
      '%ASA-7-725014: SSL lib error. Function: SSL3_GET_CLIENT_HELLO Reason: no shared cipher',
      '%ASA-6-725006: Device failed SSL handshake with client outside:192.0.2.7/58911 to 198.51.100.9/443',
    ],
    rows: ['asa-syslog.725001', 'asa-syslog.725014', 'asa-syslog.725006'],
    findings: [['tls.no-common-cipher', 'likely']],
    outcome: 'failed',
  },
  {
    about: 'an FTD that says no more than that it failed',
    lines: [
      'Sep 20 2024 04:10:47 ftd1 : %FTD-6-725006: Device failed SSL handshake with client outside:192.0.2.7/58911 to 198.51.100.9/443',
    ],
    rows: ['asa-syslog.725006'],
    findings: [],
    outcome: 'failed',
  },
  {
    about: 'an ASA whose handshake is complete',
    lines: [
      '%ASA-6-725001: Starting SSL handshake with client outside:192.0.2.7/58911 to 198.51.100.9/443 for TLS session',
      '%ASA-6-725002: Device completed SSL handshake with client outside:192.0.2.7/58911 to 198.51.100.9/443 for TLSv1.2 session',
    ],
    rows: ['asa-syslog.725001', 'asa-syslog.725002'],
    findings: [],
    outcome: 'connected',
  },
  {
    about: 'an ASA and DTLS without a cipher',
    lines: ['%ASA-5-722043: Group <g> User <u> IP <192.0.2.7> DTLS disabled: unable to negotiate cipher'],
    rows: ['asa-syslog.722043'],
    findings: [['vpn.dtls-disabled', 'likely']],
  },
  {
    about: 'an ASA and packets that are larger than the client can take',
    lines: ['%ASA-6-722036: Group <g> User <u> IP <192.0.2.7> Transmitting large packet 1418 (threshold 1347)'],
    rows: ['asa-syslog.722036'],
    findings: [],
    outcome: 'unknown',
  },
];

describe('grammars of logs', () => {
  for (const { about, lines, rows, findings, outcome } of cases) {
    it(`reads ${about}`, async () => {
      const report = await read(lines.join('\n'));
      expect(Object.keys(report.counters.byGrammar)).to.have.members(rows);
      expect(report.episodes).to.have.lengthOf(1);
      expect(report.findings.map(({ id, confidence }) => [id, confidence])).to.have.deep.members(
        findings.map((each) => [...each]),
      );
      if (outcome !== undefined) expect(report.episodes[0]?.outcome).to.equal(outcome);
    });
  }

  it('has a source for every row, and every id once', () => {
    const rows = Object.entries(grammarRows).flatMap(([dialect, all]) => all.map((row) => ({ dialect, row })));
    expect(new Set(rows.map(({ row }) => row.id)).size).to.equal(rows.length);
    for (const { dialect, row } of rows) {
      expect(row.dialect).to.equal(dialect);
      expect(row.source, row.id).to.not.equal('');
    }
  });

  it('does not take connections to other services for VPNs', async () => {
    const report = await read('Error: connect ECONNREFUSED 127.0.0.1:5432');
    expect(report.episodes).to.deep.equal([]);
    expect(ids(await read('Error: connect ECONNREFUSED 192.0.2.1:443'))).to.deep.equal(['policy.port-refused']);
  });

  it('names the device, not its client, where a server wrote the log', async () => {
    const report = await read(
      [
        'Sep 20 2024 04:10:47 asa1 : %ASA-7-725014: SSL lib error. Function: SSL3_READ_BYTES Reason: sslv3 alert certificate expired',
      ].join('\n'),
    );
    expect(report.findings.map(({ id }) => id)).to.deep.equal(['cert.expired']);
  });

  it('keeps the handshakes of two clients apart', async () => {
    const lines = ['58911', '58912'].flatMap((port) => [
      `%ASA-6-725001: Starting SSL handshake with client outside:192.0.2.7/${port} to 198.51.100.9/443 for TLS session`,
    ]);
    const report = await read(
      [
        ...lines,
        '%ASA-6-725002: Device completed SSL handshake with client outside:192.0.2.7/58911 to 198.51.100.9/443 for TLSv1.2 session',
        '%ASA-6-725006: Device failed SSL handshake with client outside:192.0.2.7/58912 to 198.51.100.9/443',
      ].join('\n'),
    );
    expect(report.episodes.map(({ outcome }) => outcome)).to.deep.equal(['connected', 'failed']);
  });

  it('says unreachable where no attempt got a connection, and clean where all did', async () => {
    expect((await read('connect:errno=111')).verdict).to.equal('unreachable');
    expect((await read('CSTP connected. DPD 30, Keepalive 60')).verdict).to.equal('clean');
    expect((await read('nothing of interest')).verdict).to.equal('inconclusive');
  });
});
