/** Who may have issued what: the graph of a chain's certificates and the roots, explored from the leaf within a fixed budget. */

import { sameBytes } from '../wire/index.ts';
import { certificateStatus } from './certificate.ts';
import { type CertificateExtensions, readExtensions } from './extensions.ts';
import type { CertificateFrame } from './frame.ts';
import { nameKey } from './name-key.ts';
import type { RootSet } from './roots.ts';
import type { SignatureResult, VerifySignature } from './signature.ts';

export interface ChainNode {
  readonly frame: CertificateFrame;
  /** As `nameKey` gives them: names are compared as RFC 5280 §7.1 does. */
  readonly subject: string;
  readonly issuer: string;
  readonly extensions: CertificateExtensions;
  /** It is one of the roots, or has subject and key of one. */
  readonly anchored: boolean;
  readonly validNow: boolean;
  /** Certificates with its issuer's name, itself included where it names itself; the likeliest first. */
  readonly issuers: IssuerEdge[];
}

export interface IssuerEdge {
  readonly issuer: ChainNode;
  readonly signature: SignatureResult;
}

export interface IssuerGraphOptions {
  readonly roots: RootSet;
  readonly verify: VerifySignature;
  readonly now: Date;
}

export interface IssuerGraph {
  readonly sent: readonly ChainNode[];
  /** What any path from the leaf, the first of `sent`, can touch. */
  readonly reached: ReadonlySet<ChainNode>;
  /** True when a budget, this or the verifier's own, was spent before every signature was checked. */
  readonly exhausted: boolean;
}

/**
 * Explores from the first of `frames` upward. Every certificate is visited once and every pair checked once, so cycles and
 * duplicates cost nothing; after `budget` signature checks the rest stays `unchecked`.
 */
export async function issuerGraph(
  frames: readonly CertificateFrame[],
  budget: number,
  options: IssuerGraphOptions,
): Promise<IssuerGraph> {
  const { roots, verify, now } = options;
  const sent = frames.map((frame) => node(frame, options));
  const rootNodes = new Map<CertificateFrame, ChainNode>();
  const rootNode = (frame: CertificateFrame): ChainNode => {
    const known = rootNodes.get(frame) ?? node(frame, { roots, now });
    rootNodes.set(frame, known);
    return known;
  };
  let left = budget;
  let exhausted = false;
  const check = async (child: ChainNode, issuer: ChainNode): Promise<SignatureResult> => {
    const { signatureAlgorithm, tbs, signature } = child.frame;
    const result = left-- > 0 ? await verify(issuer.frame.spki, signatureAlgorithm, tbs, signature) : 'unchecked';
    exhausted ||= result === 'unchecked';
    return result;
  };
  const reached = new Set<ChainNode>(sent.slice(0, 1));
  // A Set iterates over what is added while it is walked: this is the breadth-first queue.
  for (const child of reached) {
    const fromRoots = roots.bySubject(child.frame.issuer).map(rootNode);
    const fromSent = sent.filter(({ subject }) => subject === child.issuer);
    for (const issuer of likeliestFirst([...fromRoots, ...fromSent], child)) {
      const signature = await check(child, issuer);
      // Same name, other key: a CA that was renewed, not a forgery.
      if (signature !== true && keyIdsMatch(child, issuer) === false) continue;
      child.issuers.push({ issuer, signature });
      reached.add(issuer);
    }
  }
  return { sent, reached, exhausted };
}

/** True when a path may go through `issuer`: it is a root, a CA (RFC 5280 §4.2.1.9, §4.2.1.3), or older than the rule. */
export function mayIssue({ anchored, frame, subject, issuer, extensions }: ChainNode): boolean {
  if (anchored) return true;
  if (frame.version < 3) return subject === issuer;
  return extensions.isCa && extensions.maySignCertificates;
}

function node(frame: CertificateFrame, { roots, now }: Pick<IssuerGraphOptions, 'roots' | 'now'>): ChainNode {
  const status = certificateStatus(frame, now);
  return {
    frame,
    subject: nameKey(frame.subject),
    issuer: nameKey(frame.issuer),
    extensions: readExtensions(frame, () => {}),
    anchored: roots.bySubject(frame.subject).some(({ spki }) => sameBytes(spki, frame.spki)),
    validNow: status === 'valid' || status === 'expiring',
    issuers: [],
  };
}

/** Whether the key identifiers name the same key; null when one of them is absent. */
function keyIdsMatch(child: ChainNode, issuer: ChainNode): boolean | null {
  const { authorityKeyId } = child.extensions;
  const { subjectKeyId } = issuer.extensions;
  return authorityKeyId === null || subjectKeyId === null ? null : sameBytes(authorityKeyId, subjectKeyId);
}

function likeliestFirst(issuers: readonly ChainNode[], child: ChainNode): ChainNode[] {
  const doubt = (issuer: ChainNode): number => {
    const match = keyIdsMatch(child, issuer);
    return (match === true ? 0 : match === null ? 2 : 4) + (issuer.validNow ? 0 : 1);
  };
  return [...issuers].sort((a, b) => doubt(a) - doubt(b));
}
