/** The TCP connection: refused or filtered (pattern 5). */

import type { Facts } from '../facts/facts.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { Rule } from './rule.ts';

/** The SYN was answered with a RST, every time. */
const portRefused: Rule = (facts, say) => {
  const refused = refusedAttempts(facts);
  if (refused.length === 0) return [];
  return [
    {
      id: 'policy.port-refused',
      confidence: 'proven',
      evidence: refused.map((attempt) => witnessEvidence(say, attempt)),
      excluded: [{ id: 'policy.port-filtered', why: say.whyRstCame() }],
    },
  ];
};

/**
 * The SYN was not answered, or ICMP says that it is prohibited. Host unreachable (ICMP 3/1) and a name that does not resolve
 * are no findings: the verdict `unreachable` and the attempts say what there is to say.
 */
const portFiltered: Rule = (facts, say) => {
  if (wasReached(facts) || refusedAttempts(facts).length > 0) return [];
  const attempts = [...facts.witnesses.values()];
  const prohibited = attempts.filter(isProhibited);
  const unanswered = attempts.filter(({ evidence }) => evidence.connect === 'timeout');
  const shown = prohibited.length > 0 ? prohibited : unanswered;
  if (shown.length === 0) return [];
  return [
    {
      id: 'policy.port-filtered',
      confidence: prohibited.length > 0 ? 'proven' : 'likely',
      evidence: shown.map((attempt) => witnessEvidence(say, attempt)),
      excluded: [{ id: 'policy.port-refused', why: say.whyNoRst() }],
    },
  ];
};

export const connectRules: readonly Rule[] = [portRefused, portFiltered];

/** Attempts whose SYN was answered with a RST, when no connection ever came up. */
export function refusedAttempts(facts: Facts): Witness[] {
  if (wasReached(facts)) return [];
  return [...facts.witnesses.values()].filter(({ evidence }) => evidence.connect === 'refused');
}

function wasReached(facts: Facts): boolean {
  return [...facts.witnesses.values()].some(
    ({ evidence }) => evidence.connect === 'ok' || evidence.connect === 'unseen',
  );
}

/** Destination unreachable, administratively prohibited: network (9), host (10), communication (13), RFC 1812 §5.2.7.1; in IPv6 type 1 code 1, RFC 4443 §3.1. */
function isProhibited({ evidence }: Witness): boolean {
  return (evidence.path.icmp ?? []).some(({ type, code, from }) =>
    from.includes(':') ? type === 1 && code === 1 : type === 3 && (code === 9 || code === 10 || code === 13),
  );
}
