/** Cipher suites, groups, client certificates and renegotiation (pattern 2). */

import type { FindingEvidence, NamedCode, VersionName } from '../../evidence/index.ts';
import { codeText, tlsVersions } from '../../wire/index.ts';
import type { Facts } from '../facts/facts.ts';
import { isAnswered } from '../facts/outcome.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import type { Rule } from './rule.ts';
import { needsCurve, type SuiteWeakness, weaknessesOf } from './suite.ts';
import { chosenVersion, commonVersions } from './versions.ts';

/** In each version that both speak something is missing: the suite, or where there is one, the group it needs. */
const nothingCommon: Rule = (facts, say) => {
  const versions = commonVersions(facts);
  const obstacles = versions.map((version) => ({ version, obstacle: obstacleOf(facts, version) }));
  if (versions.length === 0 || obstacles.some(({ obstacle }) => obstacle === null || obstacle === 'none')) return [];
  const findings: FindingDraft[] = [];
  for (const [obstacle, id, probe] of [
    ['cipher', 'tls.no-common-cipher', 'ciphers'],
    ['group', 'tls.no-common-group', 'groups'],
  ] as const) {
    const stopped = obstacles.filter((row) => row.obstacle === obstacle).map(({ version }) => version);
    const shown = stopped.flatMap((version) => answersOf(facts, probe, version));
    if (shown.length === 0) continue;
    findings.push({
      id,
      confidence: 'proven',
      subject: stopped.join(', '),
      evidence: shown.map((attempt) => witnessEvidence(say, attempt)),
      excluded: [{ id: 'tls.no-common-version', why: say.whyVersionCommon({ versions }) }],
    });
  }
  return findings;
};

/** Suites beside the recommended ones, in two findings: those that are only weaker, and those that are broken. */
const cipherNotRecommended: Rule = (facts, say) => {
  const weak: { name: string; evidence: FindingEvidence }[] = [];
  const broken: typeof weak = [];
  for (const [version, row] of Object.entries(facts.value('ciphers') ?? {})) {
    for (const suite of row?.suites ?? []) {
      const weaknesses = weaknessesOf(suite.code);
      const evidence =
        weaknesses.length === 0 ? null : suiteEvidence(facts, version as VersionName, suite, weaknesses, say);
      if (evidence !== null) (weaknesses.includes('broken') ? broken : weak).push({ name: suite.name, evidence });
    }
  }
  const draft = (found: typeof weak, severity: 'low' | 'medium'): FindingDraft[] =>
    found.length === 0
      ? []
      : [
          {
            id: 'tls.cipher-not-recommended',
            severity,
            confidence: 'proven',
            subject: shortList([...new Set(found.map(({ name }) => name))]),
            evidence: found.map(({ evidence }) => evidence),
          },
        ];
  return [...draft(broken, 'medium'), ...draft(weak, 'low')];
};

const clientCertificateRequired: Rule = (facts, say) => {
  const value = facts.value('client-auth');
  if (value?.required !== true) return [];
  const { authorities, types } = value;
  const attempts =
    facts.attemptsOf('client-auth').length > 0 ? facts.attemptsOf('client-auth') : certificateRequests(facts);
  return oneOrNone({
    id: 'tls.client-certificate-required',
    confidence: 'proven',
    evidence: attempts.map((attempt) => ({
      kind: 'attempt',
      ref: attempt.id,
      text: say.certificateDemanded({ authorities, types }),
    })),
  });
};

const insecureRenegotiation: Rule = (facts, say) => {
  if (facts.value('renegotiation-info')?.secure !== false) return [];
  const attempts = facts.attemptsOf('renegotiation-info').filter(isAnswered);
  return oneOrNone({
    id: 'tls.insecure-renegotiation',
    confidence: 'proven',
    evidence: attempts.map((attempt) => ({ kind: 'attempt', ref: attempt.id, text: say.noRenegotiationInfo() })),
  });
};

export const cipherRules: readonly Rule[] = [
  nothingCommon,
  cipherNotRecommended,
  clientCertificateRequired,
  insecureRenegotiation,
];

/** What stands in the way in a version; null when the probes do not tell. */
function obstacleOf(facts: Facts, version: VersionName): 'cipher' | 'group' | 'none' | null {
  const row = facts.value('ciphers')?.[version];
  if (row === undefined || row.suites.length === 0) return null;
  const common = row.suites.filter(({ code }) => facts.judgement.clientCiphers.includes(code));
  // Wherever in the run it was chosen: a list without it is not the whole list.
  if (common.length === 0 && choseForClient(facts, version)) return 'none';
  if (common.length === 0) return row.complete && facts.judgement.clientCiphers.length > 0 ? 'cipher' : null;
  if (version !== 'TLSv1.3' && common.some(({ code }) => !needsCurve(code))) return 'none';
  const groups = facts.value('groups')?.[version];
  if (groups === undefined || groups.length === 0 || facts.judgement.clientGroups.length === 0) return null;
  return groups.some(({ code }) => facts.judgement.clientGroups.includes(code)) ? 'none' : 'group';
}

/** True when a suite of the client's was chosen in this version by any hello of the run. */
function choseForClient(facts: Facts, version: VersionName): boolean {
  const code = codeText(tlsVersions.codeOf(version) ?? 0);
  return [...facts.witnesses.values()].some(
    (attempt) =>
      isAnswered(attempt) &&
      chosenVersion(attempt) === code &&
      attempt.evidence.negotiated !== null &&
      facts.judgement.clientCiphers.includes(attempt.evidence.negotiated.cipherSuite),
  );
}

/** Answered attempts of a probe, or of the run, in a version. */
function answersOf(facts: Facts, probe: string, version: VersionName): Witness[] {
  const code = codeText(tlsVersions.codeOf(version) ?? 0);
  const chose = (attempt: Witness): boolean => isAnswered(attempt) && chosenVersion(attempt) === code;
  const own = facts.attemptsOf(probe).filter(chose);
  return own.length > 0 ? own : [...facts.witnesses.values()].filter(chose);
}

/** The suite with the attempt that chose it; null when no known attempt did. */
function suiteEvidence(
  facts: Facts,
  version: VersionName,
  suite: NamedCode,
  weaknesses: readonly SuiteWeakness[],
  say: Say,
): FindingEvidence | null {
  const attempt = answersOf(facts, 'ciphers', version).find(
    ({ evidence }) => evidence.negotiated?.cipherSuite === suite.code,
  );
  if (attempt === undefined) return null;
  return { kind: 'attempt', ref: attempt.id, text: say.suiteChosen({ version, suite: suite.name, weaknesses }) };
}

function certificateRequests(facts: Facts): Witness[] {
  return [...facts.witnesses.values()].filter(({ evidence }) =>
    evidence.received.some(({ message }) => message === 'certificate-request'),
  );
}

function oneOrNone(draft: FindingDraft): FindingDraft[] {
  return draft.evidence.length === 0 ? [] : [draft];
}

/** The first names of a list, and how many more there are. */
function shortList(names: readonly string[]): string {
  const shown = 5;
  return names.length <= shown ? names.join(', ') : `${names.slice(0, shown).join(', ')}, +${names.length - shown}`;
}
