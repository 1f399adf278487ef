/**
 * Chain assessment: what stands between the certificates a peer sent and the given roots. Looks at names, keys and
 * signatures; validity dates, host names and usages are judged by rules elsewhere.
 */

import type { ChainAssessment } from '../evidence/index.ts';
import { certificateSha256, signatureAlgorithmName } from './certificate.ts';
import { type CertificateFrame, readFrame } from './frame.ts';
import { type ChainNode, type IssuerGraph, type IssuerGraphOptions, issuerGraph, mayIssue } from './issuers.ts';
import { nameText } from './name.ts';

/** `now` only settles which issuer is preferred where several would do: one that is valid then. */
export type AssessChainOptions = IssuerGraphOptions;

/** Limits on the work one chain may cause, whatever was sent. */
export const chainLimits = { certificates: 32, signatureChecks: 64 } as const;

/**
 * Assesses `chain` as sent: the first certificate is the leaf. Names are compared as RFC 5280 §7.1 does; key identifiers only break ties. A
 * certificate with subject and key of a root counts as that root, so a cross-signed one ends the path. An issuer that was
 * sent must be a CA (RFC 5280 §4.2.1.9), or self-issued and older than version 3; a path through any other is shown, but
 * ends in `untrusted-root`. The work is bounded by `chainLimits`, and no chain makes it throw.
 */
export async function assessChain(chain: readonly Uint8Array[], options: AssessChainOptions): Promise<ChainAssessment> {
  const links = chain.slice(0, chainLimits.certificates).map(readLink);
  const roots = options.roots.size;
  const cut = chain.length > links.length;
  if (links[0]?.frame == null) return unreadable(shaOf(links.slice(1)), cut, roots);
  const readable = links.filter((link) => link.frame !== null) as (Link & { frame: CertificateFrame })[];
  const graph = await issuerGraph(
    readable.map(({ frame }) => frame),
    chainLimits.signatureChecks,
    options,
  );
  const { trust, path } = trustedPath(graph) ?? bestPath(graph);
  const end = path.at(-1) as ChainNode;
  const touched = new Set([...graph.reached].map(({ frame }) => certificateSha256(frame.der)));
  return {
    trust,
    uncheckedAlgorithm: trust === 'unverified' ? algorithmNotKnown(end) : null,
    limited: cut || graph.exhausted,
    path: path.map(({ frame }) => certificateSha256(frame.der)),
    missingIssuer: trust === 'incomplete' ? issuerText(end) : null,
    missingIssuerUrls: trust === 'incomplete' ? end.extensions.caIssuers : [],
    misordered: isMisordered(graph),
    unneeded: shaOf(links).filter((sha256) => !touched.has(sha256)),
    roots,
  };
}

function unreadable(unneeded: readonly string[], limited: boolean, roots: number): ChainAssessment {
  const nothing = { path: [], missingIssuer: null, missingIssuerUrls: [], misordered: false, uncheckedAlgorithm: null };
  return { trust: 'unreadable', ...nothing, limited, unneeded, roots };
}

/** Null when it was not the algorithm that kept the signature from being checked. */
function algorithmNotKnown({ frame, issuers }: ChainNode): string | null {
  const unknown = issuers.some(({ signature }) => signature === 'unsupported');
  return unknown ? signatureAlgorithmName(frame.signatureAlgorithm) : null;
}

interface Link {
  readonly der: Uint8Array;
  readonly frame: CertificateFrame | null;
}

interface FoundPath {
  readonly trust: ChainAssessment['trust'];
  /** Leaf first. */
  readonly path: readonly ChainNode[];
}

/** The shortest path to a root, of certificates that are valid now if there is such a one. */
function trustedPath(graph: IssuerGraph): FoundPath | null {
  for (const onlyValid of [true, false]) {
    const paths = shortestPaths(graph, (issuer) => mayIssue(issuer) && (issuer.validNow || !onlyValid));
    for (const [node, path] of paths) if (node.anchored) return { trust: 'trusted', path };
  }
  return null;
}

/** The path that tells most of why there is no trust; the shortest of its kind. */
function bestPath(graph: IssuerGraph): FoundPath {
  const found = [...shortestPaths(graph, () => true).values()].map((path) => ({ trust: endOf(path), path }));
  for (const trust of ['self-signed', 'untrusted-root', 'incomplete', 'unverified', 'bad-signature'] as const) {
    const best = found.find((candidate) => candidate.trust === trust);
    if (best !== undefined) return { trust, path: best.path };
  }
  // Certificates that issue one another in a circle: no root comes of it.
  return { trust: 'untrusted-root', path: found.at(-1)?.path ?? [] };
}

/** How a path ends at its last certificate; null when an issuer of that is known. */
function endOf(path: readonly ChainNode[]): ChainAssessment['trust'] | null {
  const end = path.at(-1) as ChainNode;
  const signedBy = (node: ChainNode): boolean =>
    end.issuers.some((edge) => edge.issuer === node && edge.signature === true);
  if (end.anchored || signedBy(end)) return path.length === 1 ? 'self-signed' : 'untrusted-root';
  if (end.issuers.some(({ signature }) => signature === true)) return null;
  if (end.issuers.length === 0) return 'incomplete';
  return end.issuers.every(({ signature }) => signature === false) ? 'bad-signature' : 'unverified';
}

/** Every certificate that signatures lead to from the leaf through admitted issuers, with its path, nearest first. */
function shortestPaths(
  graph: IssuerGraph,
  admit: (issuer: ChainNode) => boolean,
): Map<ChainNode, readonly ChainNode[]> {
  const leaf = graph.sent[0] as ChainNode;
  const paths = new Map<ChainNode, readonly ChainNode[]>([[leaf, [leaf]]]);
  // As with a Set, entries added during the walk are walked too.
  for (const [node, path] of paths) {
    for (const { issuer, signature } of node.issuers) {
      if (signature === true && !paths.has(issuer) && admit(issuer)) paths.set(issuer, [...path, issuer]);
    }
  }
  return paths;
}

/**
 * Each certificate must come after one that it issued (RFC 5246 §7.4.2; cross-signed ones side by side are in order), and the
 * leaf must be the first. Certificates that no path touches do not count here.
 */
function isMisordered({ sent, reached }: IssuerGraph): boolean {
  const [leaf, ...others] = sent as [ChainNode, ...ChainNode[]];
  const issued = (issuer: ChainNode, child: ChainNode): boolean =>
    issuer.subject === child.issuer && issuer.subject !== child.subject;
  if (others.some((child) => issued(leaf, child))) return true;
  return sent.some(
    (node, i) => i > 0 && reached.has(node) && !sent.slice(0, i).some((earlier) => earlier.issuer === node.subject),
  );
}

function readLink(der: Uint8Array): Link {
  try {
    return { der, frame: readFrame(der) };
  } catch {
    return { der, frame: null };
  }
}

/** Distinct fingerprints, in the order sent. */
function shaOf(links: readonly Link[]): string[] {
  return [...new Set(links.map(({ der }) => certificateSha256(der)))];
}

function issuerText({ frame }: ChainNode): string | null {
  try {
    return nameText(frame.issuer);
  } catch {
    return null;
  }
}
