/** Walking the graph upward from the leaf: first only through what nothing speaks against, then through everything, to explain. */

import { sameBytes } from '../../wire/index.ts';
import type { ChainCertificate } from './certificate.ts';
import type { Remark } from './certificate-checks.ts';
import { type ChainGraph, type Edge, keysAgree } from './graph.ts';
import { policyRemarks } from './policies.ts';
import type { ChainProfile } from './profiles.ts';
import type { PolicyInputs } from './types.ts';
import type { Work } from './work.ts';

export interface Placed extends Remark {
  /** Null: about the chain as a whole. */
  readonly position: number | null;
}

export interface Candidate {
  /** Leaf first. */
  readonly path: readonly ChainCertificate[];
  readonly remarks: readonly Placed[];
  readonly anchored: boolean;
}

export interface WalkOptions {
  readonly graph: ChainGraph;
  readonly work: Work;
  readonly profile: ChainProfile;
  readonly policies: PolicyInputs;
  readonly blocks: (remarks: readonly Remark[]) => boolean;
}

/** Paths that reach a root which are compared, when all of them have something against them. */
const maxExplained = 48;

/** Certificates on a path, self-issued ones included, which no other limit counts. */
const maxLength = 40;

/** The first path to a root through certificates that nothing speaks against; the leaf's own remarks do not count here. */
export async function acceptablePath(leaf: ChainCertificate, options: WalkOptions): Promise<Candidate | null> {
  const { graph, blocks } = options;
  const extend = async (path: readonly ChainCertificate[], remarks: readonly Placed[]): Promise<Candidate | null> => {
    const child = path.at(-1) as ChainCertificate;
    if (child.anchor) {
      const last = await completionRemarks(path, options);
      return blocks(last) ? null : { path, remarks: [...remarks, ...last], anchored: true };
    }
    for (const issuer of path.length < maxLength ? graph.issuersOf(child, blocks) : []) {
      if (isLoop(path, issuer)) continue;
      if (!options.work.spend('steps')) return null;
      const added = linkRemarks(path, issuer, options);
      if (blocks(added) || (await graph.signed(child, issuer)) !== true) continue;
      const found = await extend([...path, issuer], [...remarks, ...added]);
      if (found !== null) return found;
    }
    return null;
  };
  return extend([leaf], []);
}

/** Of all paths, the one with the least against it: one to a root if there is any, else the one that tells most. */
export async function explainedPath(leaf: ChainCertificate, options: WalkOptions): Promise<Candidate> {
  const { graph, blocks, work, profile } = options;
  let best: { candidate: Candidate; score: number } | null = null;
  let explained = 0;
  const offer = (candidate: Candidate): void => {
    const score = scoreOf(candidate, profile);
    if (best === null || score < best.score) best = { candidate, score };
  };
  const extend = async (path: readonly ChainCertificate[], remarks: readonly Placed[]): Promise<void> => {
    if (explained >= maxExplained) return;
    const child = path.at(-1) as ChainCertificate;
    const position = path.length - 1;
    if (child.anchor) {
      explained++;
      offer({ path, remarks: [...remarks, ...(await completionRemarks(path, options))], anchored: true });
      return;
    }
    const named = graph.issuersOf(child, blocks);
    const edges: { issuer: ChainCertificate; edge: Edge }[] = [];
    const tooDeep = path.length >= maxLength || depthOf(path) > work.limits.depth;
    for (const issuer of tooDeep ? named.filter(({ anchor }) => anchor) : named) {
      if (!isLoop(path, issuer)) edges.push({ issuer, edge: await graph.signed(child, issuer) });
    }
    const open = edges.filter(({ edge }) => edge === true);
    // The likeliest of those that did not sign it, or are not known to have, shows what else is wrong.
    const doubtful = edges.filter(({ edge }) => typeof edge === 'string');
    const follow = open.length > 0 ? open : [...doubtful, ...edges].slice(0, 1);
    let followed = false;
    for (const { issuer, edge } of follow) {
      if (!work.spend('steps')) break;
      followed = true;
      const doubt = edgeRemark(edge, keysAgree(child, issuer));
      const link = linkRemarks(path, issuer, options);
      await extend([...path, issuer], [...remarks, ...(doubt === null ? [] : [{ ...doubt, position }]), ...link]);
    }
    if (!followed) offer({ path, remarks: [...remarks, await endRemark(path, named, options)], anchored: false });
  };
  await extend([leaf], []);
  return (best as { candidate: Candidate } | null)?.candidate ?? { path: [leaf], remarks: [], anchored: false };
}

function edgeRemark(edge: Edge, keys: 'same' | 'other' | 'unknown'): Remark | null {
  if (edge === true) return null;
  if (edge === false)
    return { id: 'signature-invalid', detail: keys === 'other' ? 'another key of that issuer' : null };
  return { id: edge === 'unsupported' ? 'signature-unsupported' : 'signature-unchecked', detail: null };
}

/** How a path ends that reaches no root. */
async function endRemark(
  path: readonly ChainCertificate[],
  named: readonly ChainCertificate[],
  { graph }: WalkOptions,
): Promise<Placed> {
  const end = path.at(-1) as ChainCertificate;
  const position = path.length - 1;
  if (end.selfIssued && (await graph.signed(end, end)) === true) {
    return { id: position === 0 ? 'self-signed' : 'untrusted-root', detail: null, position };
  }
  // Certificates that issue one another in a circle: no root comes of it.
  return { id: named.length > 0 ? 'untrusted-root' : 'issuer-unknown', detail: null, position };
}

/** Fewer remarks that refuse first; reaching a root outweighs everything, then the better known end. */
function scoreOf({ path, remarks, anchored }: Candidate, { effects }: ChainProfile): number {
  const weights = { refuses: 2, 'may-refuse': 1, prompts: 1, notes: 0 };
  let score = anchored ? 0 : 1_000_000 - path.length;
  for (const { id } of remarks) score += weights[effects[id] ?? 'refuses'] * (id === 'signature-invalid' ? 2_000 : 100);
  return score;
}

/** Intermediates that count (RFC 5280 §4.2.1.9). */
function depthOf(path: readonly ChainCertificate[]): number {
  return path.slice(1).filter(({ selfIssued }) => !selfIssued).length;
}

function isLoop(path: readonly ChainCertificate[], issuer: ChainCertificate): boolean {
  return path.some(
    (other) =>
      other === issuer ||
      (!issuer.anchor && other.subject === issuer.subject && sameBytes(other.frame.spki, issuer.frame.spki)),
  );
}

/** What is against `issuer` above `path`: by itself, and for what it says of those below. */
function linkRemarks(path: readonly ChainCertificate[], issuer: ChainCertificate, options: WalkOptions): Placed[] {
  const { graph, profile, work } = options;
  const position = path.length;
  const remarks: Placed[] = graph
    .remarksOf(issuer, issuer.anchor ? 'anchor' : 'intermediate')
    .map((remark) => ({ ...remark, position }));
  if (!issuer.anchor && !issuer.selfIssued && depthOf(path) === work.limits.depth) {
    work.reached('depth');
    remarks.push({ id: 'depth-limit', detail: String(work.limits.depth), position });
  }
  if (issuer.anchor && profile.anchor !== 'certificate') return remarks;
  let left = issuer.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  for (let below = position - 1; below >= 0; below--) {
    const certificate = path[below] as ChainCertificate;
    // The leaf is no intermediate, whatever it is; self-issued ones do not count (RFC 5280 §4.2.1.9, §4.2.1.10).
    if (certificate.selfIssued && below > 0) continue;
    if (below > 0 && left-- === 0)
      remarks.push({ id: 'path-length', detail: String(issuer.basicConstraints?.pathLength), position: below });
    const remark = graph.constraintRemark(issuer, certificate);
    if (remark !== null) remarks.push({ ...remark, position: below });
  }
  return remarks;
}

/** What only a whole path can be asked, or needs another signature: policies, revocation, roots signed by others. */
async function completionRemarks(path: readonly ChainCertificate[], options: WalkOptions): Promise<Placed[]> {
  const { graph, profile, policies } = options;
  const remarks: Placed[] = policyRemarks(path, policies, profile.anchor === 'certificate');
  const root = path.at(-1) as ChainCertificate;
  // Without one are only certificates that their own key signed (RFC 5280 §4.2.1.1), whatever issuer they name.
  if (profile.anchor === 'certificate' && lacksIssuerKey(root) && (await graph.signed(root, root)) === false) {
    const detail = 'no authorityKeyIdentifier in a root that another CA signed';
    remarks.push({ id: 'key-identifier', detail, position: path.length - 1 });
  }
  for (let position = 0; position + 1 < path.length; position++) {
    const [child, issuer] = path.slice(position, position + 2) as [ChainCertificate, ChainCertificate];
    const remark = await graph.revocationRemark(child, issuer);
    if (remark !== null) remarks.push({ ...remark, position });
  }
  return remarks;
}

function lacksIssuerKey({ authorityKey, selfIssued, frame }: ChainCertificate): boolean {
  return authorityKey === null && !selfIssued && frame.version === 3;
}
