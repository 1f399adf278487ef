/** Readers of a capture's report, kept in step with lib/evidence by the compiler. */

import type {
  CaptureCounters,
  CapturedAlert,
  CapturedClientHello,
  CapturedServerHello,
  Carrier,
  Certificate,
  CertificateAbsence,
  ChainAssessment,
  Conversation,
  DatedCertificate,
  Endpoint,
  FailedConnections,
  IcmpEvidence,
  Judgement,
  OwnConnection,
  SftunnelFacts,
  Side,
  UnansweredArp,
} from '../../evidence/index.ts';
import { judgementIn } from '../facts/facts.ts';
import {
  boolean,
  isObject,
  list,
  nullable,
  number,
  object,
  optional,
  type Reader,
  table,
  text,
  wholeList,
} from '../facts/read.ts';
import { assessmentReader, certificateReader, codeReader, evidenceReader } from '../facts/readers.ts';

/** A capture's report with whatever was damaged left out. */
export interface ReadCapture {
  readonly judgement: Judgement;
  readonly conversations: readonly Conversation[];
  /** By SHA-256. */
  readonly certificates: ReadonlyMap<string, Certificate>;
  /** By the SHA-256 of their certificates, joined with commas. */
  readonly chains: ReadonlyMap<string, ChainAssessment>;
  readonly failedConnections: readonly FailedConnections[];
  readonly unansweredArp: readonly UnansweredArp[];
  readonly counters: LossCounters;
}

/** How many packets there are, and what was lost. */
export type LossCounters = Pick<CaptureCounters, 'packets' | 'dropped'>;

/** Reads a report; never throws, whatever it is given. */
export function readCapture(input: unknown): ReadCapture {
  const report = isObject(input) ? input : {};
  const certificates = list(certificateReader)(report['certificates']) ?? [];
  const chains = list(chainReader)(report['chains']) ?? [];
  return {
    judgement: judgementIn(report),
    conversations: list(conversationReader)(report['conversations']) ?? [],
    certificates: new Map(certificates.map((certificate) => [certificate.sha256, certificate])),
    chains: new Map(chains.map(({ certificates: sent, assessment }) => [sent.join(), assessment])),
    failedConnections: list(failedReader)(report['failedConnections']) ?? [],
    unansweredArp: list(arpReader)(report['unansweredArp']) ?? [],
    counters: countersReader(report['counters']) ?? { packets: 0, dropped: {} },
  };
}

const countersReader: Reader<LossCounters> = object({ packets: number, dropped: table(number) });
const texts = wholeList(text);
const numbers = wholeList(number);
const codes = wholeList(codeReader);

const endpoint: Reader<Endpoint> = object({ address: text, port: number });

const icmp: Reader<IcmpEvidence> = object({ type: number, code: number, from: text, mtu: nullable(number) });

const clientHello: Reader<CapturedClientHello> = object({
  packet: number,
  length: number,
  version: text,
  sni: nullable(text),
  alpn: texts,
  cipherSuites: codes,
  extensions: numbers,
  groups: codes,
  supportedVersions: codes,
  signatureSchemes: codes,
  ja3: text,
  ja4: text,
  segments: number,
});

const serverHello: Reader<CapturedServerHello> = object({
  packet: number,
  version: text,
  cipherSuite: codeReader,
  group: nullable(codeReader),
  extensions: numbers,
  alpn: nullable(text),
});

const alert: Reader<CapturedAlert> = object({
  from: text as Reader<CapturedAlert['from']>,
  level: text as Reader<CapturedAlert['level']>,
  code: nullable(number),
  name: nullable(text),
  packet: number,
});

const dated: Reader<DatedCertificate> = object({
  sha256: text,
  subject: text,
  notBefore: nullable(text),
  notAfter: nullable(text),
  status: text as Reader<DatedCertificate['status']>,
  daysLeft: nullable(number),
});

const sftunnel: Reader<SftunnelFacts> = object({
  role: bySide(nullable(text as Reader<NonNullable<SftunnelFacts['role']['client']>>)),
  uuid: bySide(nullable(text)),
  authority: bySide(text as Reader<SftunnelFacts['authority']['client']>),
  apart: optional(boolean, false),
  given: optional(bySide(nullable(dated)), { client: null, server: null }),
});

const own: Reader<OwnConnection> = object({ attempt: text, probing: boolean, mss: nullable(number), left: boolean });

const carrier: Reader<Carrier> = object({
  name: text as Reader<Carrier['name']>,
  transport: text as Reader<Carrier['transport']>,
});

const conversationReader: Reader<Conversation> = object({
  id: text,
  protocol: text as Reader<Conversation['protocol']>,
  client: endpoint,
  server: endpoint,
  startedAt: text,
  endedAt: optional(text, ''),
  helloAt: optional(text, ''),
  firstPacket: number,
  lastPacket: number,
  clientHello: nullable(clientHello),
  moreClientHellos: wholeList(clientHello),
  helloRetryRequest: nullable(object({ packet: number, cipherSuite: codeReader, group: nullable(codeReader) })),
  serverHello: nullable(serverHello),
  moreServerHellos: wholeList(serverHello),
  certificates: bySide(texts),
  certificateAbsence: bySide(nullable(text as Reader<CertificateAbsence>)),
  certificateRequest: nullable(object({ packet: number, authorities: texts })),
  alerts: wholeList(alert),
  outcome: text as Reader<Conversation['outcome']>,
  decrypted: boolean,
  evidence: evidenceReader,
  loss: object({
    retransmissions: number,
    missingBytes: bySide(number),
    icmp: wholeList(object({ packet: number, type: number, code: number, from: text, mtu: nullable(number) })),
    fragments: object({ seen: number, incomplete: number, later: optional(boolean, false) }),
  }),
  sftunnel: nullable(sftunnel),
  own: optional(nullable(own), null),
  carrier: optional(nullable(carrier), null),
});

const chainReader = object({ certificates: texts, assessment: assessmentReader });

const failedReader: Reader<FailedConnections> = object({
  server: endpoint,
  kind: text as Reader<FailedConnections['kind']>,
  count: number,
  clients: texts,
  packets: numbers,
  firstAt: text,
  lastAt: text,
  icmp: nullable(icmp),
  judged: boolean,
  endedBy: optional(nullable(text as Reader<Side>), null),
  lastedMs: optional(nullable(object({ least: number, most: number })), null),
  besideTls: optional(boolean, false),
  sentOnce: optional(boolean, false),
});

const arpReader: Reader<UnansweredArp> = object({ address: text, count: number, packets: numbers });

function bySide<T>(reader: Reader<T>): Reader<{ readonly client: T; readonly server: T }> {
  return object({ client: reader, server: reader });
}
