/** Certificates, statuses and devices to plan with. */

import type {
  FailedPush,
  FailedPushFile,
  GenerateCertsOutput,
  PlanInput,
  SftunnelPeer,
  Sourced,
  StatusReading,
  TunnelSighting,
} from '../../../lib/cisco/index.ts';
import type { Certificate, HandshakeEvidence } from '../../../lib/evidence/index.ts';
import { handshakeEvidence } from '../../../lib/evidence/index.ts';

export const now = '2025-01-15T12:00:00.000Z';
export const fmc = 'cdb123c8-4347-11ef-aca1-f3aa241412a1';
export const ftd1 = 'c8d5d5c6-87c9-11ef-a993-b9831565bc4e';
export const ftd2 = '6bf1143a-8a2e-11ef-92d8-fd927e807d77';
const dayMs = 86_400_000;

export function daysFromNow(days: number): string {
  return new Date(Date.parse(now) + days * dayMs).toISOString();
}

export function authority({
  end,
  start = end - 3650,
  uuid = fmc,
}: {
  end: number;
  start?: number;
  uuid?: string;
}): Certificate {
  return certificate({ title: 'InternalCA', uuid, end, start, issuer: uuid });
}

export function certificate(of: {
  title: string;
  uuid: string;
  issuer: string;
  end: number;
  start: number;
}): Certificate {
  const name = (title: string, uuid: string): string =>
    `title=${title},OU=Intrusion Management System,CN=${uuid},O=Cisco Systems\\, Inc`;
  return {
    sha256: `${of.title}${of.uuid}${of.start}`
      .replaceAll(/[^0-9a-f]/g, '')
      .padEnd(64, '0')
      .slice(0, 64),
    subject: name(of.title, of.uuid),
    issuer: name('InternalCA', of.issuer),
    serial: '00',
    version: 1,
    notBefore: daysFromNow(of.start),
    notAfter: daysFromNow(of.end),
    daysLeft: of.end,
    daysLeftAtCapture: null,
    status: 'valid',
    names: [],
    key: { type: 'rsa', bits: 2048 },
    signatureAlgorithm: 'sha256WithRSAEncryption',
    selfIssued: of.title === 'InternalCA',
    isCa: false,
    extendedKeyUsage: [],
    aiaIssuers: [],
    pem: '',
    deviations: [],
  };
}

export function onFmc(given: Certificate, source = 'cacert.pem'): NonNullable<PlanInput['certificates']>[number] {
  return { source, value: { certificate: given, place: 'fmc' } };
}

export function peer(address: string, state: SftunnelPeer['state'], uuid: string | null = null): SftunnelPeer {
  return {
    line: 1,
    address,
    uuid,
    state,
    channels: [],
    registration: null,
    connectedSince: null,
    attemptedAt: null,
    heartbeat: { sent: null, received: null },
    lastDisconnect: { time: null, reason: null },
    softwareVersion: null,
    softwareBuild: null,
    rpc: null,
    files: { key: null, certificate: null, ca: null },
    ciphers: [],
  };
}

export function status(
  peers: readonly SftunnelPeer[],
  { complete = true, after = false } = {},
): Sourced<StatusReading> {
  return { source: after ? 'after.txt' : 'status.txt', value: { peers, complete, after, onDevice: false } };
}

export function push(uuid: string, name: string, address: string, file: string): FailedPush {
  const source = file === 'cacert.pem' ? '/etc/sf/ca_root/cacert.pem' : `/var/sf/peers/${uuid}/certs_pushed/${file}`;
  return {
    deviceUuid: uuid,
    deviceName: name,
    deviceAddress: address,
    source,
    destination: `/var/sf/peers/${fmc}/${file}`,
    line: 1,
    endLine: 1,
  };
}

export function failedPushes(
  records: readonly FailedPush[],
  incomplete: FailedPushFile['incomplete'] = [],
): Sourced<FailedPushFile> {
  return { source: 'FAILED_PUSH', value: { records, incomplete, generatedAt: '2025-01-15T11:00:00.000Z' } };
}

export function generated(of: Partial<GenerateCertsOutput> = {}): Sourced<GenerateCertsOutput> {
  return {
    source: 'generate.txt',
    value: {
      logFile: '/var/log/sf/sfca_generation.log',
      currentCa: null,
      answers: ['yes', 'yes'],
      failed: [],
      failedPushFile: null,
      outcome: 'no-failure-seen',
      ...of,
    },
  };
}

export function sighting(
  of: Partial<TunnelSighting> & { end?: HandshakeEvidence['end'] } = {},
): Sourced<TunnelSighting> {
  const { end = 'complete', ...more } = of;
  return {
    source: 'x.pcap c1',
    value: {
      at: now,
      client: { address: '10.0.0.2', uuid: ftd1, role: 'FTD' },
      server: { address: '10.0.0.1', uuid: fmc, role: 'FMC' },
      evidence: handshakeEvidence({ source: { kind: 'packets', ref: 'c1' }, connect: 'ok', end }),
      expiredSaid: false,
      otherCa: false,
      probe: false,
      ...more,
    },
  };
}
