/** Readers of attempts and of each probe's value, kept in step with lib/evidence by the compiler. */

import type {
  Attempt,
  Certificate,
  CipherRow,
  Code,
  HandshakeEvidence,
  Judgement,
  NamedCode,
  ProbeValues,
  Target,
} from '../evidence/index.ts';
import { boolean, list, nullable, number, object, type Reader, table, text, wholeList } from './read.ts';

const texts = list(text);
/** A code, in the form every report has; anything else is damage. */
const code: Reader<Code> = (value) =>
  typeof value === 'string' && /^0x[0-9a-f]{4}$/.test(value) ? (value as Code) : undefined;
const codes = wholeList(code);
const namedCode: Reader<NamedCode> = object({ code, name: text });

const hop = object({ ttl: number, ipId: nullable(number) });

const evidence: Reader<HandshakeEvidence> = object({
  source: object({ kind: text<HandshakeEvidence['source']['kind']>, ref: text }),
  completeness: text<HandshakeEvidence['completeness']>,
  controlRef: nullable(text),
  hello: nullable(object({ sni: nullable(text), versions: codes, length: number })),
  negotiated: nullable(object({ version: code, cipherSuite: code, group: nullable(code) })),
  certificates: object({ server: texts, client: texts }),
  certificateAbsence: object({
    server: nullable(text<NonNullable<HandshakeEvidence['certificateAbsence']['server']>>),
    client: nullable(text<NonNullable<HandshakeEvidence['certificateAbsence']['client']>>),
  }),
  connect: text<HandshakeEvidence['connect']>,
  sent: object({
    bytes: number,
    acked: nullable(number),
    retransmitted: nullable(number),
    tailSacked: nullable(boolean),
  }),
  received: wholeList(
    object({ message: text<HandshakeEvidence['received'][number]['message']>, at: text, bytes: number }),
  ),
  reply: nullable(text<NonNullable<HandshakeEvidence['reply']>>),
  end: nullable(text<NonNullable<HandshakeEvidence['end']>>),
  endedBeforeHello: boolean,
  looksLike: nullable(text<NonNullable<HandshakeEvidence['looksLike']>>),
  missingInbound: nullable(number),
  alert: nullable(
    object({ from: text<'client' | 'server'>, level: text<'warning' | 'fatal' | 'unknown'>, code: number, name: text }),
  ),
  path: object({
    announcedMss: nullable(number),
    peerMss: nullable(number),
    sendMss: nullable(number),
    pathMtu: nullable(number),
    timestamps: nullable(boolean),
    synAck: nullable(hop),
    reset: nullable(object({ ttl: number, ipId: nullable(number), window: number })),
    icmp: nullable(list(object({ type: number, code: number, from: text, mtu: nullable(number) }))),
  }),
  detail: nullable(text),
});

export const attemptReader: Reader<Attempt> = object({
  id: text,
  transport: text<Attempt['transport']>,
  sentAt: text,
  connectMs: nullable(number),
  replyMs: nullable(number),
  hello: object({ preset: nullable(text), length: number, firstFlight: number, sha256: text }),
  records: wholeList(number),
  segments: wholeList(number),
  segmentsConfirmed: nullable(wholeList(number)),
  mss: nullable(number),
  concurrent: number,
  evidence,
});

const certificate: Reader<Certificate> = object({
  sha256: text,
  subject: text,
  issuer: text,
  serial: text,
  version: number,
  notBefore: nullable(text),
  notAfter: nullable(text),
  daysLeft: nullable(number),
  daysLeftAtCapture: nullable(number),
  status: text<Certificate['status']>,
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

const cases = object({
  rows: list(
    object({
      case: text,
      reply: nullable(text<NonNullable<HandshakeEvidence['reply']>>),
      attempts: texts,
      controls: texts,
    }),
  ),
  intolerant: texts,
});

const cipherRow: Reader<CipherRow> = object({
  suites: wholeList(namedCode),
  order: text<CipherRow['order']>,
  complete: boolean,
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
        verdict: text<NonNullable<ProbeValues['connect']['serverName']>['verdict']>,
      }),
    ),
  }),
  versions: list(
    object({ version: text<ProbeValues['versions'][number]['version']>, supported: nullable(boolean), why: text }),
  ),
  ciphers: table(cipherRow),
  groups: table(wholeList(namedCode)),
  'signature-algorithms': list(namedCode),
  certificates: list(
    object({
      version: text<ProbeValues['certificates'][number]['version']>,
      auth: text<ProbeValues['certificates'][number]['auth']>,
      how: text<ProbeValues['certificates'][number]['how']>,
      chain: wholeList(certificate),
      assessment: object({
        trust: text<ProbeValues['certificates'][number]['assessment']['trust']>,
        path: texts,
        missingIssuer: nullable(text),
        missingIssuerUrls: texts,
        misordered: boolean,
        unneeded: texts,
        roots: number,
      }),
      attempt: text,
    }),
  ),
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
        reply: nullable(text<NonNullable<HandshakeEvidence['reply']>>),
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
