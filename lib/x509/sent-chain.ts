/** What is odd about certificates as they were sent, whatever they are worth: order, roots, cross-signed ones, and those that nobody needs. */

import type { ChainAssessment, CrossSigned } from '../evidence/index.ts';
import { sameBytes } from '../wire/index.ts';
import type { ChainCertificate } from './evaluate/certificate.ts';
import { type ChainGraph, keysAgree } from './evaluate/graph.ts';
import type { ChainMemory } from './evaluate/memory.ts';
import { type CertificateFrame, readFrame } from './frame.ts';
import { nameText } from './name.ts';
import { nameKey } from './name-key.ts';

type SentChain = Pick<ChainAssessment, 'misordered' | 'unneeded'> &
  Required<Pick<ChainAssessment, 'rootsSent' | 'crossSigned'>>;

interface Judged {
  readonly graph: ChainGraph;
  /** That the evaluation found, leaf first; the leaf can be read. */
  readonly path: readonly ChainCertificate[];
  readonly memory: ChainMemory;
}

export function sentChain(chain: readonly Uint8Array[], { graph, path, memory }: Judged): SentChain {
  const fingerprints = chain.map((der) => memory.sha256(der));
  const sent = distinctSent(chain, fingerprints);
  const touched = reachedFrom(graph);
  return {
    misordered: isMisordered(sent, touched),
    unneeded: [...new Set(fingerprints)].filter((sha256) => !touched.has(sha256)),
    rootsSent: sent
      .slice(1)
      .filter(({ subject, issuer, sha256 }) => subject === issuer && touched.has(sha256))
      .map(({ sha256 }) => sha256),
    crossSigned: crossSigned(sent, new Set(path.map(({ sha256 }) => sha256))),
  };
}

interface Sent {
  readonly sha256: string;
  readonly frame: CertificateFrame;
  /** As `nameKey` gives them. */
  readonly subject: string;
  readonly issuer: string;
}

/** Those that can be read, each once. */
function distinctSent(chain: readonly Uint8Array[], fingerprints: readonly string[]): Sent[] {
  return chain.flatMap((der, i) => {
    const sha256 = fingerprints[i] as string;
    if (fingerprints.indexOf(sha256) !== i) return [];
    try {
      const frame = readFrame(der);
      return [{ sha256, frame, subject: nameKey(frame.subject), issuer: nameKey(frame.issuer) }];
    } catch {
      return [];
    }
  });
}

/** Fingerprints of all that a path from the leaf can touch: by name, unless another key is meant and did not sign it. */
function reachedFrom(graph: ChainGraph): Set<string> {
  const reached = new Set<ChainCertificate>(graph.leaf === null ? [] : [graph.leaf]);
  // A Set iterates over what is added while it is walked: this is the breadth-first queue.
  for (const child of reached) {
    for (const issuer of graph.named(child)) {
      if (keysAgree(child, issuer) !== 'other' || graph.known(child, issuer) === true) reached.add(issuer);
    }
  }
  return new Set([...reached].map(({ sha256 }) => sha256));
}

/**
 * Each certificate must come after one that it issued (RFC 5246 §7.4.2; cross-signed ones side by side are in order), and the
 * leaf must be the first. Certificates that no path touches do not count here.
 */
function isMisordered(sent: readonly Sent[], touched: ReadonlySet<string>): boolean {
  const [leaf, ...others] = sent;
  if (leaf === undefined) return false;
  if (others.some((child) => leaf.subject === child.issuer && leaf.subject !== child.subject)) return true;
  return sent.some(
    ({ sha256, subject }, i) =>
      i > 0 && touched.has(sha256) && !sent.slice(0, i).some((earlier) => earlier.issuer === subject),
  );
}

function crossSigned(sent: readonly Sent[], path: ReadonlySet<string>): CrossSigned[] {
  const groups: Sent[][] = [];
  for (const entry of sent) {
    const group = groups.find(([first]) => first !== undefined && isSameAuthority(first, entry));
    if (group === undefined) groups.push([entry]);
    else group.push(entry);
  }
  return groups
    .filter((group) => group.length > 1)
    .map((group) => ({
      subject: textOf((group[0] as Sent).frame.subject),
      certificates: group.map(({ sha256 }) => sha256),
      issuers: group.map(({ frame }) => textOf(frame.issuer)),
      used: group.find(({ sha256 }) => path.has(sha256))?.sha256 ?? null,
    }));
}

function isSameAuthority(a: Sent, b: Sent): boolean {
  return a.subject === b.subject && sameBytes(a.frame.spki, b.frame.spki);
}

function textOf(name: Uint8Array): string {
  try {
    return nameText(name);
  } catch {
    return '?';
  }
}
