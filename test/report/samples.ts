/** Report documents made by hand: what the runner would have written, with every kind of value in it. */

import {
  type Attempt,
  type Certificate,
  type CheckReport,
  type Finding,
  type HandshakeEvidence,
  handshakeEvidence,
  type MssValue,
  type Observation,
  type ProbeValues,
  type ReportBundle,
} from '../../lib/evidence/index.ts';

export const startedAt = '2026-11-22T09:00:00.000Z';
export const finishedAt = '2026-11-22T09:00:02.140Z';

export function attempt(id: string, known: Partial<Attempt> = {}, evidence: Partial<HandshakeEvidence> = {}): Attempt {
  return {
    id,
    transport: 'tcp',
    sentAt: startedAt,
    connectMs: 1,
    replyMs: 12,
    hello: { preset: 'openssl-3', length: 377, firstFlight: 382, sha256: '0'.repeat(64) },
    records: [377],
    segments: [382],
    segmentsConfirmed: null,
    mss: null,
    concurrent: 0,
    ...known,
    evidence: handshakeEvidence({
      source: { kind: 'attempt', ref: id },
      connect: 'ok',
      hello: { sni: 'vpn.example.com', versions: ['0x0303', '0x0304'], length: 377 },
      negotiated: { version: '0x0303', cipherSuite: '0xc02f', group: '0x001d' },
      sent: { bytes: 382, acked: null, retransmitted: null, tailSacked: null },
      received: [{ message: 'server-hello', at: startedAt, bytes: 93 }],
      reply: 'server-hello',
      end: 'stopped',
      ...evidence,
    }),
  };
}

export function silentAttempt(id: string, length = 1400): Attempt {
  return attempt(
    id,
    { replyMs: null, hello: { preset: 'openssl-3', length, firstFlight: length + 5, sha256: '1'.repeat(64) } },
    { negotiated: null, received: [], reply: 'silent', end: 'silent' },
  );
}

export function observation(known: Partial<Observation> = {}): Observation {
  return { status: 'completed', reason: null, value: null, attempts: [], ...known };
}

export function finding(known: Partial<Finding> = {}): Finding {
  return {
    id: 'cert.expired',
    severity: 'high',
    pattern: 1,
    confidence: 'proven',
    title: 'The server certificate has expired',
    explanation:
      'The certificate that the headend sends is past its notAfter date, so clients that check validity refuse the connection before any login page appears.',
    subject: 'CN=vpn.example.com',
    count: 2,
    evidence: [
      { kind: 'attempt', ref: 'a2', text: 'a2: the server sent CN=vpn.example.com, valid until 2026-10-01' },
      {
        kind: 'certificate',
        ref: 'ab'.repeat(32),
        text: 'notAfter 2026-10-01T00:00:00.000Z, 52 days before the clock of the judgement',
      },
    ],
    excluded: [{ id: 'cert.not-yet-valid', why: 'notBefore 2025-10-01 is in the past' }],
    remedies: [
      {
        id: 'renew-certificate',
        text: 'Enrol a new certificate for the outside interface and assign it to the remote access VPN.\nThen deploy.',
        commands: ['show crypto ca certificates'],
        verify: 'helloprobe certs vpn.example.com',
      },
    ],
    ...known,
  };
}

export function certificate(known: Partial<Certificate> = {}): Certificate {
  return {
    sha256: 'ab'.repeat(32),
    subject: 'CN=vpn.example.com,O=Example',
    issuer: 'CN=Example Issuing CA',
    serial: '0a',
    version: 3,
    notBefore: '2025-10-01T00:00:00.000Z',
    notAfter: '2026-10-01T00:00:00.000Z',
    daysLeft: -52,
    daysLeftAtCapture: null,
    status: 'expired',
    names: ['DNS:vpn.example.com'],
    key: { type: 'RSA', bits: 2048 },
    signatureAlgorithm: 'sha256WithRSAEncryption',
    selfIssued: false,
    isCa: false,
    extendedKeyUsage: ['serverAuth'],
    aiaIssuers: [],
    pem: '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n',
    deviations: [],
    ...known,
  };
}

/** A server with an expired certificate, a legacy version, and a size above which it is silent. */
export function sampleReport(known: Partial<CheckReport> = {}): CheckReport {
  return {
    schemaVersion: 1,
    tool: { name: 'helloprobe', version: '0.1.0' },
    command: 'check',
    startedAt,
    finishedAt,
    verdict: 'findings',
    target: { host: 'vpn.example.com', port: 443, address: '192.0.2.1', sni: 'vpn.example.com' },
    judgement: {
      now: startedAt,
      clientVersions: ['0x0303', '0x0304'],
      clientCiphers: ['0x1301'],
      clientGroups: ['0x001d'],
      expectName: 'vpn.example.com',
      expectIssuer: null,
      expectFingerprint: null,
    },
    observations: sampleObservations(),
    findings: [
      finding({
        id: 'tls.legacy-version-enabled',
        severity: 'low',
        pattern: 2,
        title: 'TLS 1.0 and TLS 1.1 are still enabled',
        explanation: 'The headend accepts versions that current clients no longer offer.',
        subject: 'TLSv1.1',
        evidence: [{ kind: 'attempt', ref: 'a4', text: 'ServerHello with TLSv1.1' }],
        count: 1,
        excluded: [],
        remedies: [
          {
            id: 'disable-legacy',
            text: 'Set the minimum TLS version to 1.2 in the platform settings.',
            commands: ['ssl server-version tlsv1.2'],
          },
        ],
      }),
      finding(),
      finding({
        id: 'tls.hello-size-intolerant',
        severity: 'medium',
        pattern: null,
        confidence: 'likely',
        title: 'ClientHellos of 1400 bytes and more get no answer',
        explanation: 'A small hello is answered at once, a large one never.',
        evidence: Array.from({ length: 9 }, (_, i) => ({
          kind: 'attempt' as const,
          ref: `b${i + 1}`,
          text: 'silent until the deadline',
        })),
        count: 9,
        excluded: [{ id: 'tls.suite-count-intolerant', why: 'the same suites in a smaller hello were answered' }],
        remedies: [],
      }),
    ].map(({ subject, ...rest }) =>
      rest.id === 'tls.hello-size-intolerant' || subject === undefined ? rest : { ...rest, subject },
    ),
    ...known,
  };
}

function sampleObservations(): CheckReport['observations'] {
  const suites = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_128_CBC_SHA'].map((name, i) => ({
    code: (i === 0 ? '0xc02f' : '0x002f') as `0x${string}`,
    name,
  }));
  return {
    connect: observation({
      value: { control: 'a1', preset: 'tls12-minimal', concurrent: true, serverName: null },
      attempts: [attempt('a1')],
    }),
    versions: observation({
      value: [
        { version: 'SSLv3', supported: false, why: 'alert protocol_version' },
        { version: 'TLSv1.0', supported: null, why: 'silent' },
        { version: 'TLSv1.1', supported: true, why: 'server-hello' },
        { version: 'TLSv1.2', supported: true, why: 'server-hello' },
        { version: 'TLSv1.3', supported: false, why: 'server-hello with TLSv1.2' },
      ],
      attempts: [
        attempt(
          'a3',
          {},
          {
            reply: 'alert',
            end: 'alert',
            negotiated: null,
            alert: { from: 'server', level: 'fatal', code: 70, name: 'protocol_version' },
          },
        ),
        attempt('a4'),
      ],
    }),
    ciphers: observation({
      value: {
        'TLSv1.1': { suites: suites.slice(1), order: 'unknown', complete: false },
        'TLSv1.2': { suites, order: 'server', complete: true },
      },
      attempts: [attempt('a5')],
    }),
    groups: observation({
      value: {
        'TLSv1.2': [
          { code: '0x001d', name: 'x25519' },
          { code: '0x0017', name: 'secp256r1' },
        ],
      },
    }),
    'signature-algorithms': observation({ value: [{ code: '0x0804', name: 'rsa_pss_rsae_sha256' }] }),
    certificates: observation({
      value: [
        {
          version: 'TLSv1.2',
          auth: 'rsa',
          how: 'plain',
          chain: [
            certificate(),
            certificate({
              sha256: 'cd'.repeat(32),
              subject: 'CN=Example Issuing CA',
              isCa: true,
              daysLeft: 900,
              status: 'valid',
            }),
          ],
          assessment: {
            trust: 'untrusted-root',
            uncheckedAlgorithm: null,
            limited: false,
            path: ['ab'.repeat(32)],
            missingIssuer: null,
            missingIssuerUrls: [],
            misordered: false,
            unneeded: [],
            roots: 140,
          },
          attempt: 'a2',
        },
      ],
      attempts: [attempt('a2')],
    }),
    'client-auth': observation({
      value: { requested: true, required: null, authorities: ['CN=Device CA,O=Example'], types: ['rsa_sign'] },
    }),
    'hello-size': observation({
      value: {
        rows: [
          { length: 255, reply: 'server-hello', attempts: ['a6'], controls: [] },
          { length: 1400, reply: 'silent', attempts: ['b1', 'b2', 'b3'], controls: ['b4'] },
        ],
        failing: [{ from: 1381, to: 16000 }],
      },
      attempts: Array.from({ length: 9 }, (_, i) => silentAttempt(`b${i + 1}`)),
    }),
    'hello-records': observation({
      value: { rows: [{ case: '1 byte', reply: 'server-hello', attempts: ['a7'], controls: [] }], intolerant: [] },
    }),
    'suite-count': observation({
      value: {
        rows: [
          { case: '127', reply: 'server-hello', attempts: ['a8'], controls: [] },
          { case: '129', reply: 'reset', attempts: ['a9'], controls: [] },
        ],
        intolerant: ['129'],
      },
    }),
    extensions: observation({ status: 'inconclusive', reason: 'target-silent' }),
    'renegotiation-info': observation({ value: { secure: true } }),
    alpn: observation({ value: { protocols: ['http/1.1'], rejectsUnknown: null } }),
    resumption: observation({ value: { sessionId: true, ticket: false, tls13Ticket: null } }),
    'hello-segments': observation({ status: 'skipped', reason: 'missing-ability: raw' }),
  };
}

const lostSizes: MssValue = {
  outbound: {
    rows: [
      { size: 1454, reply: 'hello-retry-request', acked: true, count: 3, attempts: ['a1'], controls: [] },
      { size: 1455, reply: 'silent', acked: false, count: 3, attempts: ['a2'], controls: ['a1'] },
      { size: 1500, reply: 'silent', acked: false, count: 1, attempts: ['a3'], controls: [] },
    ],
    largestPassing: 1454,
    smallestFailing: 1455,
    pathMtu: 1454,
    verdict: 'blackhole',
    reason: null,
  },
  inbound: {
    rows: [],
    largestPassing: null,
    smallestFailing: null,
    pathMtu: null,
    verdict: 'unknown',
    reason: 'flight-too-small: 700 bytes',
  },
};

/** A line that loses large packets on the way there, with everything that can be measured of a path. */
export function pathReport(values: Partial<ProbeValues> = {}): CheckReport {
  const measured: Partial<ProbeValues> = {
    mss: lostSizes,
    pmtud: { icmpSeen: false, from: null, mtu: null, oversize: 4 },
    fragments: { sent: 3, answered: 0, verdict: 'dropped' },
    trace: [
      { ttl: 1, from: '192.0.2.254', reply: 'silent', icmp: { type: 11, code: 0 } },
      { ttl: 2, from: null, reply: 'silent', icmp: null },
      { ttl: 3, from: '192.0.2.1', reply: 'reset', icmp: null },
    ],
    'reset-origin': {
      synAck: { ttl: 61, ipId: 0, window: 64_240 },
      reset: { ttl: 63, ipId: null, window: 0 },
      sameHost: false,
    },
    ...values,
  };
  return cleanReport({
    observations: {
      ...cleanReport().observations,
      ...Object.fromEntries(Object.entries(measured).map(([id, value]) => [id, observation({ value })])),
    },
  });
}

/** A server without a fault. */
export function cleanReport(known: Partial<CheckReport> = {}): CheckReport {
  return sampleReport({
    verdict: 'clean',
    findings: [],
    observations: {
      connect: observation({
        value: { control: 'a1', preset: 'openssl-3', concurrent: null },
        attempts: [attempt('a1')],
      }),
    },
    ...known,
  });
}

/** A port that answers the SYN with RST. */
export function refusedReport(known: Partial<CheckReport> = {}): CheckReport {
  const refused = attempt(
    'a1',
    { connectMs: null, replyMs: null },
    { connect: 'refused', negotiated: null, received: [], reply: null, end: null, detail: null },
  );
  return sampleReport({
    verdict: 'unreachable',
    findings: [
      finding({
        id: 'policy.port-refused',
        pattern: 5,
        title: 'The port refuses connections',
        explanation: 'The SYN was answered with RST.',
        evidence: [{ kind: 'attempt', ref: 'a1', text: 'RST in answer to the SYN' }],
        count: 1,
        remedies: [],
      }),
    ],
    observations: { connect: observation({ status: 'inconclusive', reason: 'refused', attempts: [refused] }) },
    ...known,
  });
}

export function bundle(reports: readonly CheckReport[], known: Partial<ReportBundle> = {}): ReportBundle {
  return {
    schemaVersion: 1,
    tool: { name: 'helloprobe', version: '0.1.0' },
    command: 'check',
    startedAt,
    finishedAt,
    verdict: 'findings',
    findings: [],
    reports,
    ...known,
  };
}
