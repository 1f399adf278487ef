/**
 * Certificate policies (RFC 5280 §6.1.2 to §6.1.6), as a graph instead of a tree (RFC 9618): the policies valid at each depth, and of
 * which ones above they come. The tree could grow exponentially.
 */

import type { ChainCertificate } from './certificate.ts';
import type { Remark } from './certificate-checks.ts';
import type { PolicyInputs } from './types.ts';

const anyPolicy = '2.5.29.32.0';

export interface PolicyRemark extends Remark {
  readonly position: number;
}

interface Level {
  /** Each policy with the policies of the level above that it comes from. */
  readonly from: Map<string, Set<string>>;
  /** What those below must say for each. */
  expected: Map<string, Set<string>>;
}

/**
 * What the policies of a complete path, leaf first, have against it.
 * @param withAnchor whether the root's own policies count: they do not in the RFC, where a root is a name and a key
 */
export function policyRemarks(
  path: readonly ChainCertificate[],
  inputs: PolicyInputs,
  withAnchor: boolean,
): PolicyRemark[] {
  const first = withAnchor && path.length > 1 ? path.length - 1 : Math.max(0, path.length - 2);
  const count = first + 1;
  let explicit = inputs.requireExplicit === true ? 0 : count + 1;
  let inhibitAny = inputs.inhibitAny === true ? 0 : count + 1;
  let mapping = inputs.inhibitMapping === true ? 0 : count + 1;
  let levels: Level[] | null = [
    { from: new Map([[anyPolicy, new Set()]]), expected: new Map([[anyPolicy, new Set([anyPolicy])]]) },
  ];
  const remarks: PolicyRemark[] = [];
  for (let position = first; position >= 0; position--) {
    const certificate = path[position] as ChainCertificate;
    const isLeaf = position === 0;
    const step = certificate.selfIssued && !isLeaf ? 0 : 1;
    // A root without policies leaves everything to the user (RFC 5937 §3.1).
    const silent = position === path.length - 1 && path.length > 1 && certificate.policies === null;
    if (!silent) levels = levels === null ? null : descend(levels, certificate, inhibitAny > 0 || step === 0);
    if (explicit <= 0 && levels === null) {
      remarks.push({ id: 'policy-missing', detail: null, position });
      return remarks;
    }
    const { policyMappings: mappings, policyConstraints, inhibitAny: skip } = certificate;
    if (isLeaf) {
      explicit = Math.max(0, explicit - step);
      if (policyConstraints?.requireExplicit === 0) explicit = 0;
      continue;
    }
    if (mappings !== null) {
      if (mappings.some((pair) => pair.includes(anyPolicy)))
        remarks.push({ id: 'policy-mapping', detail: 'anyPolicy', position });
      else if (levels !== null) levels = mapped(levels, mappings, mapping > 0);
    }
    explicit = Math.max(0, explicit - step);
    mapping = Math.max(0, mapping - step);
    inhibitAny = Math.max(0, inhibitAny - step);
    explicit = Math.min(explicit, policyConstraints?.requireExplicit ?? explicit);
    mapping = Math.min(mapping, policyConstraints?.inhibitMapping ?? mapping);
    inhibitAny = Math.min(inhibitAny, skip ?? inhibitAny);
  }
  if (explicit <= 0 && !acceptable(levels, inputs.acceptable))
    remarks.push({ id: 'policy-missing', detail: null, position: 0 });
  return remarks;
}

/** §6.1.3 (d) and (e); null is the empty tree. */
function descend(levels: Level[], { policies }: ChainCertificate, anyAllowed: boolean): Level[] | null {
  if (policies === null) return null;
  const above = levels.at(-1) as Level;
  const from = new Map<string, Set<string>>();
  const link = (policy: string, parent: string): void => {
    from.set(policy, (from.get(policy) ?? new Set()).add(parent));
  };
  const named = policies.map(({ policy }) => policy).filter((policy) => policy !== anyPolicy);
  for (const policy of named) {
    const parents = [...above.expected].filter(([, expected]) => expected.has(policy)).map(([parent]) => parent);
    if (parents.length === 0 && above.from.has(anyPolicy)) parents.push(anyPolicy);
    for (const parent of parents) link(policy, parent);
  }
  if (anyAllowed && policies.some(({ policy }) => policy === anyPolicy)) {
    for (const [parent, expected] of above.expected) {
      for (const policy of expected) if (!from.has(policy)) link(policy, parent);
    }
  }
  if (from.size === 0) return null;
  return [...levels, { from, expected: new Map([...from.keys()].map((policy) => [policy, new Set([policy])])) }];
}

/** §6.1.4 (b): mapped policies are expected under their other name, or no longer valid where mapping is inhibited. */
function mapped(levels: Level[], mappings: readonly (readonly [string, string])[], allowed: boolean): Level[] | null {
  const level = levels.at(-1) as Level;
  const subjects = new Map<string, Set<string>>();
  for (const [issuer, subject] of mappings) subjects.set(issuer, (subjects.get(issuer) ?? new Set()).add(subject));
  for (const [issuer, expected] of subjects) {
    if (!allowed) {
      level.from.delete(issuer);
      level.expected.delete(issuer);
    } else if (level.from.has(issuer)) level.expected.set(issuer, expected);
    else if (level.from.has(anyPolicy)) {
      level.from.set(issuer, new Set([anyPolicy]));
      level.expected.set(issuer, expected);
    }
  }
  return level.from.size === 0 ? null : levels;
}

/** §6.1.5 (g): whether a policy of the user is left; `wanted` absent means any. */
function acceptable(levels: Level[] | null, wanted: readonly string[] | undefined): boolean {
  if (levels === null) return false;
  if (wanted === undefined || wanted.includes(anyPolicy)) return true;
  // The policy of the user's domain is where a line from the leaf leaves anyPolicy, going up.
  let current = new Set((levels.at(-1) as Level).from.keys());
  for (let depth = levels.length - 1; depth >= 1; depth--) {
    const { from } = levels[depth] as Level;
    const parents = new Set<string>();
    for (const policy of current) {
      for (const parent of from.get(policy) ?? []) {
        if (parent === anyPolicy && policy !== anyPolicy && wanted.includes(policy)) return true;
        parents.add(parent);
      }
      if (policy === anyPolicy && depth === levels.length - 1) return true;
    }
    current = parents;
  }
  return false;
}
