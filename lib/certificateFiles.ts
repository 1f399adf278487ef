/** Files of certificates from bytes to report: read, put together to chains, judged. */

import { expiryNotice } from './cisco/index.ts';
import { clientReactions, diagnose, filesVerdictOf } from './diagnose/index.ts';
import type {
  CertificateFile,
  CertificatePlace,
  CertificatesReport,
  FiledCertificate,
  FileProblemKind,
  Language,
} from './evidence/index.ts';
import { type FiledInput, judgeChains } from './filedChains.ts';
import { IssuerFetcher } from './issuerFetch.ts';
import { captureJudgement, fingerprintOf } from './judgement.ts';
import { kindOfBytes } from './planFiles.ts';
import { jsonText, type SavedDocuments, savedDocuments } from './savedDocuments.ts';
import { compareViews, derOf, keySha256, type SavedView, savedCertificates, savedViews } from './vantagePoints.ts';
import { toolVersion } from './version.ts';
import { HarnessError } from './wire/index.ts';
import {
  certificateFileLimits,
  certificateSha256,
  fileProblemText,
  type ReadCertificateFile,
  readCertificateFile,
  readCertificateOrStub,
  sftunnelShape,
} from './x509/index.ts';
import { loadRoots, verifyWithin } from './x509/node.ts';

export interface NamedFile {
  /** For the report. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Why `bytes` are empty: the system did not let it be read, or it is beyond a limit. The report says so. */
  readonly notRead?: 'unreadable' | 'left-out';
}

export interface CertificateFilesOptions {
  /** Clock of the judgement; default now. */
  readonly now?: Date;
  readonly language?: Language;
  /** PEM files with roots to trust beside node's own. */
  readonly caFiles?: readonly string[];
  /** PEM text with roots to trust beside node's own. */
  readonly caPem?: readonly string[];
  /** Name that server certificates must be good for; without one, names are not judged. */
  readonly expectName?: string;
  /** Pin: the leaf's issuer, a whole RFC 4514 name or just its CN. */
  readonly expectIssuer?: string;
  /** Pin: SHA-256 of the leaf, hex, with or without colons. */
  readonly expectFingerprint?: string;
  /** Ask for missing issuers at the http:// addresses in the certificates. Nothing is sent without it. */
  readonly fetchIssuers?: boolean | IssuerFetcher;
  readonly signal?: AbortSignal;
}

/** Places of one certificate that are listed. */
const maxPlaces = 100;

/** As `verifyWithin` counts it: two seconds, or 25,000 usual signatures, for all files together. */
const signatureBudget = 200_000;

/**
 * Judges files with certificates (PEM, DER, PKCS #7, bare base64) and saved reports: those of live targets are
 * compared. Whatever a file holds is data; damage is told by line. Private keys are named and never kept.
 * @throws HarnessError `bad-option`; `unreadable-file` for a CA file that cannot be used
 */
export async function judgeCertificates(
  inputs: readonly NamedFile[],
  options: CertificateFilesOptions = {},
): Promise<CertificatesReport> {
  const { language = 'en', now = new Date(), caFiles = [], caPem = [], signal, fetchIssuers = false } = options;
  requireUsable(options);
  const startedAt = new Date().toISOString();
  const { files, filed, views } = readAll(inputs, language);
  const certificates = certificatesOf(filed, { now, language });
  const fetcher =
    fetchIssuers === true ? new IssuerFetcher(signal === undefined ? {} : { signal }) : fetchIssuers || null;
  const { chains, notWhole } = await judgeChains(filed, certificates, {
    roots: loadRoots({ caFiles, caPem, env: process.env }),
    verify: verifyWithin(signatureBudget),
    now,
    host: options.expectName ?? null,
    fetcher,
  });
  const judged = {
    judgement: captureJudgement({ ...options, now }),
    files: files.map((file) => (notWhole.has(file.name) ? withProblem(file, 'not-judged', language) : file)),
    certificates,
    chains,
    comparisons: compareViews(views),
  };
  const findings = diagnose(judged, { language });
  return {
    schemaVersion: 1,
    tool: { name: 'helloprobe', version: toolVersion },
    command: 'certs',
    startedAt,
    finishedAt: new Date().toISOString(),
    ...judged,
    says: clientReactions(findings),
    findings,
    verdict: filesVerdictOf(findings, judged),
  };
}

interface ReadAll {
  readonly files: readonly CertificateFile[];
  readonly filed: readonly FiledInput[];
  readonly views: readonly SavedView[];
}

function readAll(inputs: readonly NamedFile[], language: Language): ReadAll {
  const files: CertificateFile[] = [];
  const filed: FiledInput[] = [];
  const views: SavedView[] = [];
  for (const { name, bytes, notRead } of inputs) {
    const report = savedReport(bytes);
    if (report !== null) {
      const { documents, broken } = report;
      const saved = documents.flatMap((document) => savedViews(name, document));
      views.push(...saved);
      const chains = saved.flatMap(({ rows }) => rows.map(({ chain }) => chain.flatMap((one) => derOf(one) ?? [])));
      for (const chain of distinctChains(chains))
        filed.push({ name, ordered: true, whole: true, certificates: chain.map((der) => ({ der, line: null })) });
      const all = savedCertificates(documents);
      const listed = all.slice(0, certificateFileLimits.certificates);
      if (listed.length > 0)
        filed.push({ name, ordered: false, whole: false, certificates: listed.map((der) => ({ der, line: null })) });
      const shas = [...chains.flat(), ...listed].map(certificateSha256);
      const file = { name, format: 'report', certificates: [...new Set(shas)], problems: [], others: [] } as const;
      const problems = [broken ? 'broken-report' : null, all.length > listed.length ? 'too-many' : null] as const;
      files.push(
        problems.reduce<CertificateFile>((of, found) => (found === null ? of : withProblem(of, found, language)), file),
      );
      continue;
    }
    const { format, certificates, problems, others } =
      notRead === undefined ? readCertificateFile(bytes) : nothingRead(notRead);
    // A SET has no order (RFC 5652 §5.1).
    filed.push({ name, certificates, ordered: format === 'pem', whole: false });
    const file = {
      name,
      format,
      certificates: certificates.map(({ der }) => certificateSha256(der)),
      problems: problems.map((problem) => ({ ...problem, text: fileProblemText(problem, language) })),
      others,
    };
    files.push(isCapture(bytes) ? withProblem(file, 'capture', language) : file);
  }
  return { files, filed, views };
}

/** Of what zstd has packed nothing is known without unpacking it. */
function isCapture(bytes: Uint8Array): boolean {
  return bytes[0] !== zstdMagic && kindOfBytes(bytes) === 'capture';
}

const zstdMagic = 0x28;

/** Null for what is no report of this program, or too large for one. */
export function savedReport(bytes: Uint8Array): SavedDocuments | null {
  const text = bytes.length > certificateFileLimits.bytes ? null : jsonText(bytes);
  return text === null ? null : savedDocuments(text);
}

function nothingRead(problem: 'unreadable' | 'left-out'): ReadCertificateFile {
  return { format: 'unknown', certificates: [], problems: [{ ...ofWholeFile, problem }], others: [] };
}

const ofWholeFile = { label: null, line: null, at: null, damage: [] } as const;

function withProblem(file: CertificateFile, problem: FileProblemKind, language: Language): CertificateFile {
  const found = { ...ofWholeFile, problem };
  return { ...file, problems: [...file.problems, { ...found, text: fileProblemText(found, language) }] };
}

function distinctChains(chains: readonly (readonly Uint8Array[])[]): (readonly Uint8Array[])[] {
  return [...new Map(chains.map((chain) => [chain.map(certificateSha256).join(), chain])).values()];
}

/** Each certificate once, in the order met. */
function certificatesOf(
  filed: readonly FiledInput[],
  { now, language }: { readonly now: Date; readonly language: Language },
): FiledCertificate[] {
  const places = new Map<string, CertificatePlace[]>();
  const ders = new Map<string, Uint8Array>();
  for (const { name, certificates } of filed) {
    for (const { der, line } of certificates) {
      const sha256 = certificateSha256(der);
      const seenIn = places.get(sha256) ?? [];
      const again = seenIn.some((place) => place.file === name && place.line === line);
      if (!again && seenIn.length < maxPlaces) seenIn.push({ file: name, line });
      places.set(sha256, seenIn);
      ders.set(sha256, der);
    }
  }
  return [...ders].map(([sha256, der]) => {
    const certificate = readCertificateOrStub(der, { now });
    const internalCa = sftunnelShape(certificate)?.role === 'InternalCA';
    return {
      ...certificate,
      seenIn: places.get(sha256) ?? [],
      keySha256: keySha256(der),
      expiry: expiryNotice({ notAfter: certificate.notAfter, now, internalCa }, language),
    };
  });
}

/** @throws HarnessError `bad-option` */
function requireUsable({ now, expectFingerprint }: CertificateFilesOptions): void {
  if (now !== undefined && Number.isNaN(now.getTime()))
    throw new HarnessError('bad-option', 'The option now takes a valid date.');
  if (expectFingerprint !== undefined && fingerprintOf(expectFingerprint) === null)
    throw new HarnessError('bad-option', 'The option expectFingerprint takes a SHA-256 fingerprint of 64 hex digits.');
}
