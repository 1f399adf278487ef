/** A report and certificates made by hand, for matchers to judge. */

import type {
  Attempt,
  Certificate,
  ChainAssessment,
  CheckReport,
  Finding,
  Observation,
  ProbeValues,
} from '../../lib/evidence/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';

export function completed<Id extends keyof ProbeValues>(_id: Id, value: ProbeValues[Id]): Observation<ProbeValues[Id]> {
  return { status: 'completed', reason: null, value, attempts: [] };
}

export function unfinished(
  status: Observation['status'],
  reason: string,
  attempts: readonly Attempt[] = [],
): Observation {
  return { status, reason, value: null, attempts };
}

export function finding(id: string, known: Partial<Finding> = {}): Finding {
  return {
    id,
    severity: 'high',
    pattern: null,
    confidence: 'proven',
    title: id,
    explanation: '',
    count: 1,
    evidence: [{ kind: 'attempt', ref: 'a1', text: '' }],
    excluded: [],
    remedies: [],
    ...known,
  };
}

export function certificate(known: Partial<Certificate> = {}): Certificate {
  return {
    sha256: 'aa',
    subject: 'CN=vpn.example.test',
    issuer: 'CN=Example CA',
    serial: '01',
    version: 3,
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2027-01-01T00:00:00.000Z',
    daysLeft: 100,
    daysLeftAtCapture: null,
    status: 'valid',
    names: ['DNS:vpn.example.test'],
    key: { type: 'RSA', bits: 2048 },
    signatureAlgorithm: 'sha256WithRSAEncryption',
    selfIssued: false,
    isCa: false,
    extendedKeyUsage: [],
    aiaIssuers: [],
    pem: '',
    deviations: [],
    ...known,
  };
}

export function chainOf(...chain: readonly Certificate[]): ProbeValues['certificates'][number] {
  const assessment: ChainAssessment = {
    trust: 'trusted',
    uncheckedAlgorithm: null,
    limited: false,
    path: chain.map(({ sha256 }) => sha256),
    missingIssuer: null,
    missingIssuerUrls: [],
    misordered: false,
    unneeded: [],
    roots: 1,
  };
  return { version: 'TLSv1.2', auth: 'rsa', how: 'plain', chain, assessment, attempt: 'a1' };
}

/** A clean report of a TLS 1.2 server; what `known` gives replaces or adds. */
export function report(
  known: {
    readonly observations?: Readonly<Record<string, Observation | undefined>>;
    readonly findings?: readonly Finding[];
    readonly verdict?: CheckReport['verdict'];
  } = {},
): CheckReport {
  const observations: Record<string, Observation | undefined> = {
    connect: completed('connect', { control: 'a1', preset: 'tls12-minimal', concurrent: true, serverName: null }),
    versions: completed('versions', [
      { version: 'TLSv1.0', supported: false, why: 'alert protocol_version' },
      { version: 'TLSv1.1', supported: null, why: 'silent' },
      { version: 'TLSv1.2', supported: true, why: 'server-hello' },
    ]),
    ciphers: completed('ciphers', {
      'TLSv1.2': {
        suites: [{ code: '0xc02f', name: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' }],
        order: 'server',
        complete: true,
      },
    }),
    groups: completed('groups', { 'TLSv1.2': [{ code: '0x0017', name: 'secp256r1' }] }),
    certificates: completed('certificates', [chainOf(certificate())]),
    'client-auth': completed('client-auth', {
      requested: true,
      required: false,
      authorities: ['CN=Staff CA'],
      types: ['rsa_sign'],
    }),
    ...known.observations,
  };
  return {
    schemaVersion: 1,
    tool: { name: 'helloprobe', version: '0.0.0' },
    command: 'check',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:01.000Z',
    verdict: known.verdict ?? 'clean',
    target: { host: 'vpn.example.test', port: 443, address: '127.0.0.1', sni: 'vpn.example.test' },
    judgement: {
      now: '2026-01-01T00:00:00.000Z',
      clientVersions: ['0x0303', '0x0304'],
      clientCiphers: [],
      clientGroups: [],
      expectName: 'vpn.example.test',
      expectIssuer: null,
      expectFingerprint: null,
    },
    observations: Object.fromEntries(
      Object.entries(observations).filter((entry): entry is [string, Observation] => entry[1] !== undefined),
    ),
    findings: known.findings ?? [],
  };
}

/** The HarnessError that `work` ends in. */
export function errorOf(work: () => unknown): HarnessError {
  try {
    work();
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
