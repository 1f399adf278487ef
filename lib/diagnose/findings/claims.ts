/** Claims: what is found in the conversations of a capture, joined by what it is about, in bounded memory. */

import type { Confidence, Finding, FindingEvidence, Language, Severity } from '../../evidence/index.ts';
import { messages, type Say } from '../messages/index.ts';
import type { FindingId } from './catalogue.ts';
import { type FindingDraft, finding, shownEvidence } from './finding.ts';
import { bySeverity, higher, severityOf, surer } from './order.ts';
import { type OtherProtocol, type RemedyId, remedyIdsOf } from './remedies.ts';

/** Findings told one by one; what goes beyond is counted in one finding for each id. */
const claimLimit = 1_000;

/** Names of a subject that are shown; where there are more, none is. */
const shownNames = 3;

/** So often it is no chance. */
const oftenSeen = 3;

export interface Claim {
  readonly id: FindingId;
  readonly subject: string | undefined;
  /** By which the subject was asked; one more than are shown. */
  readonly names: Set<string>;
  readonly key: string | undefined;
  /** One of those that stand for all that goes beyond the limit. */
  readonly beyond: boolean;
  /** See `FindingDraft`; undefined where not all of it is the same. */
  deed: string | undefined;
  /** Told in the words that findings of captures have. */
  readonly captured: boolean;
  /** Null where any witness speaks TLS directly on TCP, or one this and one that. */
  over: OtherProtocol | null;
  severity: Severity;
  confidence: Confidence;
  readonly evidence: FindingEvidence[];
  count: number;
  excluded: { readonly id: FindingId; readonly why: string }[];
  readonly remedies: Set<RemedyId>;
  readonly alternatives: Set<FindingId>;
}

export class Claims {
  readonly #language: Language;
  readonly #say: Say;
  readonly #claims = new Map<string, Claim>();

  constructor(language: Language) {
    this.#language = language;
    this.#say = messages[language].say;
  }

  /**
   * Takes a draft in; gives the claim that it became part of. Evidence is shown until there is enough and then counted: what
   * is seen in packets each time, a certificate once for each thing that is said of it.
   */
  add(draft: FindingDraft): Claim {
    const claim = this.#claimFor(draft);
    if (draft.name !== undefined && claim.names.size <= shownNames) claim.names.add(draft.name);
    claim.severity = higher(claim.severity, severityOf(draft));
    claim.confidence = surer(claim.confidence, draft.confidence);
    // Only what holds for every witness is excluded.
    const excluded = draft.excluded ?? [];
    claim.excluded = claim.excluded.filter(({ id }) => excluded.some((other) => other.id === id));
    for (const id of draft.remedies ?? remedyIdsOf(draft.id)) claim.remedies.add(id);
    for (const id of draft.alternatives ?? []) claim.alternatives.add(id);
    if (claim.deed !== draft.deed) claim.deed = undefined;
    if (claim.over !== (draft.over ?? null)) claim.over = null;
    const before = claim.count;
    for (const piece of draft.evidence) this.#show(claim, piece);
    claim.count = Math.max(claim.count, before + (draft.count ?? 0));
    return claim;
  }

  /** What was claimed as `from` is `to` after all: the same in other words, or what is not proven. Of use when nothing more is found. */
  retell(subject: string, from: FindingId, to: FindingDraft): void {
    const name = nameOf({ id: from, subject });
    const claim = this.#claims.get(name);
    if (claim === undefined || (claim.confidence === 'proven' && from !== to.id)) return;
    this.#claims.delete(name);
    const { evidence, count } = claim;
    this.add({ ...to, subject, evidence, count });
  }

  /** What is likely of the subject is only possible, unless it happened often: another time it went well, as is said. */
  doubt(subject: string, id: FindingId, text: string): void {
    const claim = this.#claims.get(nameOf({ id, subject }));
    if (claim === undefined || claim.confidence !== 'likely' || claim.count >= oftenSeen) return;
    doubted(claim, text);
  }

  /** The same for all claims of these ids, also for what seemed proven. */
  doubtAll(ids: ReadonlySet<FindingId>, text: string): void {
    for (const claim of this.#claims.values())
      if (ids.has(claim.id) && claim.confidence !== 'possible' && claim.count < oftenSeen) doubted(claim, text);
  }

  findings(): Finding[] {
    return joined([...this.#claims.values()])
      .map((claim) => draftOf(claim))
      .sort(bySeverity)
      .map((draft) => finding(draft, this.#language));
  }

  #claimFor(draft: FindingDraft): Claim {
    const known = this.#claims.get(nameOf(draft));
    if (known !== undefined) return known;
    const beyond = this.#claims.size >= claimLimit;
    const { subject, key, ...rest } = draft;
    const name = beyond ? nameOf(rest) : nameOf(draft);
    const joined = this.#claims.get(name);
    if (joined !== undefined) return joined;
    const claim: Claim = {
      id: draft.id,
      subject: beyond ? undefined : subject,
      names: new Set(),
      key: beyond ? undefined : key,
      beyond,
      deed: beyond ? undefined : draft.deed,
      captured: draft.captured ?? true,
      over: draft.over ?? null,
      severity: severityOf(draft),
      confidence: draft.confidence,
      evidence: [],
      count: 0,
      excluded: [...(draft.excluded ?? [])],
      remedies: new Set(),
      alternatives: new Set(),
    };
    this.#claims.set(name, claim);
    return claim;
  }

  #show(claim: Claim, piece: FindingEvidence): void {
    if (!isFull(claim)) {
      const { kind, ref } = piece;
      const text = claim.beyond ? this.#say.beyondLimit({ limit: claimLimit, text: piece.text }) : piece.text;
      if (claim.evidence.some((known) => known.ref === ref && known.text === text)) return;
      claim.evidence.push({ kind, ref, text });
      claim.count++;
    } else if (piece.kind !== 'certificate') claim.count++;
  }
}

/** Claims of the same deed about one subject as the one that counts most, with the evidence of all. */
function joined(claims: readonly Claim[]): readonly Claim[] {
  const bySubject = new Map<string, Claim[]>();
  for (const claim of claims) {
    if (claim.deed === undefined) continue;
    const name = JSON.stringify([claim.subject, claim.deed]);
    bySubject.set(name, [...(bySubject.get(name) ?? []), claim]);
  }
  const gone = new Set<Claim>();
  for (const [first, ...others] of bySubject.values()) {
    if (first === undefined || others.length === 0) continue;
    const most = others.reduce((a, b) => (b.count > a.count ? b : a), first);
    for (const other of [first, ...others]) {
      if (other === most) continue;
      take(most, other);
      gone.add(other);
    }
  }
  return claims.filter((claim) => !gone.has(claim));
}

function take(claim: Claim, other: Claim): void {
  claim.severity = higher(claim.severity, other.severity);
  claim.confidence = surer(claim.confidence, other.confidence);
  claim.excluded = claim.excluded.filter(({ id }) => other.excluded.some((one) => one.id === id));
  for (const name of other.names) claim.names.add(name);
  for (const id of other.remedies) claim.remedies.add(id);
  for (const id of other.alternatives) claim.alternatives.add(id);
  claim.count += other.count;
  if (claim.over !== other.over) claim.over = null;
  // Both are shown, in the order of their packets.
  const room = Math.max(shownEvidence - other.evidence.length, shownEvidence / 2);
  claim.evidence.splice(room);
  claim.evidence.push(...other.evidence.slice(0, shownEvidence - claim.evidence.length));
  claim.evidence.sort((a, b) => Number(a.ref) - Number(b.ref));
}

/** True when a claim shows all the evidence it will: more of it is only counted. */
export function isFull({ evidence }: Claim): boolean {
  return evidence.length >= shownEvidence;
}

function nameOf({ id, subject, key }: Pick<FindingDraft, 'id' | 'subject' | 'key'>): string {
  return JSON.stringify([id, subject ?? null, key ?? null]);
}

function draftOf(claim: Claim): FindingDraft {
  const { id, subject, names, key, severity, confidence, evidence, count, excluded, remedies, alternatives } = claim;
  return {
    id,
    ...(subject === undefined ? {} : { subject: withNames(subject, names) }),
    ...(key === undefined ? {} : { key }),
    severity,
    confidence,
    evidence,
    count,
    excluded,
    remedies: [...remedies],
    alternatives: [...alternatives],
    captured: claim.captured,
    over: claim.over,
  };
}

function withNames(subject: string, names: ReadonlySet<string>): string {
  return names.size === 0 || names.size > shownNames ? subject : `${subject} (${[...names].join(', ')})`;
}

function doubted(claim: Claim, text: string): void {
  claim.confidence = 'possible';
  const [first] = claim.evidence;
  if (first !== undefined) claim.evidence[0] = { ...first, text: `${first.text}; ${text}` };
}
