/** The evaluation of a chain: the best path from its leaf to a root, and all that stands against it. */

import { printable } from '../../wire/index.ts';
import type { ChainCertificate } from './certificate.ts';
import { clientAuth, type Remark, serverAuth } from './certificate-checks.ts';
import { ChainGraph } from './graph.ts';
import { hostRemarks, nameRemarks } from './leaf-names.ts';
import { ChainMemory } from './memory.ts';
import { acceptablePath, type Candidate, explainedPath, type Placed } from './paths.ts';
import type { ChainProfile } from './profiles.ts';
import type { ChainReason, ChainVerdict, EvaluateOptions, ReasonEffect, WorkLimits } from './types.ts';
import { Work } from './work.ts';

/** The default budget. A limit that is reached is said in `workDone`, and in the reason `work-limit` where the chain is refused. */
export const workLimits: WorkLimits = {
  certificates: 64,
  sameName: 16,
  depth: 16,
  signatureChecks: 16,
  nameComparisons: 1 << 20,
  steps: 1_000,
};

/**
 * Judges a chain as a client with `profile` would (RFC 5280 §6, RFC 9525). It looks for a path from the leaf to a root that nothing
 * speaks against; where there is none, it returns the one that comes closest, with everything that is wrong with it. The work is
 * bounded by `limits`, cycles and duplicates cost nothing, and no input makes it throw; a `verify` that throws does.
 */
export async function evaluateChain(options: EvaluateOptions): Promise<ChainVerdict> {
  return (await judgeChain(options)).verdict;
}

/** A verdict, and what was found out on the way to it. */
export interface JudgedChain {
  readonly verdict: ChainVerdict;
  readonly graph: ChainGraph;
  /** The path of the verdict. */
  readonly path: readonly ChainCertificate[];
}

export interface JudgeOptions extends EvaluateOptions {
  /** Of chains that were judged with the same roots and the same `verify`; default a new one. */
  readonly memory?: ChainMemory | undefined;
}

/** As `evaluateChain`, for what goes on to explain the verdict. */
export async function judgeChain(options: JudgeOptions): Promise<JudgedChain> {
  const { presented, roots, verify, profile, policies = {}, memory = new ChainMemory() } = options;
  const work = new Work({ ...workLimits, ...options.limits });
  const time = Math.floor(options.time.getTime() / 1000) * 1000;
  const usage = { server: serverAuth, client: clientAuth, none: null }[options.usage ?? 'none'];
  const { crls = [] } = options;
  const graph = new ChainGraph({ presented, roots, verify, crls, work, memory, time, usage, profile });
  const { leaf } = graph;
  if (leaf === null) {
    const remark: Placed = {
      id: presented.length === 0 ? 'no-certificates' : 'unreadable',
      detail: null,
      position: null,
    };
    return {
      verdict: verdictOf({ path: [], remarks: [remark], anchored: false }, profile, graph, work),
      graph,
      path: [],
    };
  }
  const own: Placed[] = [
    ...graph.remarksOf(leaf, 'leaf'),
    ...hostRemarks(leaf, options.host, profile),
    ...nameRemarks(leaf),
  ].map((remark) => ({ ...remark, position: 0 }));
  const blocks = (remarks: readonly Remark[]): boolean => remarks.some(({ id }) => effectOf(profile, id) !== 'notes');
  const walk = { graph, work, profile, policies, blocks };
  const found = (await acceptablePath(leaf, walk)) ?? (await explainedPath(leaf, walk));
  const remarks = [...own, ...found.remarks];
  return { verdict: verdictOf({ ...found, remarks }, profile, graph, work), graph, path: found.path };
}

function effectOf(profile: ChainProfile, id: Remark['id']): ReasonEffect {
  return profile.effects[id] ?? 'refuses';
}

function verdictOf(
  { path, remarks, anchored }: Candidate,
  profile: ChainProfile,
  graph: ChainGraph,
  work: Work,
): ChainVerdict {
  const refused = remarks.some(({ id }) => effectOf(profile, id) !== 'notes');
  const spent = (['signatureChecks', 'steps', 'certificates', 'sameName'] as const).filter((limit) =>
    work.exhausted.has(limit),
  );
  const limit: Placed[] =
    refused || !anchored ? spent.map((detail) => ({ id: 'work-limit', detail, position: null })) : [];
  const all = [...remarks, ...limit].sort((a, b) => (a.position ?? 1_000) - (b.position ?? 1_000));
  return {
    ok: anchored && !refused,
    path: path.map((each) => ({ sha256: each.sha256, presented: graph.placeOf(each), anchor: each.anchor })),
    reasons: all.map((remark) => reasonOf(remark, path, profile)),
    workDone: work.done(),
  };
}

function reasonOf(
  { id, detail, position }: Placed,
  path: readonly ChainCertificate[],
  profile: ChainProfile,
): ChainReason {
  return {
    id,
    effect: effectOf(profile, id),
    position,
    sha256: position === null ? null : (path[position]?.sha256 ?? null),
    detail: detail === null ? null : printable(detail.slice(0, 200)),
  };
}
