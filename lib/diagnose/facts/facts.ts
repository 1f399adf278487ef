/** Facts: a report as the rules see it, typed, with whatever was damaged left out. */

import type {
  Attempt,
  AuthorityProof,
  Certificate,
  CertificateFile,
  CertificateRow,
  ChainAssessment,
  Conversation,
  DiagnosisInput,
  FiledRole,
  Judgement,
  LogEpisode,
  Observation,
  ProbeValues,
  SftunnelRole,
  Side,
  Target,
  VantageComparison,
  VersionName,
} from '../../evidence/index.ts';
import { looksLikeSftunnel } from '../../x509/names.ts';
import { isAnswered } from './outcome.ts';
import { isObject, type Reader, text } from './read.ts';
import { attemptReader, judgementReader, targetReader, valueReaders } from './readers.ts';
import type { Witness } from './witness.ts';

/** What became of one probe; null reason when there was none or it cannot be read. */
export interface ProbeOutcome {
  readonly status: Observation['status'];
  readonly reason: string | null;
}

/** The version of a captured handshake whose ServerHello was not seen. */
export const unseenVersion = '?' as VersionName;

/** A chain as one side sent it. */
export interface PresentedChain extends Omit<CertificateRow, 'assessment'> {
  /** Null where it was not assessed: nothing is known of its trust. */
  readonly assessment: ChainAssessment | null;
  /** The leaf is one of sftunnel, whose certificates have rules of their own. */
  readonly isSftunnel: boolean;
  readonly side: Side;
  /** Where a capture shows it; null for a live attempt. */
  readonly captured: {
    readonly witness: Witness;
    /** ISO 8601: when it was sent. */
    readonly at: string;
    /** Of the side, where it is known from its sftunnel certificate. */
    readonly role: SftunnelRole | null;
  } | null;
  /** Where it stands in a file; absent where it was sent. */
  readonly filed?: {
    /** `cert.pem`, or `cert.pem:12` for the line of its BEGIN. */
    readonly place: string;
    readonly role: FiledRole;
    /** The file has the leaf alone, so it may not be all that a server would send. */
    readonly alone: boolean;
    /** Subjects of the chain's certificates in the order of the file. */
    readonly order: readonly string[];
  };
}

/** Files that are judged, beside their chains. */
export interface FilesView {
  readonly files: readonly CertificateFile[];
  /** Chains of sftunnel with the CA that was found for them. */
  readonly authorities: readonly {
    readonly chain: PresentedChain;
    readonly ca: Certificate;
    readonly proof: AuthorityProof;
  }[];
  readonly comparisons: readonly VantageComparison[];
}

/** The conversation of a capture that is judged. */
export interface CaptureView {
  readonly conversation: Conversation;
  readonly witness: Witness;
}

/** The attempt to connect, as a log tells it, that is judged. */
export interface LogView {
  readonly episode: LogEpisode;
  readonly witness: Witness;
}

export interface Facts {
  readonly target: Target;
  readonly judgement: Judgement;
  /** Witnesses by id, in the order they started; without those that were sent so that the network may drop them, see `attemptsOf`. */
  readonly witnesses: ReadonlyMap<string, Witness>;
  /** Witness whose hello this server answers; null when none was answered. */
  readonly control: Witness | null;
  /** Chains that were received. */
  readonly chains: readonly PresentedChain[];
  /** Null for a live report and for a log. */
  readonly capture: CaptureView | null;
  /** Null for what is no log. */
  readonly log: LogView | null;
  /** Absent for what is no report of files. */
  readonly filed?: FilesView;
  /** How each observation ended. */
  readonly outcomes: readonly ProbeOutcome[];
  /** A probe's value, null where there is none. */
  value<Id extends keyof ProbeValues>(id: Id): ProbeValues[Id] | null;
  /** A probe's attempts, in the order they started. */
  attemptsOf(id: string): readonly Witness[];
  /** The witnesses with these ids that are known. */
  named(ids: readonly string[]): readonly Witness[];
}

/** Reads a report; never throws, whatever it is given. */
export function factsOf(input: Partial<DiagnosisInput> | null | undefined): Facts {
  const report: Readonly<Record<string, unknown>> = isObject(input) ? input : {};
  const observations = new Map<string, Readonly<Record<string, unknown>>>();
  if (isObject(report['observations'])) {
    for (const [id, observation] of Object.entries(report['observations'])) {
      if (isObject(observation)) observations.set(id, observation);
    }
  }

  const byProbe = new Map<string, Attempt[]>();
  for (const [id, observation] of observations) byProbe.set(id, attemptsIn(observation));
  const attempts = new Map<string, Attempt>();
  for (const attempt of [...byProbe.values()].flat().sort(byStart)) attempts.set(attempt.id, attempt);
  const special = new Set(specialProbes.flatMap((id) => byProbe.get(id) ?? []).map(({ id }) => id));

  const value = <Id extends keyof ProbeValues>(id: Id): ProbeValues[Id] | null =>
    valueReaders[id](observations.get(id)?.['value']) ?? null;
  const named = (ids: readonly string[]): Attempt[] => [...new Set(ids)].flatMap((id) => attempts.get(id) ?? []);
  const chosen = attempts.get(value('connect')?.control ?? '');
  const control = chosen !== undefined && isAnswered(chosen) ? chosen : [...attempts.values()].find(isAnswered);

  return {
    target: targetReader(report['target']) ?? { host: '', port: 0, address: null, sni: null },
    judgement: judgementIn(report),
    witnesses: new Map([...attempts].filter(([id, attempt]) => !special.has(id) || !isSpoilt(attempt))),
    control: control ?? null,
    chains: distinctRows([...(value('certificates') ?? []), ...(value('sftunnel')?.chains ?? [])]).map((row) => ({
      ...row,
      isSftunnel: row.chain[0] !== undefined && looksLikeSftunnel(row.chain[0]),
      side: 'server',
      captured: null,
    })),
    capture: null,
    log: null,
    outcomes: [...observations.values()].map((observation) => ({
      status: statusReader(observation['status']) ?? 'failed',
      reason: text(observation['reason']) ?? null,
    })),
    value,
    attemptsOf: (id) => byProbe.get(id) ?? [],
    named,
  };
}

/** Two probes may have met the same chain: it is one. */
function distinctRows(rows: readonly CertificateRow[]): CertificateRow[] {
  const thing = ({ version, chain }: CertificateRow): string => [version, ...chain.map(({ sha256 }) => sha256)].join();
  return rows.filter((row, index) => rows.findIndex((other) => thing(other) === thing(row)) === index);
}

/** What a report took as given; nothing where that cannot be read. */
export function judgementIn(report: Readonly<Record<string, unknown>>): Judgement {
  return judgementReader(report['judgement']) ?? nothingGiven;
}

const statusReader = text as Reader<Observation['status']>;

/** Probes whose hellos are made to expire on the way, or cut into IP fragments: that one fails says nothing of the server. */
const specialProbes = ['trace', 'fragments'] as const;

/** Perhaps on purpose. */
function isSpoilt(attempt: Attempt): boolean {
  return attempt.evidence.connect === 'ok' && !isAnswered(attempt);
}

/** Without what the judgement takes as given nothing that needs it is claimed. */
const nothingGiven: Judgement = {
  now: '',
  clientVersions: [],
  clientCiphers: [],
  clientGroups: [],
  expectName: null,
  expectIssuer: null,
  expectFingerprint: null,
};

function attemptsIn(observation: Readonly<Record<string, unknown>>): Attempt[] {
  const attempts = observation['attempts'];
  return Array.isArray(attempts) ? attempts.flatMap((attempt) => attemptReader(attempt) ?? []).sort(byStart) : [];
}

/** Attempts are numbered in the order they started (`a1`, `a2`, …). */
function byStart(a: Attempt, b: Attempt): number {
  return startOf(a) - startOf(b);
}

/** Number in an attempt's id; ids of another form come last, in the order of the report. */
export function startOf({ id }: Pick<Attempt, 'id'>): number {
  const number = /^a(\d{1,15})$/.exec(id)?.[1];
  return number === undefined ? Number.MAX_SAFE_INTEGER : Number(number);
}
