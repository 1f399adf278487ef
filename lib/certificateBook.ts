/** The certificates of a capture, each decoded once, and the chains in which they were sent, each assessed once. */

import type { CaptureAnalyzer, StoredCertificate } from './capture/index.ts';
import { nodeDigests } from './capture/node.ts';
import type {
  AuthorityProof,
  CapturedCertificate,
  CapturedChain,
  ChainAssessment,
  Conversation,
  DatedCertificate,
  Sha256,
} from './evidence/index.ts';
import {
  assessChain,
  ChainMemory,
  certificateStatus,
  issuedBy,
  type RootSet,
  readCertificateOrStub,
} from './x509/index.ts';
import { givenCertificates, loadRoots, verifyWithin } from './x509/node.ts';

export interface BookOptions {
  readonly now: Date;
  readonly caFiles?: readonly string[];
  readonly caPem?: readonly string[];
}

interface Given {
  readonly der: Uint8Array;
  readonly dated: DatedCertificate;
}

type Known = Omit<CapturedCertificate, 'seenIn' | 'seenCount'>;

interface Decoded {
  readonly known: Known;
  /** When the certificate was first seen, as far as was known; milliseconds since 1970. */
  readonly firstTime: number;
}

/** Work on certificates in all chains and proofs together, as `workOf` counts it; a capture has hardly more chains than servers. */
const maxVisits = 2 ** 15;
/** The same for decoding them, each once: 32,768 usual ones, or 135 of 64 KiB. */
const maxDecoding = 2 ** 15;

/**
 * One for a usual certificate, about 0.1 ms of work; what makes one long is names and extensions, up to 0.5 ms for each KiB of them.
 */
function workOf({ der }: Pick<StoredCertificate, 'der'>): number {
  return 1 + (Math.max(0, der.length - 4096) >> 8);
}
/** Work on signatures, as `verifyWithin` counts it: two seconds, or 25,000 usual ones. */
const signatureBudget = 200_000;

/** What signatures say of a leaf, and the CA certificates whose keys signed it. */
interface Proof {
  readonly proof: AuthorityProof;
  readonly signers: readonly Sha256[];
}

const unproven: Proof = { proof: 'unknown', signers: [] };

export class CertificateBook {
  readonly #analyzer: CaptureAnalyzer;
  readonly #options: BookOptions;
  /** CA certificates given by the user. */
  readonly #given: ReadonlyMap<Sha256, Given>;
  readonly #decoded = new Map<Sha256, Decoded>();
  readonly #chains = new Map<string, CapturedChain>();
  readonly #proofs = new Map<string, Proof>();
  readonly #verify = verifyWithin(signatureBudget);
  readonly #memory = new ChainMemory((der) => nodeDigests.sha256(der));
  #visits = 0;
  #decoding = 0;
  readonly #notDecoded = new Set<Sha256>();
  #roots: RootSet | undefined;

  /** @throws HarnessError `unreadable-file` */
  constructor(analyzer: CaptureAnalyzer, options: BookOptions) {
    this.#analyzer = analyzer;
    this.#options = options;
    this.#given = new Map(
      givenCertificates(options).map((der) => {
        const certificate = readCertificateOrStub(der, { now: options.now });
        const { sha256, subject, notBefore, notAfter, status, daysLeft } = certificate;
        return [sha256, { der, dated: { sha256, subject, notBefore, notAfter, status, daysLeft } }];
      }),
    );
  }

  /** Undefined when a limit kept it out. */
  certificate(sha256: Sha256): Known | undefined {
    const decoded = this.#decoded.get(sha256);
    if (decoded !== undefined) return decoded.known;
    const stored = this.#analyzer.certificate(sha256);
    if (stored === undefined || !this.#mayDecode(stored)) return undefined;
    return this.#read(stored);
  }

  /** Of a chain that was sent; undefined when it was not assessed. */
  assessment(chain: readonly Sha256[]): ChainAssessment | undefined {
    return this.#chains.get(chain.join())?.assessment;
  }

  /** Checks the signatures that `judged` goes by; null when they are known already, as in nearly all conversations. */
  prepare({ certificates, sftunnel }: Conversation): Promise<void> | null {
    const { client, server } = certificates;
    const chain = server.length === 0 || this.#chains.has(server.join()) ? null : this.#assess(server);
    if (sftunnel === null) return chain;
    const both = [...server, ...client];
    const leaves = [client[0], server[0]].filter((leaf) => leaf !== undefined);
    const open = leaves.filter((leaf) => !this.#proofs.has(proofKey(leaf, both)));
    if (open.length === 0) return chain;
    return Promise.all([chain, ...open.map((leaf) => this.#prove(leaf, both))]).then(() => undefined);
  }

  /** The conversation with what the signatures prove of its sftunnel CA. `prepare` comes first. */
  judged(conversation: Conversation): Conversation {
    const { certificates, sftunnel } = conversation;
    if (sftunnel === null) return conversation;
    const both = [...certificates.server, ...certificates.client];
    const proofOf = (leaf: Sha256 | undefined): Proof =>
      (leaf === undefined ? undefined : this.#proofs.get(proofKey(leaf, both))) ?? unproven;
    const [client, server] = [proofOf(certificates.client[0]), proofOf(certificates.server[0])];
    const authority = { client: client.proof, server: server.proof };
    const verified = client.signers.length > 0 && server.signers.length > 0;
    const apart = verified && !client.signers.some((ca) => server.signers.includes(ca));
    const given = { client: this.#givenOf(client, both), server: this.#givenOf(server, both) };
    const facts = { ...sftunnel, authority, ...(apart ? { apart } : {}) };
    const isGiven = given.client !== null || given.server !== null;
    return { ...conversation, sftunnel: isGiven ? { ...facts, given } : facts };
  }

  /** Null where the CA was sent as well. Of several with the same key the one that is good for longest. */
  #givenOf({ signers }: Proof, sent: readonly Sha256[]): DatedCertificate | null {
    if (signers.some((sha256) => sent.includes(sha256))) return null;
    const given = signers.flatMap((sha256) => this.#given.get(sha256)?.dated ?? []);
    return given.sort((a, b) => (b.notAfter ?? '').localeCompare(a.notAfter ?? ''))[0] ?? null;
  }

  /** In the order in which they were first seen. */
  certificates(): CapturedCertificate[] {
    return [...this.#analyzer.certificates()].flatMap((stored) => {
      const { sha256, firstTime } = stored;
      const first = this.certificate(sha256);
      // Conversations are not always read in the order of their packets.
      const moved = first !== undefined && this.#decoded.get(sha256)?.firstTime !== firstTime;
      const known = moved ? this.#read(stored) : first;
      return known === undefined ? [] : [{ ...known, ...this.#analyzer.sightingsOf(sha256) }];
    });
  }

  chains(): CapturedChain[] {
    return [...this.#chains.values()];
  }

  #read({ sha256, der, firstTime }: StoredCertificate): Known {
    const atCapture = new Date(firstTime);
    const certificate = readCertificateOrStub(der, { now: this.#options.now, atCapture, sha256 });
    const date = (text: string | null) => ({ date: text === null ? null : new Date(text) });
    const validity = { notBefore: date(certificate.notBefore), notAfter: date(certificate.notAfter) };
    const known = { ...certificate, statusAtCapture: certificateStatus(validity, atCapture) };
    this.#decoded.set(sha256, { known, firstTime });
    return known;
  }

  async #assess(chain: readonly Sha256[]): Promise<void> {
    const stored = chain.flatMap((sha256) => this.#analyzer.certificate(sha256) ?? []);
    // What is missing was kept out by a limit, and a chain without it would be judged wrongly.
    if (stored.length < chain.length) return;
    if (!this.#mayVisit(stored)) return;
    const { now } = this.#options;
    const ders = stored.map(({ der }) => der);
    const judging = { roots: this.#trusted(), verify: this.#verify, memory: this.#memory, now };
    const assessment = await assessChain(ders, judging);
    this.#chains.set(chain.join(), { certificates: chain, assessment });
  }

  /** Against the CA certificates that came in the same conversation, and those the user gave. */
  async #prove(leaf: Sha256, sent: readonly Sha256[]): Promise<void> {
    const der = this.#analyzer.certificate(leaf)?.der;
    const visited = sent.flatMap((sha256) => this.#analyzer.certificate(sha256) ?? []);
    if (der === undefined || !this.#mayVisit(visited)) return;
    const issuer = this.certificate(leaf)?.issuer;
    const candidates = sent.flatMap((sha256) => {
      const isIssuer = sha256 !== leaf && this.certificate(sha256)?.subject === issuer;
      const ca = isIssuer ? this.#analyzer.certificate(sha256)?.der : undefined;
      return ca === undefined ? [] : { sha256, ca };
    });
    for (const [sha256, { der: ca, dated }] of this.#given)
      if (dated.subject === issuer) candidates.push({ sha256, ca });
    const results = await Promise.all(candidates.map(({ ca }) => issuedBy(der, ca, this.#verify)));
    const proof = (['verified', 'not-verified'] as const).find((result) => results.includes(result)) ?? 'unknown';
    const signers = candidates.flatMap(({ sha256 }, i) => (results[i] === 'verified' ? sha256 : []));
    this.#proofs.set(proofKey(leaf, sent), { proof, signers });
  }

  /** False, and counted once for each certificate, when so much more is too much. */
  #mayDecode(stored: StoredCertificate): boolean {
    if (this.#notDecoded.has(stored.sha256)) return false;
    const work = workOf(stored);
    if (this.#decoding + work > maxDecoding) {
      this.#notDecoded.add(stored.sha256);
      this.#analyzer.counters.drop('certificate-not-decoded');
      return false;
    }
    this.#decoding += work;
    return true;
  }

  /** False, and counted, when so many more certificates are too many. */
  #mayVisit(stored: readonly StoredCertificate[]): boolean {
    const certificates = stored.reduce((work, each) => work + workOf(each), 0);
    if (this.#visits + certificates > maxVisits) {
      this.#analyzer.counters.drop('chain-not-assessed');
      return false;
    }
    this.#visits += certificates;
    return true;
  }

  #trusted(): RootSet {
    this.#roots ??= loadRoots({
      caFiles: this.#options.caFiles ?? [],
      caPem: this.#options.caPem ?? [],
      env: process.env,
    });
    return this.#roots;
  }
}

/** A leaf, and everything that was sent in the same conversation. */
function proofKey(leaf: Sha256, sent: readonly Sha256[]): string {
  return `${leaf} ${sent.join()}`;
}
