/** Builders of captures' reports: conversations by what became of them. */

import { expect } from 'chai';
import { type CaptureDiagnosisInput, captureDiagnosis, diagnose } from '../../../lib/diagnose/index.ts';
import {
  type CapturedAlert,
  type Certificate,
  type ChainAssessment,
  type Conversation,
  type FailedConnections,
  type Finding,
  type HandshakeEvidence,
  handshakeEvidence,
  type Judgement,
  type PathEvidence,
  type SftunnelFacts,
  type StreamEvidence,
  unknownPath,
} from '../../../lib/evidence/index.ts';
import { alerts } from '../../../lib/wire/index.ts';
import { chainRow, codes, host, inDays, now, report } from '../support.ts';

/** When the captures of these tests were made: thirty days before they are judged. */
export const captured = inDays(-30);

/** ISO 8601: so many seconds into the capture. */
export function after(seconds: number): string {
  return new Date(Date.parse(captured) + seconds * 1000).toISOString();
}

export const still: StreamEvidence = {
  bytes: 600,
  acked: 600,
  retransmitted: 0,
  tailSacked: false,
  lostSegment: null,
  largestAcked: 322,
};

export const path: PathEvidence = {
  ...unknownPath,
  announcedMss: 1460,
  peerMss: 1460,
  timestamps: true,
  synAck: { ttl: 52, ipId: 0 },
  icmp: [],
};

/** Of a side that said nothing. */
export const mute: StreamEvidence = { ...still, bytes: 0, acked: 0, largestAcked: null };

/** What became of a handshake in a capture. */
export const seen = {
  complete: (): Partial<HandshakeEvidence> => ({ ...answered(), end: 'complete' }),
  silent: (acked: number | null = 322): Partial<HandshakeEvidence> => ({
    end: 'silent',
    reply: 'silent',
    sent: { ...still, bytes: 322, acked, retransmitted: acked === 0 ? 966 : 0 },
    inbound: mute,
  }),
  stalled: (): Partial<HandshakeEvidence> => ({ ...answered(), end: 'silent' }),
  ended: (end: 'reset' | 'closed', endedBy: 'client' | 'server' | null): Partial<HandshakeEvidence> => ({
    end,
    reply: end,
    endedBy,
  }),
  alert: (from: 'client' | 'server', code: number): Partial<HandshakeEvidence> => ({
    end: 'alert',
    reply: 'alert',
    alert: { from, level: 'fatal', code, name: alerts.nameOf(code) },
  }),
  notTls: (): Partial<HandshakeEvidence> => ({ end: 'not-tls', reply: 'not-tls', looksLike: 'http' }),
  malformed: (): Partial<HandshakeEvidence> => ({ end: 'malformed', reply: 'malformed', detail: 'length at byte 3' }),
} as const;

/** A ServerHello and certificates came. */
export function answered(): Partial<HandshakeEvidence> {
  return {
    received: (['server-hello', 'certificate'] as const).map((message) => ({ message, at: after(0.1), bytes: 90 })),
    reply: 'server-hello',
    negotiated: { version: codes['TLSv1.2'], cipherSuite: '0xc02f', group: null },
  };
}

export interface ConversationDetails extends Partial<Omit<Conversation, 'evidence' | 'certificates'>> {
  readonly sni?: string | null;
  readonly length?: number;
  readonly version?: string;
  readonly server?: Conversation['server'];
  readonly chain?: readonly Certificate[];
  readonly clientChain?: readonly Certificate[];
  readonly more?: Partial<HandshakeEvidence>;
}

/** Conversation `c<number>`, which ended that way. */
export function conversation(
  number: number,
  became: Partial<HandshakeEvidence>,
  details: ConversationDetails = {},
): Conversation {
  const { sni = host, length = 317, version = 'TLSv1.2', chain = [], clientChain = [], more, ...rest } = details;
  const first = number * 100;
  const certificates = { server: chain.map(({ sha256 }) => sha256), client: clientChain.map(({ sha256 }) => sha256) };
  const evidence = handshakeEvidence({
    source: { kind: 'packets', ref: `c${number}` },
    connect: 'ok',
    hello: { sni, versions: [codes['TLSv1.2']], length },
    certificates,
    sent: still,
    inbound: still,
    path,
    ...became,
    ...more,
  });
  const { alert } = evidence;
  const helloed = evidence.negotiated !== null;
  return {
    id: `c${number}`,
    protocol: 'tls',
    client: { address: '198.51.100.7', port: 50_000 + number },
    server: { address: '192.0.2.10', port: 443 },
    startedAt: captured,
    endedAt: after(10),
    firstPacket: first,
    lastPacket: first + 20,
    clientHello: {
      packet: first + 3,
      length,
      version: 'TLSv1.2',
      sni,
      alpn: [],
      cipherSuites: ['0xc02f'],
      extensions: [],
      groups: [],
      supportedVersions: [],
      signatureSchemes: [],
      ja3: '',
      ja4: '',
      segments: 1,
    },
    moreClientHellos: [],
    helloRetryRequest: null,
    serverHello: helloed
      ? { packet: first + 5, version, cipherSuite: '0xc02f', group: null, extensions: [], alpn: null }
      : null,
    moreServerHellos: [],
    certificates,
    certificateAbsence: { server: null, client: null },
    certificateRequest: null,
    alerts: alert === null ? [] : [{ ...(alert as CapturedAlert), packet: first + 9 }],
    outcome: 'unknown',
    decrypted: false,
    evidence,
    loss: {
      retransmissions: 0,
      missingBytes: { client: 0, server: 0 },
      icmp: [],
      fragments: { seen: 0, incomplete: 0 },
    },
    sftunnel: null,
    ...rest,
  };
}

export interface CaptureDetails {
  readonly judgement?: Partial<Judgement>;
  /** Trust of every server chain; null: none was assessed. Default: trusted. */
  readonly assessment?: Partial<ChainAssessment> | null;
  readonly certificates?: readonly Certificate[];
  readonly failed?: readonly FailedConnections[];
  readonly arp?: CaptureDiagnosisInput['unansweredArp'];
}

/** A report of these conversations, whose certificates are those given. */
export function capture(conversations: readonly Conversation[], details: CaptureDetails = {}): CaptureDiagnosisInput {
  const { assessment = {}, certificates = [] } = details;
  const sent = new Map(conversations.map((one) => [one.certificates.server.join(), one.certificates.server]));
  sent.delete('');
  return {
    judgement: { ...report({}).judgement, expectName: null, ...details.judgement },
    conversations,
    certificates: certificates.map((one) => ({ ...one, seenIn: [], seenCount: 0, statusAtCapture: one.status })),
    chains:
      assessment === null
        ? []
        : [...sent.values()].map((chain) => ({
            certificates: chain,
            assessment: { ...chainRow([], assessment).assessment, path: [...chain] },
          })),
    failedConnections: details.failed ?? [],
    unansweredArp: details.arp ?? [],
  };
}

/** One conversation with everything in its chains known. */
export function single(
  became: Partial<HandshakeEvidence>,
  details: ConversationDetails = {},
  rest: CaptureDetails = {},
): CaptureDiagnosisInput {
  const certificates = [...(details.chain ?? []), ...(details.clientChain ?? [])];
  return capture([conversation(1, became, details)], { certificates, ...rest });
}

export const sftunnelUnknown: SftunnelFacts = {
  role: { client: 'FTD', server: 'FMC' },
  uuid: { client: null, server: null },
  authority: { client: 'unknown', server: 'unknown' },
};

export function failedConnections(
  kind: FailedConnections['kind'],
  changes: Partial<FailedConnections> = {},
): FailedConnections {
  return {
    server: { address: '192.0.2.10', port: 443 },
    kind,
    count: 3,
    clients: ['198.51.100.7'],
    packets: [11, 12, 13],
    firstAt: captured,
    lastAt: after(9),
    icmp: null,
    judged: true,
    ...changes,
  };
}

/**
 * What is found, once it is clear that the stream, the saved report and Japanese say the same: every number of a sentence
 * stands in its translation.
 */
export function foundIn(input: CaptureDiagnosisInput): Finding[] {
  const english = diagnose(input);
  expect(diagnose(JSON.parse(JSON.stringify(input)) as CaptureDiagnosisInput), 'saved').to.deep.equal(english);
  expect(streamed(input), 'streamed').to.deep.equal(english);
  const sentences = ({ id, evidence, excluded }: Finding): string[] => [
    id,
    ...evidence.map(({ text }) => text),
    ...excluded.map(({ why }) => why),
  ];
  const japanese = diagnose(input, { language: 'ja' }).flatMap(sentences);
  for (const [index, sentence] of english.flatMap(sentences).entries()) {
    const numbers = (text = ''): string[] => [...text.matchAll(/\d+/g)].map(([digits]) => digits);
    expect(numbers(japanese[index]), `${sentence} | ${japanese[index]}`).to.include.members(numbers(sentence));
  }
  return english;
}

function streamed(input: CaptureDiagnosisInput): Finding[] {
  const diagnosis = captureDiagnosis({
    judgement: input.judgement,
    certificate: (sha256) => input.certificates.find((one) => one.sha256 === sha256),
    assessment: (chain) => input.chains.find((one) => one.certificates.join() === chain.join())?.assessment,
  });
  for (const one of input.failedConnections) diagnosis.failed(one);
  for (const one of input.unansweredArp) diagnosis.arp(one);
  for (const one of input.conversations) diagnosis.conversation(one);
  return diagnosis.finish(input.counters);
}

export function ids(input: CaptureDiagnosisInput): string[] {
  return foundIn(input).map(({ id }) => id);
}

/** The only finding with that id. */
export function the(input: CaptureDiagnosisInput, id: string): Finding {
  const findings = foundIn(input);
  const [first, second] = findings.filter((finding) => finding.id === id);
  if (first === undefined || second !== undefined) {
    throw new Error(`expected one ${id}, found ${findings.map((finding) => finding.id).join(', ') || 'nothing'}`);
  }
  return first;
}

export { host, inDays, now };
