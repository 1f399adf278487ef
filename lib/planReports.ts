/** What a saved report of helloprobe gives the planner: certificates, and how handshakes ended. Read with care: it is a file. */

import type { SeenCertificate, Sourced, TunnelEnd, TunnelSighting } from './cisco/index.ts';
import type {
  Certificate,
  Conversation,
  EndOutcome,
  HandshakeEvidence,
  LogEpisode,
  SftunnelFacts,
} from './evidence/index.ts';
import { handshakeEvidence } from './evidence/index.ts';
import { jsonText, type SavedDocuments, savedDocuments } from './savedDocuments.ts';
import { HarnessError, printable } from './wire/index.ts';
import { looksLikeSftunnel } from './x509/names.ts';

export interface ReportReading {
  readonly certificates: readonly Sourced<SeenCertificate>[];
  readonly sightings: readonly Sourced<TunnelSighting>[];
  /** Some of it could not be read. */
  readonly broken: boolean;
}

/** Certificates and conversations of one report; far more than a site has. */
const limit = 20_000;

/** @param source its name. @throws HarnessError `unreadable-file` for what is no report. */
export function readReport(bytes: Uint8Array, source: string): ReportReading {
  const { documents, broken } = documentsOf(bytes, source);
  const reports = documents.flatMap((document) => [document, ...list(document['reports'])]).filter(isRecord);
  const certificates: Sourced<SeenCertificate>[] = [];
  const sightings: Sourced<TunnelSighting>[] = [];
  const add = (value: unknown, place: SeenCertificate['place']): void => {
    const certificate = asCertificate(value);
    if (certificate !== null && certificates.length < limit)
      certificates.push({ source, value: { certificate, place } });
  };
  for (const report of reports) {
    for (const certificate of list(report['certificates'])) add(certificate, 'wire');
    for (const conversation of list(report['conversations'])) {
      const seen = asConversation(conversation);
      if (seen !== null && sightings.length < limit)
        sightings.push({ source: `${source} ${seen.id}`, value: seen.value });
    }
    for (const episode of list(report['episodes'])) {
      const seen = asEpisode(episode);
      if (seen !== null && sightings.length < limit)
        sightings.push({ source: `${source} ${seen.id}`, value: seen.value });
    }
    const observations = isRecord(report['observations']) ? report['observations'] : {};
    for (const observation of Object.values(observations)) {
      if (!isRecord(observation)) continue;
      const { value } = observation;
      const rows = isRecord(value) ? list(value['chains']) : list(value);
      for (const row of rows) if (isRecord(row)) for (const certificate of list(row['chain'])) add(certificate, 'wire');
      const ca = isRecord(value) ? value['ca'] : undefined;
      if (isRecord(ca)) add(ca['certificate'], ca['how'] === 'sent' ? 'wire' : 'unknown');
    }
  }
  return { certificates, sightings, broken };
}

/** A conversation of the management channel; null for another. */
export function conversationSighting(conversation: Conversation): TunnelSighting | null {
  const { sftunnel, client, server, evidence, startedAt, endedAt, alerts } = conversation;
  if (sftunnel === null) return null;
  const end = (side: 'client' | 'server', address: string): TunnelEnd => ({
    address,
    uuid: sftunnel.uuid[side],
    role: sftunnel.role[side],
  });
  return {
    at: endedAt ?? startedAt,
    client: end('client', client.address),
    server: end('server', server.address),
    evidence,
    expiredSaid: evidence.alert?.code === certificateExpired || alerts.some(({ code }) => code === certificateExpired),
    otherCa: Object.values(sftunnel.authority).includes('not-verified'),
    probe: false,
  };
}

/** An attempt to connect in a log of sftunnel; null in another one. Which of the two wrote it, a log does not say. */
export function episodeSighting({
  dialect,
  complaints,
  endedAt,
  startedAt,
  evidence,
}: LogEpisode): TunnelSighting | null {
  if (dialect !== 'sftunnel') return null;
  return {
    at: endedAt ?? startedAt,
    client: nobody,
    server: nobody,
    evidence,
    expiredSaid: complaints.some(({ what }) => what === 'expired'),
    otherCa: false,
    probe: false,
  };
}

const nobody: TunnelEnd = { address: null, uuid: null, role: null };
/** RFC 8446 §6.2. */
const certificateExpired = 45;

function documentsOf(bytes: Uint8Array, source: string): SavedDocuments {
  const saved = savedDocuments(jsonText(bytes) ?? '');
  if (saved !== null) return saved;
  throw new HarnessError(
    'unreadable-file',
    `The file ${JSON.stringify(printable(source))} is no report of helloprobe.`,
    {
      hint: 'Give what helloprobe sftunnel, check, pcap or logs wrote with --json or --jsonl.',
    },
  );
}

/** The fields that the planner reads; null where one of them is of another kind, or it is no certificate of sftunnel. */
function asCertificate(value: unknown): Certificate | null {
  if (!isRecord(value)) return null;
  const { sha256, subject, issuer, notBefore, notAfter, selfIssued } = value;
  if (typeof sha256 !== 'string' || typeof subject !== 'string' || typeof issuer !== 'string') return null;
  if (!isTime(notBefore) || !isTime(notAfter) || typeof selfIssued !== 'boolean') return null;
  return looksLikeSftunnel({ subject, issuer }) ? (value as unknown as Certificate) : null;
}

function asConversation(value: unknown): { readonly id: string; readonly value: TunnelSighting } | null {
  if (!isRecord(value) || typeof value['id'] !== 'string') return null;
  const { sftunnel, client, server, evidence, startedAt, endedAt } = value;
  if (!isRecord(sftunnel) || !isRecord(client) || !isRecord(server) || !isRecord(evidence)) return null;
  const sighting = conversationSighting({
    ...(value as unknown as Conversation),
    client: { address: asText(client['address']) ?? '', port: 0 },
    server: { address: asText(server['address']) ?? '', port: 0 },
    sftunnel: asFacts(sftunnel),
    evidence: asEvidence(evidence),
    startedAt: isTime(startedAt) ? (startedAt ?? '') : '',
    ...(isTime(endedAt) && endedAt !== null ? { endedAt } : {}),
    alerts: list(value['alerts']).filter(isRecord) as unknown as Conversation['alerts'],
  });
  return sighting === null ? null : { id: value['id'], value: sighting };
}

function asEpisode(value: unknown): { readonly id: string; readonly value: TunnelSighting } | null {
  if (!isRecord(value) || typeof value['id'] !== 'string' || !isRecord(value['evidence'])) return null;
  const { endedAt, startedAt } = value;
  const sighting = episodeSighting({
    ...(value as unknown as LogEpisode),
    complaints: list(value['complaints']).filter(isRecord) as unknown as LogEpisode['complaints'],
    evidence: asEvidence(value['evidence']),
    endedAt: isTime(endedAt) ? endedAt : null,
    startedAt: isTime(startedAt) ? startedAt : null,
  });
  return sighting === null ? null : { id: value['id'], value: sighting };
}

function asFacts({ role, uuid, authority }: Record<string, unknown>): SftunnelFacts {
  const side = (of: unknown, name: 'client' | 'server'): string | null => (isRecord(of) ? asText(of[name]) : null);
  const roleOf = (name: 'client' | 'server') => {
    const text = side(role, name);
    return text === 'FMC' || text === 'FTD' ? text : null;
  };
  const proofOf = (name: 'client' | 'server') =>
    side(authority, name) === 'not-verified' ? 'not-verified' : 'unknown';
  return {
    role: { client: roleOf('client'), server: roleOf('server') },
    uuid: { client: side(uuid, 'client'), server: side(uuid, 'server') },
    authority: { client: proofOf('client'), server: proofOf('server') },
  };
}

/** What the planner reads of it. */
function asEvidence({ end, connect, alert }: Record<string, unknown>): HandshakeEvidence {
  const code = isRecord(alert) && typeof alert['code'] === 'number' ? alert['code'] : null;
  return handshakeEvidence({
    source: { kind: 'packets', ref: '' },
    end: typeof end === 'string' ? (end as EndOutcome) : null,
    connect: typeof connect === 'string' ? (connect as HandshakeEvidence['connect']) : 'unseen',
    alert: code === null ? null : { from: 'client', level: 'unknown', code, name: '' },
  });
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 255) : null;
}

/** ISO 8601 or null. */
function isTime(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && value.length < 40 && !Number.isNaN(Date.parse(value)));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
