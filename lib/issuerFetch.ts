/** The issuers that a server did not send, asked for at the addresses in its certificates (AIA, RFC 5280 §4.2.2.1). Only when asked. */

import { diagnose, verdictOf } from './diagnose/index.ts';
import type {
  CertificateRow,
  ChainAssessment,
  CheckReport,
  FetchedIssuers,
  IssuerFetch,
  Language,
} from './evidence/index.ts';
import { httpGet, isLoopback } from './net/index.ts';
import {
  type AssessChainOptions,
  assessChain,
  certificateNames,
  certificateSha256,
  issuedBy,
  parsePem,
  readCertificateFile,
} from './x509/index.ts';
import { loadRoots, verifyWithin } from './x509/node.ts';

/** Asks for what stands at an address; an answer or why there is none. */
export type GetIssuer = (
  url: string,
) => Promise<{ readonly body: Uint8Array } | { readonly failure: IssuerFetch['outcome'] }>;

/** Bounds of one run, whatever the certificates name. */
export const fetchLimits = { requests: 16, perChain: 4, perCertificate: 2, bytes: 262_144, timeoutMs: 5_000 } as const;

export interface IssuerFetcherOptions {
  /** Loopback addresses may be asked. */
  readonly allowLoopback?: boolean;
  readonly signal?: AbortSignal;
  /** Replaces the request over HTTP. */
  readonly get?: GetIssuer;
}

export class IssuerFetcher {
  readonly #get: GetIssuer;
  readonly #answers = new Map<string, ReturnType<GetIssuer>>();

  constructor({ allowLoopback = false, signal, get }: IssuerFetcherOptions = {}) {
    const { bytes: maxBytes, timeoutMs } = fetchLimits;
    const bounds = { maxBytes, timeoutMs, allowLoopback, ...(signal === undefined ? {} : { signal }) };
    this.#get = get ?? ((url) => httpGet(url, bounds));
  }

  /** What a client that fetches issuers would make of `chain`; null where nothing is missing, or no address is named. */
  async complete(
    chain: readonly Uint8Array[],
    assessment: ChainAssessment,
    options: AssessChainOptions,
  ): Promise<FetchedIssuers | null> {
    const known = [...chain];
    const fetches: IssuerFetch[] = [];
    let current = assessment;
    for (let step = 0; step < fetchLimits.perChain && current.trust === 'incomplete'; step++) {
      const end = known.find((der) => certificateSha256(der) === current.path.at(-1));
      if (end === undefined) break;
      const before = known.length;
      for (const url of current.missingIssuerUrls.slice(0, fetchLimits.perCertificate)) {
        const answer = await this.#ask(url);
        if (answer === null) break;
        const issuer = 'body' in answer ? await issuerIn(answer.body, end, options) : answer.failure;
        fetches.push(fetchOf(url, issuer));
        if (typeof issuer === 'string') continue;
        known.push(issuer);
        break;
      }
      if (known.length === before) break;
      current = await assessChain(known, options);
    }
    return fetches.length === 0 ? null : { fetches, trust: current.trust, path: current.path };
  }

  /** Each address once in a run; null when the run has asked often enough. */
  #ask(url: string): ReturnType<GetIssuer> | null {
    const known = this.#answers.get(url);
    if (known !== undefined) return known;
    if (this.#answers.size >= fetchLimits.requests) return null;
    const answer = this.#get(url);
    this.#answers.set(url, answer);
    return answer;
  }
}

export interface FetchForReportOptions extends IssuerFetcherOptions {
  readonly caFiles?: readonly string[];
  readonly caPem?: readonly string[];
  readonly language?: Language;
}

/** The report with what the missing issuers' addresses gave, judged again. */
export async function withFetchedIssuers(report: CheckReport, options: FetchForReportOptions): Promise<CheckReport> {
  const observation = report.observations['certificates'];
  const rows = (observation?.value ?? []) as readonly CertificateRow[];
  if (observation === undefined || !rows.some(({ assessment }) => assessment.trust === 'incomplete')) return report;
  const { caFiles = [], caPem = [], language = 'en' } = options;
  const own = report.target.address !== null && isLoopback(report.target.address);
  const fetcher = new IssuerFetcher({ ...options, allowLoopback: options.allowLoopback ?? own });
  const trust = {
    roots: loadRoots({ caFiles, caPem, env: process.env }),
    verify: verifyWithin(signatureBudget),
    now: new Date(report.judgement.now),
  };
  const value: CertificateRow[] = [];
  for (const row of rows) {
    const ders = row.chain.flatMap(({ pem }) => parsePem(pem).map(({ bytes }) => bytes));
    const fetched = await fetcher.complete(ders, row.assessment, trust);
    value.push(fetched === null ? row : { ...row, assessment: { ...row.assessment, fetched } });
  }
  const observations = { ...report.observations, certificates: { ...observation, value } };
  const findings = diagnose({ ...report, observations }, { language });
  return { ...report, observations, findings, verdict: verdictOf(findings, observations) };
}

/** As `verifyWithin` counts: 2,500 usual signatures. */
const signatureBudget = 20_000;

/** The one that signed `certificate` among what was fetched, which may be a bundle. */
async function issuerIn(
  body: Uint8Array,
  certificate: Uint8Array,
  { verify }: AssessChainOptions,
): Promise<Uint8Array | IssuerFetch['outcome']> {
  const { certificates } = readCertificateFile(body);
  for (const { der } of certificates.slice(0, 32)) {
    if ((await issuedBy(certificate, der, verify)) === 'verified') return der;
  }
  return certificates.length === 0 ? 'no-certificate' : 'not-the-issuer';
}

function fetchOf(url: string, issuer: Uint8Array | IssuerFetch['outcome']): IssuerFetch {
  if (typeof issuer === 'string') return { url, outcome: issuer, sha256: null, subject: null };
  return {
    url,
    outcome: 'found',
    sha256: certificateSha256(issuer),
    subject: certificateNames(issuer)?.subject ?? null,
  };
}
