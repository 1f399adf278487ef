/** Findings of a capture, conversation by conversation: the same rules as for live probes, in bounded memory. */

import {
  type CapturedCertificate,
  type CaptureReport,
  type Certificate,
  type ChainAssessment,
  type Conversation,
  type FailedConnections,
  type Finding,
  type Judgement,
  type Language,
  type UnansweredArp,
} from '../../evidence/index.ts';
import { looksLikeSftunnel } from '../../x509/names.ts';
import { type CertificateSource, factsOfConversation, serverNameOf } from '../facts/conversation.ts';
import type { Facts } from '../facts/facts.ts';
import { endpointText } from '../facts/witness.ts';
import { type Claim, Claims } from '../findings/claims.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { OtherProtocol } from '../findings/remedies.ts';
import { messages, type Say } from '../messages/index.ts';
import { chainRules, handshakeOnlyRules } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import { versionName } from '../rules/versions.ts';
import { ServerChoices } from './choices.ts';
import { DtlsAnswers } from './dtls-answers.ts';
import { CapturedFailures } from './failures.ts';
import { Firsts } from './firsts.ts';
import { HelloSizes } from './hello-sizes.ts';
import { doubtMissing } from './missing.ts';
import { namedServer } from './named-server.ts';
import { PortsUp } from './ports-up.ts';
import { chainSignature, type Found, QuietMemory, quietSignature, type RepeatedAt, repeatOf } from './quiet.ts';
import { type LossCounters, readCapture } from './readers.ts';

export interface CaptureDiagnosis {
  /** Judges one conversation; keeps nothing of it but the findings' evidence (at most 20 pieces each, the rest counted). */
  conversation(conversation: Conversation): void;
  /** What follows from a conversation like `first`, which was judged; null when it is to be judged itself. */
  knows(first: Conversation, repeat: RepeatedAt): readonly Found[] | null;
  /** Counts it, with what `knows` said. */
  again(first: Conversation, repeat: RepeatedAt, found: readonly Found[]): void;
  failed(connections: FailedConnections): void;
  arp(unanswered: UnansweredArp): void;
  /** Conversations so far whose handshake came up, or was made to find out how it fails. What ended otherwise has a finding, or decides nothing. */
  readonly decided: number;
  /** Offers in vain that are not compared with what their servers chose: there are too many. */
  readonly forgotten: number;
  /** The findings, the most severe first, then by id and subject. Once, when everything was told. @param counters of the whole capture */
  finish(counters?: LossCounters): Finding[];
}

export interface CaptureContext {
  readonly judgement: Judgement;
  /** Default: English. */
  readonly language?: Language;
  /** A certificate that a conversation names; undefined when it was not kept or cannot be read. */
  certificate(sha256: string): CapturedCertificate | Certificate | undefined;
  /** What a server's chain as sent is worth; undefined when it was not assessed. */
  assessment(chain: readonly string[]): ChainAssessment | undefined;
}

export function captureDiagnosis(context: CaptureContext): CaptureDiagnosis {
  return new Diagnosis(context);
}

/** What `diagnoseCapture` needs of a report; a saved one has it all. */
export type CaptureDiagnosisInput = Pick<
  CaptureReport,
  'judgement' | 'conversations' | 'certificates' | 'chains' | 'failedConnections' | 'unansweredArp'
> & { readonly counters?: LossCounters };

/**
 * The findings of a capture's report: of a saved one the same as when it was made. Total: what is missing or damaged is not
 * known, and nothing is claimed of it.
 */
export function diagnoseCapture(
  report: CaptureDiagnosisInput,
  options: { readonly language?: Language } = {},
): Finding[] {
  const read = readCapture(report);
  const diagnosis = captureDiagnosis({
    judgement: read.judgement,
    ...options,
    certificate: (sha256) => read.certificates.get(sha256),
    assessment: (chain) => read.chains.get(chain.join()),
  });
  for (const conversation of read.conversations) diagnosis.conversation(conversation);
  for (const failed of read.failedConnections) diagnosis.failed(failed);
  for (const unanswered of read.unansweredArp) diagnosis.arp(unanswered);
  return diagnosis.finish(read.counters);
}

/** What the size of a hello may be the reason of. */
const endings: ReadonlySet<string> = new Set(['handshake.silent', 'handshake.reset', 'handshake.closed']);

/** Certificates whose shape is remembered. */
const maxShapes = 10_000;

class Diagnosis implements CaptureDiagnosis, CertificateSource {
  readonly #context: CaptureContext;
  readonly #say: Say;
  readonly #claims: Claims;
  readonly #choices = new ServerChoices();
  readonly #sizes = new HelloSizes();
  readonly #memory: QuietMemory;
  readonly #chainMemory: QuietMemory;
  readonly #firsts = new Firsts(this.#choices, this.#sizes);
  /** By SHA-256. */
  readonly #sftunnel = new Map<string, boolean>();
  readonly #dtls = new DtlsAnswers();
  readonly #failures = new CapturedFailures();
  readonly #portsUp = new PortsUp();
  /** Conversations of which both directions were seen, and of which only one was. */
  #whole = 0;
  #oneSided = 0;
  #decided = 0;

  constructor(context: CaptureContext) {
    const language = context.language ?? 'en';
    this.#context = context;
    this.#memory = new QuietMemory(context.judgement.now);
    this.#chainMemory = new QuietMemory(context.judgement.now);
    this.#say = messages[language].say;
    this.#claims = new Claims(language);
  }

  get decided(): number {
    return this.#decided;
  }

  get forgotten(): number {
    return this.#choices.forgotten;
  }

  conversation(conversation: Conversation): void {
    this.#tally(conversation);
    if (conversation.protocol === 'tls') this.#portsUp.note(conversation.server);
    this.#dtls.answered(conversation);
    const named = namedServer(conversation);
    this.#choices.note(named, conversation, conversation);
    const quiet = quietSignature(conversation);
    const at = repeatOf(conversation);
    this.#sizes.answered(this.#sizes.answeredBy(named, conversation), conversation, at);
    const known = this.#memory.recall(quiet, at, serverNameOf(conversation));
    if (known !== null) return countAgain(known);
    const facts = factsOfConversation(conversation, this.#context.judgement, this);
    const subject = named.address + named.rest;
    const asked = this.#memory.rules(quiet, at);
    const found =
      asked !== null
        ? this.#find(asked, facts, subject)
        : [...this.#find(handshakeOnlyRules, facts, subject), ...this.#ofChains(conversation, facts, subject)];
    this.#memory.remember(quiet, conversation, facts.chains, found);
    const hasEnded = found.some(({ claim }) => endings.has(claim.id));
    if (hasEnded && facts.capture !== null) this.#sizes.failed(named, conversation, facts.capture.witness, this.#say);
  }

  knows(first: Conversation, repeat: RepeatedAt): readonly Found[] | null {
    const known = this.#firsts.of(first);
    this.#firsts.note(first, known, repeat);
    return this.#memory.recall(known.quiet, repeat, known.name);
  }

  again(first: Conversation, repeat: RepeatedAt, found: readonly Found[]): void {
    this.#tally(first);
    this.#portsUp.note(repeat.server);
    this.#sizes.answered(this.#firsts.note(first, this.#firsts.of(first), repeat), first, repeat);
    countAgain(found);
  }

  #tally({ evidence: { completeness, end }, own }: Conversation): void {
    if (completeness === 'one-sided') this.#oneSided++;
    else this.#whole++;
    const isOver = end !== null && end !== 'stopped';
    if (end === 'complete' || (isOver && own?.probing === true)) this.#decided++;
  }

  certificate(sha256: string): Certificate | undefined {
    return this.#context.certificate(sha256);
  }

  assessment(chain: readonly string[]): ChainAssessment | undefined {
    return this.#context.assessment(chain);
  }

  isSftunnel(certificate: Certificate): boolean {
    let is = this.#sftunnel.get(certificate.sha256);
    if (is === undefined) {
      is = looksLikeSftunnel(certificate);
      if (this.#sftunnel.size < maxShapes) this.#sftunnel.set(certificate.sha256, is);
    }
    return is;
  }

  failed(connections: FailedConnections): void {
    const { kind, server } = connections;
    if (kind === 'closed' || kind === 'reset' || kind === 'unacknowledged') this.#portsUp.note(server);
    this.#failures.failed(connections);
  }

  arp(unanswered: UnansweredArp): void {
    this.#failures.arp(unanswered);
  }

  finish(counters: LossCounters = { packets: 0, dropped: {} }): Finding[] {
    this.#failures.show(this.#claims, {
      say: this.#say,
      judgement: this.#context.judgement,
      // A capture of one direction has no answers.
      hasAnswers: this.#whole > 0 || this.#oneSided === 0,
      portsUp: this.#portsUp,
    });
    this.#dtls.show(this.#say);
    this.#retellContradicted();
    this.#doubtDropped();
    for (const draft of this.#sizes.drafts(this.#say)) this.#claims.add(draft);
    doubtMissing(this.#claims, counters, this.#say);
    return this.#claims.findings();
  }

  /** A server that speaks the version, as another connection shows, minds something else, or got a hello that was changed on the way. */
  #retellContradicted(): void {
    for (const { server, claimed, choice } of this.#choices.contradictions()) {
      const { version, conversation } = choice;
      const why = this.#say.whyVersionChosen({ version: versionName(version), conversation });
      this.#claims.retell(server, claimed, {
        ...(claimed === 'handshake.not-tls'
          ? { id: claimed, remedies: ['capture-at-both-ends', 'update-terminator'] }
          : { id: 'handshake.alert' }),
        confidence: 'proven',
        evidence: [],
        excluded: [{ id: 'tls.no-common-version', why }],
        alternatives: ['tls.hello-size-intolerant'],
      });
    }
  }

  /** What lets the hello of one connection through, and not that of another with the same name, may be loss. */
  #doubtDropped(): void {
    for (const { subject, id } of this.#sizes.answering()) {
      this.#claims.doubt(subject, 'policy.handshake-dropped', this.#say.helloAnswered({ conversation: id }));
    }
  }

  /** The same chains go by in many conversations, also in those that fail. */
  #ofChains(conversation: Conversation, facts: Facts, subject: string): readonly Found[] {
    const signature = chainSignature(conversation);
    const known = this.#chainMemory.recall(signature, repeatOf(conversation), serverNameOf(conversation));
    if (known !== null) {
      countAgain(known);
      return known;
    }
    const found = this.#find(chainRules, facts, subject);
    this.#chainMemory.remember(signature, conversation, facts.chains, found);
    return found;
  }

  #find(asked: Iterable<Rule>, facts: Facts, subject: string): Found[] {
    const found: Found[] = [];
    const over = otherProtocolOf(facts);
    for (const rule of asked) {
      for (const draft of rule(facts, this.#say)) {
        const claim = this.#claims.add({ ...draft, over, ...this.#subjectOf(draft, facts, subject) });
        if (draft.id === 'vpn.dtls-blocked') this.#unanswered(claim, facts);
        found.push({
          rule,
          claim,
          pieces: draft.evidence.filter(({ kind }) => kind !== 'certificate').length,
          ofServer: draft.subject === undefined || draft.id === 'tls.legacy-version-enabled',
        });
      }
    }
    return found;
  }

  /** Whoever resets connections in a server's name does so whether the hello had come by then or not. */
  #subjectOf({ id, subject }: FindingDraft, { capture }: Facts, named: string): Pick<FindingDraft, 'subject' | 'name'> {
    if (id !== 'policy.reset-injected' || capture === null) return { subject: subject ?? named };
    const { conversation } = capture;
    const name = serverNameOf(conversation);
    return { subject: endpointText(conversation.server), ...(name === null ? {} : { name }) };
  }

  #unanswered(claim: Claim, { capture }: Facts): void {
    if (capture !== null) this.#dtls.unanswered(claim, capture.conversation);
  }
}

function otherProtocolOf({ capture }: Facts): OtherProtocol | null {
  if (capture === null) return null;
  const { protocol, carrier } = capture.conversation;
  return (carrier ?? null) !== null ? 'carried' : protocol === 'dtls' ? 'dtls' : null;
}

/** The same was found before and is shown often enough. */
function countAgain(found: readonly Found[]): void {
  for (const { claim, pieces } of found) claim.count += pieces;
}
