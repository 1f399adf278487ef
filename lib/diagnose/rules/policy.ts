/** What a device between client and server does (pattern 5): filters by name, re-signs, limits. Resets: injected.ts. */

import { nameAttributes } from '../../x509/names.ts';
import type { Facts } from '../facts/facts.ts';
import { isAlive, isAnswered, isSilent, longestAnswered } from '../facts/outcome.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import { certificateEvidence, presented, publicRows } from './certificates.ts';
import { differentialEvidence, differentialOf } from './intolerance.ts';
import { type Rule, repeatsForClaim } from './rule.ts';

/** The same hello with and without the name. Who goes by it is not claimed: a filter or the server itself. */
const sniFiltered: Rule = (facts, say) => {
  const row = facts.value('connect')?.serverName;
  const differential = row === null || row === undefined ? null : differentialOf(facts, row);
  if (differential === null) return [];
  const { fails, passes } = differential;
  const name = fails[0]?.evidence.hello?.sni ?? null;
  const sameName = fails.every(({ evidence }) => evidence.hello?.sni === name);
  if (name === null || !sameName || passes.some(({ evidence }) => evidence.hello?.sni === name)) return [];
  // The name makes the hello longer; a longer one that was answered rules that out.
  const answered = longestAnswered(facts.witnesses.values(), fails);
  const notLength = fails.every(({ hello }) => hello.length <= answered);
  return [
    {
      id: 'policy.sni-filtered',
      confidence: notLength ? 'likely' : 'possible',
      subject: name,
      evidence: differentialEvidence(differential, say),
      excluded: notLength
        ? [{ id: 'tls.hello-size-intolerant', why: say.whyLongerAnswered({ length: answered }) }]
        : [],
      ...(notLength ? {} : { alternatives: ['tls.hello-size-intolerant'] as const }),
    },
  ];
};

/** Needs a pin: nothing in a certificate itself says that it was re-signed. One chain that fits the pin is enough to claim nothing. */
const tlsInspection: Rule = (facts, say) => {
  const { expectIssuer, expectFingerprint } = facts.judgement;
  const leaves = publicRows(facts).flatMap((row) => (row.chain[0] === undefined ? [] : [{ row, leaf: row.chain[0] }]));
  if (leaves.length === 0) return [];
  const otherIssuer = expectIssuer !== null && !leaves.some(({ leaf }) => isIssuer(leaf.issuer, expectIssuer));
  const otherFingerprint =
    expectFingerprint !== null && !leaves.some(({ leaf }) => leaf.sha256 === fingerprint(expectFingerprint));
  if (!otherIssuer && !otherFingerprint) return [];
  return [
    {
      id: 'policy.tls-inspection',
      // A renewed certificate has another fingerprint as well; another issuer is rarer.
      // The file may be of another server.
      confidence: otherIssuer && leaves.some(({ row }) => row.filed === undefined) ? 'likely' : 'possible',
      evidence: leaves.flatMap(({ row, leaf }) => [
        ...(otherIssuer
          ? [certificateEvidence(leaf, say.issuerNotExpected({ issuer: leaf.issuer, expected: expectIssuer }))]
          : []),
        ...(otherFingerprint
          ? [certificateEvidence(leaf, say.fingerprintNotExpected({ expected: fingerprint(expectFingerprint) }))]
          : []),
        presented(row, say),
      ]),
    },
  ];
};

/** Answers, and from some connection on none at all, the control hello included. */
const rateLimited: Rule = (facts, say) => {
  const attempts = [...facts.witnesses.values()];
  const last = attempts.findLastIndex(isAlive);
  const before = attempts.slice(0, last + 1).filter(isAnswered);
  const after = attempts.slice(last + 1).filter(isGone);
  if (before.length < repeatsForClaim || after.length < repeatsForClaim) return [];
  const controls = controlIds(facts);
  const known = after.filter(({ id, evidence }) => controls.has(id) || evidence.connect !== 'ok');
  if (known.length < repeatsForClaim) return [];
  const answered = before.slice(-repeatsForClaim);
  return [
    {
      id: 'policy.rate-limited',
      confidence: 'likely',
      evidence: [...answered, ...after].map((attempt) => witnessEvidence(say, attempt)),
      excluded: [{ id: 'policy.port-filtered', why: say.whyAnsweredBefore({ times: before.length }) }],
    },
  ];
};

export const policyRules: readonly Rule[] = [sniFiltered, tlsInspection, rateLimited];

/** Nothing came back, in a way that counts: silence only when no other connection of ours was open. */
function isGone(attempt: Witness): boolean {
  const { connect, end } = attempt.evidence;
  if (connect === 'refused' || connect === 'unreachable') return true;
  if (isSilent(attempt)) return attempt.concurrent === 0;
  return connect === 'ok' && (end === 'reset' || end === 'closed');
}

/** Attempts that sent a hello which this server is known to answer. */
function controlIds(facts: Facts): Set<string> {
  const ids = new Set(facts.attemptsOf('control').map(({ id }) => id));
  for (const { evidence } of facts.witnesses.values()) if (evidence.controlRef !== null) ids.add(evidence.controlRef);
  for (const probe of ['hello-size', 'hello-records', 'hello-segments', 'suite-count', 'extensions'] as const) {
    for (const row of facts.value(probe)?.rows ?? []) for (const id of row.controls) ids.add(id);
  }
  for (const id of facts.value('connect')?.serverName?.controls ?? []) ids.add(id);
  return ids;
}

/** The whole name, or a CN of it. */
function isIssuer(issuer: string, expected: string): boolean {
  return issuer === expected || nameAttributes(issuer).some(({ type, value }) => type === 'CN' && value === expected);
}

/** Hex digits of a fingerprint as tools print it: `AA:BB:…`, `sha256:aabb…`, `SHA256 Fingerprint=AA:BB:…`. */
function fingerprint(text: string): string {
  return text
    .replace(/^.*?[=]|^sha-?256:/i, '')
    .replace(/[:\s]/g, '')
    .toLowerCase();
}
