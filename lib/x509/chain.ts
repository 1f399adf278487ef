/**
 * Chain assessment: what stands between the certificates a peer sent and the given roots, as reports show it. The verdict is the
 * evaluator's, by the profile of clients; this tells it in the terms of findings, and what of the chain as sent is odd.
 */

import type { ChainAssessment, ChainObjection } from '../evidence/index.ts';
import { sameBytes } from '../wire/index.ts';
import { signatureAlgorithmName } from './certificate.ts';
import type { ChainCertificate } from './evaluate/certificate.ts';
import { type JudgedChain, judgeChain, workLimits } from './evaluate/evaluate.ts';
import { type ChainGraph, keysAgree } from './evaluate/graph.ts';
import { ChainMemory } from './evaluate/memory.ts';
import { clientProfile } from './evaluate/profiles.ts';
import type { ChainReasonId } from './evaluate/reasons.ts';
import type { ChainReason } from './evaluate/types.ts';
import { nameText } from './name.ts';
import type { RootSet } from './roots.ts';
import { caIssuerUris } from './schema.ts';
import { sentChain } from './sent-chain.ts';
import type { VerifySignature } from './signature.ts';

export interface AssessChainOptions {
  readonly roots: RootSet;
  readonly verify: VerifySignature;
  /** Clock of the judgement. */
  readonly now: Date;
  /** Of chains that were assessed with the same roots and the same `verify`; default a new one. */
  readonly memory?: ChainMemory | undefined;
}

/** Limits on the work one chain may cause, whatever was sent. */
export const chainLimits = {
  certificates: workLimits.certificates,
  signatureChecks: workLimits.signatureChecks,
} as const;

/**
 * Assesses `chain` as sent: the first certificate is the leaf of a server. Names are compared as RFC 5280 §7.1 does; key identifiers
 * only break ties. A leaf with subject and key of a root counts as that root. Host names are matched elsewhere. The work is
 * bounded by `chainLimits`, and no chain makes it throw.
 */
export async function assessChain(chain: readonly Uint8Array[], options: AssessChainOptions): Promise<ChainAssessment> {
  const { roots, verify, now, memory = new ChainMemory() } = options;
  let unchecked = false;
  const judged = await judgeChain({
    presented: chain,
    roots,
    memory,
    time: now,
    host: null,
    usage: 'server',
    profile: clientProfile,
    verify: async (...check) => {
      const result = await verify(...check);
      unchecked ||= result === 'unchecked';
      return result;
    },
  });
  const { graph, verdict } = judged;
  const limited = unchecked || verdict.workDone.exhausted.length > 0;
  const nothing = { path: [], missingIssuer: null, missingIssuerUrls: [], misordered: false, uncheckedAlgorithm: null };
  if (graph.leaf === null) {
    const unneeded = distinct(chain.slice(1, chainLimits.certificates).map((der) => memory.sha256(der)));
    return { trust: 'unreadable', ...nothing, limited, unneeded, roots: roots.size };
  }
  const { trust, path } = await endOf(judged, graph.leaf, roots);
  const end = path.at(-1) as ChainCertificate;
  return {
    trust,
    uncheckedAlgorithm:
      trust === 'unverified' && algorithmUnknown(graph, end)
        ? signatureAlgorithmName(end.frame.signatureAlgorithm)
        : null,
    limited,
    path: path.map(({ sha256 }) => sha256),
    missingIssuer: trust === 'incomplete' ? textOf(end.frame.issuer) : null,
    missingIssuerUrls: trust === 'incomplete' ? issuerAddresses(end) : [],
    ...sentChain(chain.slice(0, chainLimits.certificates), { graph, path, memory }),
    objections: verdict.reasons.flatMap((reason) => objectionOf(reason, path, trust)),
    roots: roots.size,
  };
}

interface End {
  readonly trust: ChainAssessment['trust'];
  /** As far as signatures lead. */
  readonly path: readonly ChainCertificate[];
}

async function endOf({ verdict, path, graph }: JudgedChain, leaf: ChainCertificate, roots: RootSet): Promise<End> {
  const isRoot = roots.bySubject(leaf.frame.subject).some(({ spki }) => sameBytes(spki, leaf.frame.spki));
  if (isRoot) return { trust: 'trusted', path: [leaf] };
  const broken = path.findIndex(
    (child, i) => i + 1 < path.length && graph.known(child, path[i + 1] as typeof child) !== true,
  );
  if (broken >= 0) {
    const [child, issuer] = path.slice(broken, broken + 2) as [ChainCertificate, ChainCertificate];
    return { trust: brokenEnd(graph, child, issuer), path: path.slice(0, broken + 1) };
  }
  const end = path.at(-1) as ChainCertificate;
  if (end.anchor) {
    const invalid = verdict.reasons.some((reason) => isInvalidating(reason, path));
    return { trust: invalid ? 'invalid' : 'trusted', path };
  }
  // Whoever names itself as the issuer, and did not sign itself, was not signed by that key.
  if (end.selfIssued && graph.known(end, end) !== true) return { trust: brokenEnd(graph, end, end), path };
  const told = verdict.reasons.find(({ id }) => id === 'self-signed' || id === 'untrusted-root');
  return { trust: told === undefined ? 'incomplete' : (told.id as End['trust']), path };
}

/** What a signature that is not known to fit says; same name, other key: a CA that was renewed, not a forgery. */
function brokenEnd(graph: ChainGraph, child: ChainCertificate, issuer: ChainCertificate): End['trust'] {
  if (keysAgree(child, issuer) === 'other') return 'incomplete';
  return graph.known(child, issuer) === false ? 'bad-signature' : 'unverified';
}

function algorithmUnknown(graph: ChainGraph, end: ChainCertificate): boolean {
  // The first certificate is not among those that were sent as issuers.
  return [end, ...graph.named(end)].some((issuer) => graph.known(end, issuer) === 'unsupported');
}

/** Rules of path validation, and of what a path is made of, that no other field tells of. */
const invalidating: readonly ChainReasonId[] = [
  'not-a-ca',
  'basic-constraints-missing',
  'cert-sign-missing',
  'path-length',
  'name-constraint',
  'name-constraint-unsupported',
  'critical-extension',
  'extension-unreadable',
  'signature-algorithm-mismatch',
  'policy-missing',
  'policy-mapping',
];

/** Of a root clients need nothing but name and key (RFC 5280 §6.1.1 d), so what else it says makes no path invalid. */
function isInvalidating({ id, position }: ChainReason, path: readonly ChainCertificate[]): boolean {
  return invalidating.includes(id) && path[position ?? -1]?.anchor === false;
}

/** Told by `trust`, `limited`, or the names, which are judged elsewhere. */
const toldElsewhere: readonly ChainReasonId[] = [
  'no-certificates',
  'unreadable',
  'issuer-unknown',
  'untrusted-root',
  'self-signed',
  'depth-limit',
  'work-limit',
  'name-constraints-limit',
  'signature-invalid',
  'signature-unsupported',
  'signature-unchecked',
  'name-mismatch',
];

function objectionOf(
  { id, effect, position, detail, sha256 }: ChainReason,
  path: readonly ChainCertificate[],
  trust: ChainAssessment['trust'],
): ChainObjection[] {
  if (effect === 'notes' || toldElsewhere.includes(id)) return [];
  const certificate = position === null ? undefined : path[position];
  // Beyond the end of the path nothing is known to belong to it.
  if (position !== null && certificate === undefined) return [];
  const root = certificate?.anchor === true && trust !== 'self-signed' && position !== 0;
  const subject = certificate === undefined ? null : textOf(certificate.frame.subject);
  return [{ id, effect, position, length: path.length, root, sha256, subject, detail }];
}

function issuerAddresses({ extensions }: ChainCertificate): readonly string[] {
  const access = extensions.get('authorityInfoAccess');
  try {
    return access === undefined ? [] : (caIssuerUris(access.value) ?? []);
  } catch {
    return [];
  }
}

function textOf(name: Uint8Array): string | null {
  try {
    return nameText(name);
  } catch {
    return null;
  }
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
