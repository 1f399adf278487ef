/** Events of captures made by hand: what reading one would have given. */

import {
  type CapturedCertificate,
  type CapturedClientHello,
  type CaptureEvent,
  type CaptureReport,
  type CaptureSource,
  type CaptureSummary,
  type Conversation,
  handshakeEvidence,
} from '../../lib/evidence/index.ts';
import { certificate, finding } from './samples.ts';

export const fmcUuid = 'cdb123c8-4347-11ef-aca1-f3aa241412a1';
export const ftdUuid = 'c8d5d5c6-87c9-11ef-a993-b9831565bc4e';
const unit = 'O=Cisco Systems\\, Inc,OU=Intrusion Management System';
const authority = `title=InternalCA,CN=${fmcUuid},${unit}`;

export const sha = { fmc: '11'.repeat(32), ftd: '22'.repeat(32), ca: '33'.repeat(32), web: '44'.repeat(32) };

export function clientHello(known: Partial<CapturedClientHello> = {}): CapturedClientHello {
  return {
    packet: 4,
    length: 321,
    version: 'TLSv1.2',
    sni: null,
    alpn: [],
    cipherSuites: ['0xc030', '0xc02f'],
    extensions: [10, 11, 13],
    groups: ['0x0017'],
    supportedVersions: [],
    signatureSchemes: ['0x0401'],
    ja3: 'a'.repeat(32),
    ja4: 't12i0203_0123456789ab_0123456789ab',
    segments: 1,
    ...known,
  };
}

export function conversation(id: string, known: Partial<Conversation> = {}): Conversation {
  return {
    id,
    protocol: 'tls',
    client: { address: '192.0.2.10', port: 51_234 },
    server: { address: '198.51.100.7', port: 443 },
    startedAt: '2026-10-07T12:16:56.125Z',
    firstPacket: Number(id.slice(1)) || 1,
    lastPacket: 20,
    clientHello: clientHello({ sni: 'vpn.example.com' }),
    moreClientHellos: [],
    helloRetryRequest: null,
    serverHello: {
      packet: 6,
      version: 'TLSv1.2',
      cipherSuite: '0xc030',
      group: '0x0017',
      extensions: [],
      alpn: null,
    },
    moreServerHellos: [],
    certificates: { server: [sha.web], client: [] },
    certificateAbsence: { server: null, client: null },
    certificateRequest: null,
    alerts: [],
    outcome: 'completed',
    decrypted: false,
    evidence: handshakeEvidence({
      source: { kind: 'packets', ref: id },
      connect: 'ok',
      received: [{ message: 'server-hello', at: '2026-10-07T12:16:56.225Z', bytes: 93 }],
      reply: 'server-hello',
      end: 'complete',
    }),
    loss: {
      retransmissions: 0,
      missingBytes: { client: 0, server: 0 },
      icmp: [],
      fragments: { seen: 0, incomplete: 0 },
    },
    sftunnel: null,
    ...known,
  };
}

/** The device connects to the manager: mutual TLS 1.2 on port 8305. */
export function sftunnelConversation(id: string, known: Partial<Conversation> = {}): Conversation {
  return conversation(id, {
    client: { address: '10.48.79.23', port: 40_000 },
    server: { address: '10.48.79.232', port: 8305 },
    clientHello: clientHello(),
    certificates: { server: [sha.fmc], client: [sha.ftd] },
    certificateRequest: { packet: 97, authorities: [authority] },
    sftunnel: {
      role: { client: 'FTD', server: 'FMC' },
      uuid: { client: ftdUuid, server: fmcUuid },
      authority: { client: 'unknown', server: 'unknown' },
    },
    ...known,
  });
}

export function captured(known: Partial<CapturedCertificate> = {}): CapturedCertificate {
  return {
    ...certificate({ sha256: sha.web, daysLeftAtCapture: -6 }),
    seenIn: ['c1'],
    seenCount: 1,
    statusAtCapture: 'expired',
    ...known,
  };
}

export function sftunnelCertificates(): CapturedCertificate[] {
  const dates = {
    notBefore: '2024-10-14T14:23:28.000Z',
    notAfter: '2034-10-12T14:23:28.000Z',
    daysLeft: 2881,
    daysLeftAtCapture: 2927,
    status: 'valid',
    statusAtCapture: 'valid',
    issuer: authority,
    names: ['DNS:localhost'],
  } as const;
  return [
    captured({ ...dates, sha256: sha.fmc, subject: `title=sftunnel,CN=${fmcUuid},${unit}`, seenIn: ['c2'] }),
    captured({ ...dates, sha256: sha.ftd, subject: `title=sftunnel,CN=${ftdUuid},${unit}`, seenIn: ['c2'] }),
  ];
}

export const source: CaptureSource = {
  name: 'ticket.pcap',
  format: 'pcap',
  compression: null,
  linkTypes: ['Ethernet'],
  firstPacketAt: '2026-10-07T12:16:56.125Z',
  lastPacketAt: '2026-10-07T12:19:03.000Z',
  truncated: false,
};

export function summary(known: Partial<CaptureSummary> = {}): CaptureSummary {
  return {
    source,
    judgement: {
      now: '2026-11-22T09:00:00.000Z',
      clientVersions: ['0x0303', '0x0304'],
      clientCiphers: ['0x1301'],
      clientGroups: ['0x001d'],
      expectName: null,
      expectIssuer: null,
      expectFingerprint: null,
    },
    failedConnections: [],
    unansweredArp: [],
    counters: { packets: 1234, bytes: 567_890, tcpFlows: 12, tlsConversations: 2, dropped: {} },
    findings: [
      finding({ evidence: [{ kind: 'packet', ref: '97', text: 'the server sent CN=vpn.example.com' }], count: 1 }),
    ],
    verdict: 'findings',
    ...known,
  };
}

export interface SampleCapture {
  readonly conversations?: readonly Conversation[];
  readonly certificates?: readonly CapturedCertificate[];
  readonly summary?: Partial<CaptureSummary>;
}

/** The events of a capture; by default of one web server with an expired certificate and one sftunnel. */
export function captureEvents({
  conversations = [conversation('c1'), sftunnelConversation('c2')],
  certificates = [captured(), ...sftunnelCertificates()],
  summary: known = {},
}: SampleCapture = {}): CaptureEvent[] {
  return [
    { type: 'source', source: { ...source, firstPacketAt: null, lastPacketAt: null } },
    ...conversations.map((one): CaptureEvent => ({ type: 'conversation', conversation: one })),
    {
      type: 'progress',
      bytes: 500_000,
      packets: 1000,
      counters: { packets: 1000, bytes: 480_000, tcpFlows: 9, tlsConversations: conversations.length, dropped: {} },
    },
    { type: 'certificates', certificates, chains: [] },
    { type: 'summary', ...summary(known) },
  ];
}

export function captureReport(sample: SampleCapture = {}): CaptureReport {
  const events = captureEvents(sample);
  const conversations = events.flatMap((event) => (event.type === 'conversation' ? [event.conversation] : []));
  return {
    schemaVersion: 1,
    tool: { name: 'helloprobe', version: '0.1.0' },
    command: 'pcap',
    startedAt: '2026-11-22T09:00:00.000Z',
    finishedAt: '2026-11-22T09:00:01.000Z',
    conversations,
    certificates: sample.certificates ?? [captured(), ...sftunnelCertificates()],
    chains: [],
    ...summary(sample.summary),
  };
}
