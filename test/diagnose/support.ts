/** Builders of reports: attempts by what became of them, and observations around them. */

import { expect } from 'chai';
import { diagnose } from '../../lib/diagnose/index.ts';
import {
  type Attempt,
  type Certificate,
  type CertificateRow,
  type Code,
  type DiagnosisInput,
  type Finding,
  type HandshakeEvidence,
  handshakeEvidence,
  type Judgement,
  type Observation,
  type ProbeValues,
} from '../../lib/evidence/index.ts';
import { alerts } from '../../lib/wire/index.ts';

export const host = 'vpn.example.test';
export const now = '2030-06-01T00:00:00.000Z';
const day = 24 * 60 * 60 * 1000;

export const codes = {
  SSLv3: '0x0300',
  'TLSv1.0': '0x0301',
  'TLSv1.1': '0x0302',
  'TLSv1.2': '0x0303',
  'TLSv1.3': '0x0304',
} as const;

/** ISO 8601 date that many days from `now`. */
export function inDays(days: number): string {
  return new Date(Date.parse(now) + days * day).toISOString();
}

/** What became of a hello. */
export type Outcome = Partial<HandshakeEvidence>;

export const outcome = {
  answered: (version: Code = codes['TLSv1.2'], cipherSuite: Code = '0xc02f', group: Code | null = null): Outcome => ({
    received: [{ message: 'server-hello', at: now, bytes: 80 }],
    reply: 'server-hello',
    end: 'stopped',
    negotiated: { version, cipherSuite, group },
  }),
  helloRetry: (): Outcome => ({
    received: [{ message: 'hello-retry-request', at: now, bytes: 80 }],
    reply: 'hello-retry-request',
    end: 'stopped',
  }),
  silent: (): Outcome => ({ reply: 'silent', end: 'silent' }),
  reset: (): Outcome => ({ reply: 'reset', end: 'reset' }),
  closed: (): Outcome => ({ reply: 'closed', end: 'closed' }),
  alert: (code: number): Outcome => ({
    received: [{ message: 'alert', at: now, bytes: 2 }],
    reply: 'alert',
    end: 'alert',
    alert: { from: 'server', level: 'fatal', code, name: alerts.nameOf(code) },
  }),
  notTls: (): Outcome => ({ reply: 'not-tls', end: 'not-tls', looksLike: 'http' }),
  malformed: (): Outcome => ({ reply: 'malformed', end: 'malformed', detail: 'record of 20000 bytes at byte 0' }),
  refused: (): Outcome => ({ connect: 'refused' }),
  unanswered: (): Outcome => ({ connect: 'timeout' }),
  unreachable: (icmp: readonly [number, number] | null = null): Outcome => ({
    connect: 'unreachable',
    path: {
      ...handshakeEvidence({ source: { kind: 'attempt', ref: '' } }).path,
      icmp: icmp === null ? null : [{ type: icmp[0], code: icmp[1], from: '192.0.2.1', mtu: null }],
    },
  }),
} as const;

export interface AttemptDetails {
  readonly length?: number;
  readonly sni?: string | null;
  readonly versions?: readonly Code[];
  readonly concurrent?: number;
  readonly replyMs?: number;
  readonly waitedMs?: number;
  readonly segments?: readonly number[];
  readonly records?: readonly number[];
  readonly evidence?: Partial<HandshakeEvidence>;
}

/** Attempt `a<number>` with that outcome. */
export function attempt(number: number, became: Outcome, details: AttemptDetails = {}): Attempt {
  const { length = 300, sni = host, versions = [codes['TLSv1.2']], concurrent = 0 } = details;
  const records = details.records ?? [length];
  const firstFlight = length + 5 * records.length;
  return {
    id: `a${number}`,
    transport: 'tcp',
    sentAt: now,
    connectMs: 1,
    replyMs: details.replyMs ?? null,
    waitedMs: details.waitedMs ?? null,
    hello: { preset: null, length, firstFlight, sha256: '00'.repeat(32) },
    records,
    segments: details.segments ?? [firstFlight],
    segmentsConfirmed: null,
    mss: null,
    concurrent,
    evidence: handshakeEvidence({
      source: { kind: 'attempt', ref: `a${number}` },
      connect: 'ok',
      hello: { sni, versions, length },
      ...became,
      ...details.evidence,
    }),
  };
}

/** `count` attempts with the same outcome, numbered from `first`. */
export function attempts(first: number, count: number, became: Outcome, details: AttemptDetails = {}): Attempt[] {
  return Array.from({ length: count }, (_, i) => attempt(first + i, became, details));
}

export function observation<Value>(
  value: Value,
  made: readonly Attempt[] = [],
  rest: Partial<Observation> = {},
): Observation<Value> {
  return { status: 'completed', reason: null, attempts: made, ...rest, value };
}

type Observations = { readonly [Id in keyof ProbeValues]?: Observation<ProbeValues[Id] | null> };

export interface ReportDetails {
  readonly judgement?: Partial<Judgement>;
  readonly port?: number;
  readonly others?: Readonly<Record<string, Observation>>;
}

/** A report with these observations; the client is today's Secure Client unless told otherwise. */
export function report(observations: Observations, details: ReportDetails = {}): DiagnosisInput {
  return {
    target: { host, port: details.port ?? 443, address: '192.0.2.10', sni: host },
    judgement: {
      now,
      clientVersions: [codes['TLSv1.2'], codes['TLSv1.3']],
      clientCiphers: ['0xc02f', '0xc030', '0x009c', '0x1301', '0x1302'],
      clientGroups: ['0x0017', '0x0018', '0x001d'],
      expectName: host,
      expectIssuer: null,
      expectFingerprint: null,
      ...details.judgement,
    },
    observations: { ...observations, ...details.others },
  };
}

/** A report of nothing but attempts. */
export function connecting(made: readonly Attempt[], details: ReportDetails = {}): DiagnosisInput {
  const control = made.find(({ evidence }) => evidence.negotiated !== null)?.id ?? null;
  return report({ connect: observation({ control, preset: null, concurrent: null, serverName: null }, made) }, details);
}

/** What is found, once it is clear that Japanese says the same: every number of a sentence stands in its translation. */
function found(input: DiagnosisInput): Finding[] {
  const english = diagnose(input);
  const japanese = diagnose(input, { language: 'ja' }).flatMap(sentencesOf);
  for (const [index, sentence] of english.flatMap(sentencesOf).entries()) {
    expect(numbersIn(japanese[index] ?? ''), `${sentence} | ${japanese[index]}`).to.include.members(
      numbersIn(sentence),
    );
  }
  return english;
}

function sentencesOf({ id, evidence, excluded }: Finding): string[] {
  return [id, ...evidence.map(({ text }) => text), ...excluded.map(({ why }) => why)];
}

function numbersIn(text: string): string[] {
  return [...text.matchAll(/\d+/g)].map(([digits]) => digits);
}

/** Ids found, in the order of the findings. */
export function idsOf(input: DiagnosisInput): string[] {
  return found(input).map(({ id }) => id);
}

/** The finding with that id; fails the test when there is none or more than one. */
export function theFinding(input: DiagnosisInput, id: string): Finding {
  const findings = found(input);
  const [first, second] = findings.filter((finding) => finding.id === id);
  if (first === undefined || second !== undefined) {
    throw new Error(`expected one ${id}, found ${findings.map((finding) => finding.id).join(', ') || 'nothing'}`);
  }
  return first;
}

export const issuerName = 'CN=Example Issuing CA,O=Example';

/** A certificate of an ordinary server, valid for a year. */
export function certificate(changes: Partial<Certificate> = {}): Certificate {
  return {
    sha256: 'aa'.repeat(32),
    subject: `CN=${host}`,
    issuer: issuerName,
    serial: '01',
    version: 3,
    notBefore: inDays(-100),
    notAfter: inDays(265),
    daysLeft: 265,
    daysLeftAtCapture: null,
    status: 'valid',
    names: [`DNS:${host}`],
    key: { type: 'RSA', bits: 2048 },
    signatureAlgorithm: 'sha256WithRSAEncryption',
    selfIssued: false,
    isCa: false,
    extendedKeyUsage: ['serverAuth'],
    aiaIssuers: [],
    pem: '',
    deviations: [],
    ...changes,
  };
}

/** A chain that is trusted unless told otherwise. */
export function chainRow(
  chain: readonly Certificate[],
  assessment: Partial<CertificateRow['assessment']> = {},
): CertificateRow {
  return {
    version: 'TLSv1.2',
    auth: 'rsa',
    how: 'plain',
    chain,
    assessment: {
      trust: 'trusted',
      uncheckedAlgorithm: null,
      limited: false,
      path: chain.map(({ sha256 }) => sha256),
      missingIssuer: null,
      missingIssuerUrls: [],
      misordered: false,
      unneeded: [],
      roots: 140,
      ...assessment,
    },
    attempt: 'a1',
  };
}

/** A report with an answered hello and these chains. */
export function withChains(rows: readonly CertificateRow[], details: ReportDetails = {}): DiagnosisInput {
  const made = [attempt(1, outcome.answered())];
  return report(
    {
      connect: observation({ control: 'a1', preset: 'openssl-3', concurrent: true, serverName: null }, made),
      certificates: observation(rows, made),
    },
    details,
  );
}

/** Attempts and row of a comparison as the probes make it: changed hello and control by turns, three times. */
export function comparison(
  first: number,
  became: Outcome,
  details: AttemptDetails = {},
  control: AttemptDetails = {},
): { readonly made: Attempt[]; readonly row: { attempts: string[]; controls: string[] } } {
  const changed = [0, 2, 4].map((offset) => attempt(first + offset, became, details));
  const controls = [1, 3, 5].map((offset) => attempt(first + offset, outcome.answered(), control));
  return {
    made: changed.flatMap((one, i) => [one, controls[i] as Attempt]),
    row: { attempts: changed.map(({ id }) => id), controls: controls.map(({ id }) => id) },
  };
}

/** Replaces or removes the value at the `at`-th place of a JSON tree, counted round and round. */
export function spoil(tree: unknown, at: number, value: unknown, remove: boolean): void {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      const holder = node as Record<string, unknown>;
      places.push({ holder, key });
      walk(holder[key]);
    }
  };
  walk(tree);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return;
  if (remove) delete place.holder[place.key];
  else place.holder[place.key] = value;
}
