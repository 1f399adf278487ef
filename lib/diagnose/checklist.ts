/**
 * The recommended configuration of FTD remote access as a list that a check fills in (steps 1 to 5 of the source article's flow).
 * Only what was seen counts: a point is done where a measurement shows it, and not done where a finding speaks against it.
 */

import {
  atLeast,
  type ChecklistId,
  type ChecklistItem,
  type DiagnosisInput,
  type Finding,
  type Language,
} from '../evidence/index.ts';
import { type Facts, factsOf } from './facts/facts.ts';
import { isAnswered } from './facts/outcome.ts';
import { checklistEn } from './messages/checklist-en.ts';
import { checklistJa } from './messages/checklist-ja.ts';
import { publicRows } from './rules/certificates.ts';
import { weaknessesOf } from './rules/suite.ts';

/** What is known of a point. */
type Answer = Pick<ChecklistItem, 'state' | 'why'>;
type Words = typeof checklistEn;

interface Point {
  readonly step: number;
  /** Findings that speak against it, by the beginnings of their ids. */
  readonly against: readonly string[];
  /** What the measurements say where no finding does. */
  seen(facts: Facts, words: Words): Answer;
}

const words: Readonly<Record<Language, Words>> = { en: checklistEn, ja: checklistJa };

/**
 * The points in order; empty for an sftunnel, which has no such configuration.
 * @param findings those of the same report, in the language of the list.
 */
export function checklistOf(
  input: DiagnosisInput,
  findings: readonly Finding[],
  { language = 'en' }: { readonly language?: Language } = {},
): ChecklistItem[] {
  const facts = factsOf(input);
  if (facts.chains.some(({ isSftunnel }) => isSftunnel)) return [];
  return (Object.entries(points) as [ChecklistId, Point][]).map(([id, point]) => {
    const against = findings.filter((finding) => point.against.some((start) => finding.id.startsWith(start)));
    const telling = against.filter(({ severity, confidence }) => atLeast(severity, 'low') && confidence !== 'possible');
    const decided = telling.length > 0 ? telling : against.filter(({ severity }) => atLeast(severity, 'low'));
    const answer: Answer =
      decided.length === 0
        ? point.seen(facts, words[language])
        : { state: telling.length > 0 ? 'not-done' : 'unknown', why: titlesOf(decided) };
    const ids = [...new Set(decided.map((finding) => finding.id))];
    return { id, step: point.step, ...answer, title: words[language].titles[id], findings: ids };
  });
}

const points: Readonly<Record<ChecklistId, Point>> = {
  'connection-profile': {
    step: 1,
    against: [],
    seen: (_facts, { notVisible }) => ({ state: 'not-visible', why: notVisible }),
  },
  certificate: {
    step: 2,
    against: ['cert.name', 'cert.exp', 'cert.not-yet', 'cert.self', 'cert.untrusted', 'cert.w', 'cert.unreadable'],
    seen: (facts, said) =>
      publicRows(facts).length > 0 && facts.judgement.expectName !== null
        ? { state: 'done', why: said.named }
        : { state: 'unknown', why: said.noCertificate },
  },
  intermediate: { step: 2, against: ['cert.chain-'], seen: chainSeen },
  tls12: { step: 3, against: ['tls.no-common-version'], seen: tls12Seen },
  'old-versions-off': { step: 3, against: ['tls.legacy-version-enabled'], seen: oldVersionsSeen },
  ciphers: { step: 3, against: ['tls.cipher-not-recommended', 'tls.no-common-cipher'], seen: ciphersSeen },
  reachable: {
    step: 4,
    against: ['policy.port-', 'policy.handshake-dropped', 'policy.arp-'],
    seen: (facts, said) =>
      [...facts.witnesses.values()].some(isAnswered)
        ? { state: 'done', why: said.answered }
        : { state: 'unknown', why: said.notAnswered },
  },
  inspection: {
    step: 5,
    against: ['policy.tls-inspection', 'policy.reset-injected', 'policy.sni-filtered'],
    seen: inspectionSeen,
  },
};

function chainSeen(facts: Facts, said: Words): Answer {
  const rows = publicRows(facts);
  if (rows.length === 0) return { state: 'unknown', why: said.noCertificate };
  return rows.every(({ assessment }) => assessment?.trust === 'trusted')
    ? { state: 'done', why: said.chainComplete }
    : { state: 'unknown', why: said.chainUnknown };
}

const oldVersions: ReadonlySet<string> = new Set(['SSLv3', 'TLSv1.0', 'TLSv1.1']);

function tls12Seen(facts: Facts, said: Words): Answer {
  const rows = facts.value('versions');
  if (rows === null) return { state: 'unknown', why: said.notProbed };
  const supported = rows.filter((row) => row.supported === true).map(({ version }) => version);
  const row = rows.find(({ version }) => version === 'TLSv1.2');
  if (row?.supported === true) return { state: 'done', why: said.supported(supported.join(', ')) };
  if (row?.supported !== false || supported.length === 0)
    return { state: 'unknown', why: row?.supported === false ? said.noneSupported : said.versionsUnknown('TLSv1.2') };
  const only13 = supported.every((version) => version === 'TLSv1.3');
  return { state: 'not-done', why: only13 ? said.only13 : said.notSupported(supported.join(', ')) };
}

function oldVersionsSeen(facts: Facts, said: Words): Answer {
  const rows = facts.value('versions');
  if (rows === null) return { state: 'unknown', why: said.notProbed };
  const open = rows.filter(({ version, supported }) => oldVersions.has(version) && supported !== false);
  if (open.length > 0)
    return { state: 'unknown', why: said.versionsUnknown(open.map(({ version }) => version).join(', ')) };
  const supported = rows.filter((row) => row.supported === true).map(({ version }) => version);
  // Who refuses everything has nothing on, which is no configuration to praise.
  return supported.length === 0
    ? { state: 'unknown', why: said.noneSupported }
    : { state: 'done', why: said.supported(supported.join(', ')) };
}

function ciphersSeen(facts: Facts, said: Words): Answer {
  const listed = Object.values(facts.value('ciphers') ?? {});
  if (listed.length === 0) return { state: 'unknown', why: said.notProbed };
  const suites = new Map(listed.flatMap((row) => row.suites.map(({ code, name }) => [code, name] as const)));
  const good = [...suites.keys()].every((code) => weaknessesOf(code).length === 0);
  if (!listed.every(({ complete }) => complete) || !good || suites.size === 0)
    return { state: 'unknown', why: said.suitesIncomplete };
  return [...suites.values()].some((name) => aesGcm.test(name))
    ? { state: 'done', why: said.suites(suites.size) }
    : { state: 'not-done', why: said.noAesGcm };
}

/** ECDHE with AES-GCM, or the suites of TLS 1.3 with it. */
const aesGcm = /^TLS_(?:ECDHE_(?:RSA|ECDSA)_WITH_)?AES_(?:128|256)_GCM_/;

function inspectionSeen({ judgement, chains }: Facts, said: Words): Answer {
  const pinned = judgement.expectIssuer !== null || judgement.expectFingerprint !== null;
  return pinned && chains.length > 0
    ? { state: 'done', why: said.expectedIssuer }
    : { state: 'unknown', why: said.noPin };
}

function titlesOf(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ title }) => title))].join('; ');
}
