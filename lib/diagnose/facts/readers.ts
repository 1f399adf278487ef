/** Readers of attempts and of each probe's value, kept in step with lib/evidence by the compiler. */

import type {
  Attempt,
  Certificate,
  CertificateRow,
  ChainAssessment,
  ChainObjection,
  CipherRow,
  Code,
  HandshakeEvidence,
  IssuerFetchOutcome,
  Judgement,
  NamedCode,
  ProbeValues,
  Target,
} from '../../evidence/index.ts';
import { pathReaders } from './path-readers.ts';
import { boolean, list, nullable, number, object, optional, type Reader, table, text, wholeList } from './read.ts';

const texts = list(text);
/** A code, in the form every report has; anything else is damage. */
export const codeReader: Reader<Code> = (value) =>
  typeof value === 'string' && /^0x[0-9a-f]{4}$/.test(value) ? (value as Code) : undefined;
const codes = wholeList(codeReader);
const namedCode: Reader<NamedCode> = object({ code: codeReader, name: text });

const hop = object({ ttl: number, ipId: nullable(number) });

/** What older reports do not have is not known. */
const stream = object({
  bytes: number,
  acked: nullable(number),
  retransmitted: nullable(number),
  tailSacked: nullable(boolean),
  lostSegment: optional(nullable(number), null),
  largestAcked: optional(nullable(number), null),
});

export const evidenceReader: Reader<HandshakeEvidence> = object({
  source: object({ kind: text as Reader<HandshakeEvidence['source']['kind']>, ref: text }),
  completeness: text as Reader<HandshakeEvidence['completeness']>,
  controlRef: nullable(text),
  hello: nullable(object({ sni: nullable(text), versions: codes, length: number })),
  negotiated: nullable(object({ version: codeReader, cipherSuite: codeReader, group: nullable(codeReader) })),
  certificates: object({ server: texts, client: texts }),
  certificateAbsence: object({
    server: nullable(text as Reader<NonNullable<HandshakeEvidence['certificateAbsence']['server']>>),
    client: nullable(text as Reader<NonNullable<HandshakeEvidence['certificateAbsence']['client']>>),
  }),
  connect: text as Reader<HandshakeEvidence['connect']>,
  sent: stream,
  inbound: optional(nullable(stream), null),
  received: wholeList(
    object({ message: text as Reader<HandshakeEvidence['received'][number]['message']>, at: text, bytes: number }),
  ),
  reply: nullable(text as Reader<NonNullable<HandshakeEvidence['reply']>>),
  end: nullable(text as Reader<NonNullable<HandshakeEvidence['end']>>),
  endedBy: optional(nullable(text as Reader<NonNullable<HandshakeEvidence['endedBy']>>), null),
  keyExchanged: optional(boolean, false),
  keyExchangedAt: optional(nullable(text), null),
  greeted: optional(number, 0),
  sealedAlerts: optional(wholeList(text as Reader<'client' | 'server'>), []),
  imitated: optional(boolean, false),
  brokenBy: optional(nullable(text as Reader<NonNullable<HandshakeEvidence['brokenBy']>>), null),
  endedBeforeHello: boolean,
  looksLike: nullable(text as Reader<NonNullable<HandshakeEvidence['looksLike']>>),
  missingInbound: nullable(number),
  alert: nullable(
    object({
      from: text as Reader<'client' | 'server'>,
      level: text as Reader<'warning' | 'fatal' | 'unknown'>,
      code: number,
      name: text,
    }),
  ),
  path: object({
    announcedMss: nullable(number),
    peerMss: nullable(number),
    sendMss: nullable(number),
    pathMtu: nullable(number),
    interfaceMtu: optional(nullable(number), null),
    timestamps: nullable(boolean),
    synAck: nullable(hop),
    reset: nullable(
      object({
        ttl: number,
        ipId: nullable(number),
        window: number,
        contradicted: optional(boolean, false),
      }),
    ),
    icmp: nullable(list(object({ type: number, code: number, from: text, mtu: nullable(number) }))),
  }),
  detail: nullable(text),
});

export const attemptReader: Reader<Attempt> = object({
  id: text,
  transport: text as Reader<Attempt['transport']>,
  sentAt: text,
  connectMs: nullable(number),
  replyMs: nullable(number),
  waitedMs: optional(nullable(number), null),
  hello: object({ preset: nullable(text), length: number, firstFlight: number, sha256: text }),
  records: wholeList(number),
  segments: wholeList(number),
  segmentsConfirmed: nullable(wholeList(number)),
  mss: nullable(number),
  concurrent: number,
  evidence: evidenceReader,
});

export const certificateReader: Reader<Certificate> = object({
  sha256: text,
  subject: text,
  issuer: text,
  serial: text,
  version: number,
  notBefore: nullable(text),
  notAfter: nullable(text),
  daysLeft: nullable(number),
  daysLeftAtCapture: nullable(number),
  status: text as Reader<Certificate['status']>,
  names: wholeList(text),
  key: object({ type: text, bits: nullable(number) }),
  signatureAlgorithm: text,
  selfIssued: boolean,
  isCa: boolean,
  extendedKeyUsage: wholeList(text),
  aiaIssuers: texts,
  pem: text,
  deviations: texts,
});

export const assessmentReader: Reader<ChainAssessment> = object({
  trust: text as Reader<ChainAssessment['trust']>,
  path: texts,
  missingIssuer: nullable(text),
  missingIssuerUrls: texts,
  misordered: boolean,
  unneeded: texts,
  roots: number,
  uncheckedAlgorithm: optional(nullable(text), null),
  limited: optional(boolean, false),
  rootsSent: optional(texts, []),
  crossSigned: optional(list(object({ subject: text, certificates: texts, issuers: texts, used: nullable(text) })), []),
  objections: optional(
    list(
      object({
        id: text,
        effect: text as Reader<ChainObjection['effect']>,
        position: nullable(number),
        length: number,
        root: boolean,
        sha256: nullable(text),
        subject: nullable(text),
        detail: nullable(text),
      }),
    ),
    [],
  ),
  fetched: optional(
    nullable(
      object({
        fetches: list(
          object({
            url: text,
            outcome: text as Reader<IssuerFetchOutcome>,
            sha256: nullable(text),
            subject: nullable(text),
          }),
        ),
        trust: text as Reader<ChainAssessment['trust']>,
        path: texts,
      }),
    ),
    null,
  ),
});

const cases = object({
  rows: list(
    object({
      case: text,
      reply: nullable(text as Reader<NonNullable<HandshakeEvidence['reply']>>),
      attempts: texts,
      controls: texts,
    }),
  ),
  intolerant: texts,
});

const cipherRow: Reader<CipherRow> = object({
  suites: wholeList(namedCode),
  order: text as Reader<CipherRow['order']>,
  complete: boolean,
});

const certificateRow: Reader<CertificateRow> = object({
  version: text as Reader<CertificateRow['version']>,
  auth: text as Reader<CertificateRow['auth']>,
  how: text as Reader<CertificateRow['how']>,
  chain: wholeList(certificateReader),
  assessment: assessmentReader,
  attempt: text,
});

/** The reader of each probe's value. */
export const valueReaders: { readonly [Id in keyof ProbeValues]: Reader<ProbeValues[Id]> } = {
  connect: object({
    control: nullable(text),
    preset: nullable(text),
    concurrent: nullable(boolean),
    serverName: nullable(
      object({
        attempts: texts,
        controls: texts,
        verdict: text as Reader<NonNullable<ProbeValues['connect']['serverName']>['verdict']>,
      }),
    ),
  }),
  versions: list(
    object({
      version: text as Reader<ProbeValues['versions'][number]['version']>,
      supported: nullable(boolean),
      why: text,
    }),
  ),
  ciphers: table(cipherRow),
  groups: table(wholeList(namedCode)),
  'signature-algorithms': list(namedCode),
  certificates: list(certificateRow),
  'client-auth': object({
    requested: nullable(boolean),
    required: nullable(boolean),
    authorities: texts,
    types: texts,
  }),
  'hello-size': object({
    rows: list(
      object({
        length: number,
        reply: nullable(text as Reader<NonNullable<HandshakeEvidence['reply']>>),
        attempts: texts,
        controls: texts,
      }),
    ),
    failing: list(object({ from: number, to: number })),
  }),
  'hello-records': cases,
  'hello-segments': cases,
  'suite-count': cases,
  extensions: cases,
  'renegotiation-info': object({ secure: nullable(boolean) }),
  alpn: object({ protocols: texts, rejectsUnknown: nullable(boolean) }),
  resumption: object({ sessionId: nullable(boolean), ticket: nullable(boolean), tls13Ticket: nullable(boolean) }),
  sftunnel: object({
    peer: text as Reader<ProbeValues['sftunnel']['peer']>,
    tls12: nullable(boolean),
    tls13: nullable(boolean),
    identity: nullable(
      object({
        role: nullable(text as Reader<'InternalCA' | 'sftunnel'>),
        uuid: nullable(text),
        managerUuid: nullable(text),
      }),
    ),
    chains: list(certificateRow),
    ca: nullable(
      object({
        how: text as Reader<'sent' | 'given'>,
        certificate: certificateReader,
        signed: nullable(boolean),
      }),
    ),
    clientCertificate: object({
      when: nullable(text as Reader<NonNullable<ProbeValues['sftunnel']['clientCertificate']['when']>>),
      required: nullable(boolean),
      authorities: texts,
    }),
  }),
  ...pathReaders,
};

export const targetReader: Reader<Target> = object({
  host: text,
  port: number,
  address: nullable(text),
  sni: nullable(text),
});

export const judgementReader: Reader<Judgement> = object({
  now: text,
  clientVersions: codes,
  clientCiphers: codes,
  clientGroups: codes,
  expectName: nullable(text),
  expectIssuer: nullable(text),
  expectFingerprint: nullable(text),
});
