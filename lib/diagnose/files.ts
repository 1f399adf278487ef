/** A report of certificate files as the rules see it: chains that stand in files, and what is damaged there. */

import {
  type AuthorityProof,
  atLeast,
  type Certificate,
  type CertificateFile,
  type CertificatesReport,
  type FiledChain,
  type Finding,
  type VantageComparison,
  type Verdict,
  type VersionName,
} from '../evidence/index.ts';
import { wasNotRead } from '../x509/names.ts';
import { authOf, nothingProbed } from './facts/conversation.ts';
import { type Facts, type FilesView, judgementIn, type PresentedChain } from './facts/facts.ts';
import { isObject, list, nullable, number, object, type Reader, text, wholeList } from './facts/read.ts';
import { assessmentReader, certificateReader } from './facts/readers.ts';

/** What `diagnose` needs of a report; a saved one has it all. */
export type FilesDiagnosisInput = Pick<
  CertificatesReport,
  'judgement' | 'files' | 'certificates' | 'chains' | 'comparisons'
>;

/** Reads a report; never throws, whatever it is given. */
export function factsOfFiles(input: FilesDiagnosisInput): Facts {
  const report: Readonly<Record<string, unknown>> = isObject(input) ? input : {};
  const certificates = new Map(
    (list(certificateReader)(report['certificates']) ?? []).map((certificate) => [certificate.sha256, certificate]),
  );
  const files = list(fileReader)(report['files']) ?? [];
  const orders = new Map(files.map(({ name, certificates: order }) => [name, order]));
  const rows = (list(chainReader)(report['chains']) ?? []).flatMap(
    (chain) => rowOf(chain, certificates, orders.get(chain.file) ?? []) ?? [],
  );
  const authorities = rows.flatMap(({ chain: { authority }, row }): FilesView['authorities'][number][] => {
    const ca = authority === null ? undefined : certificates.get(authority.sha256);
    return authority === null || ca === undefined ? [] : [{ chain: row, ca, proof: authority.proof }];
  });
  return {
    ...nothingProbed,
    target: { host: '', port: 0, address: null, sni: null },
    judgement: judgementIn(report),
    witnesses: new Map(),
    chains: rows.map(({ row }) => row),
    capture: null,
    filed: {
      files,
      authorities,
      comparisons: list(comparisonReader)(report['comparisons']) ?? [],
    },
  };
}

/** `findings` (any of low or above) before `inconclusive` (nothing to judge or to compare, or something was not read) before `clean`. */
export function filesVerdictOf(
  findings: readonly Finding[],
  { files, certificates, comparisons }: Pick<CertificatesReport, 'files' | 'certificates' | 'comparisons'>,
): Verdict {
  if (findings.some(({ severity }) => atLeast(severity, 'low'))) return 'findings';
  const open = comparisons.some(({ result }) => result === 'unknown');
  return certificates.length === 0 || open || files.some(({ problems }) => problems.some(wasNotRead))
    ? 'inconclusive'
    : 'clean';
}

type ReadChain = Omit<FiledChain, 'verdicts'>;

/** Null when the leaf is not among the certificates. */
function rowOf(
  chain: ReadChain,
  certificates: ReadonlyMap<string, Certificate>,
  inFile: readonly string[],
): { chain: ReadChain; row: PresentedChain } | null {
  const { file, line, role, certificates: sent, assessment, authority } = chain;
  const listed = sent.flatMap((sha256) => certificates.get(sha256) ?? []);
  const [leaf] = listed;
  if (leaf === undefined || leaf.sha256 !== sent[0]) return null;
  // A CA that was proven to have signed it is as good as sent.
  const signer = authority?.proof === 'verified' ? certificates.get(authority.sha256) : undefined;
  const whole = signer === undefined || listed.includes(signer) ? listed : [...listed, signer];
  const row: PresentedChain = {
    // No version is known of a file.
    version: '' as VersionName,
    auth: authOf(leaf),
    how: 'plain',
    chain: whole,
    assessment: role === 'server' ? assessment : null,
    attempt: '',
    isSftunnel: role === 'sftunnel',
    side: 'server',
    captured: null,
    filed: {
      place: line === null ? file : `${file}:${line}`,
      role,
      order: inFile.flatMap((sha256) => (sent.includes(sha256) ? (certificates.get(sha256)?.subject ?? []) : [])),
      alone: sent.length === 1 && assessment?.trust === 'incomplete',
    },
  };
  return { chain, row };
}

const texts = wholeList(text);

const chainReader: Reader<ReadChain> = object({
  file: text,
  line: nullable(number),
  role: text as Reader<FiledChain['role']>,
  certificates: texts,
  added: texts,
  authority: nullable(object({ sha256: text, proof: text as Reader<AuthorityProof> })),
  assessment: nullable(assessmentReader),
});

/** A part of the damage that cannot be read is left out: the problem itself remains. */
const damageReader: Reader<CertificateFile['problems'][number]['damage'][number]> = (value) => {
  if (!isObject(value) || number(value['line']) === undefined) return undefined;
  const shape = damageShapes[String(value['kind'])];
  return shape?.(value) === undefined
    ? undefined
    : (value as unknown as CertificateFile['problems'][number]['damage'][number]);
};

const size = object({ characters: number, lines: number });
const damageShapes: Readonly<Record<string, Reader<unknown>>> = {
  length: object({ found: number, expected: number }),
  character: object({ column: number, count: number }),
  padding: object({}),
  total: object({ found: size, expected: size }),
};

const fileReader: Reader<CertificateFile> = object({
  name: text,
  format: text as Reader<CertificateFile['format']>,
  certificates: texts,
  problems: list(
    object({
      problem: text as Reader<CertificateFile['problems'][number]['problem']>,
      label: nullable(text),
      line: nullable(number),
      at: nullable(number),
      damage: list(damageReader),
      text,
    }),
  ),
  others: list(object({ label: text, line: nullable(number) })),
});

const pointReader = object({
  file: text,
  at: text,
  address: nullable(text),
  leaves: list(
    object({
      sha256: text,
      keySha256: nullable(text),
      subject: text,
      issuer: text,
      notBefore: nullable(text),
      trust: text as Reader<VantageComparison['points'][0]['leaves'][number]['trust']>,
    }),
  ),
});

const comparisonReader: Reader<VantageComparison> = (value) => {
  const read = object({
    host: text,
    port: number,
    sni: nullable(text),
    points: wholeList(pointReader),
    result: text as Reader<VantageComparison['result']>,
  })(value);
  const [a, b] = read?.points ?? [];
  return read === undefined || a === undefined || b === undefined ? undefined : { ...read, points: [a, b] };
};
