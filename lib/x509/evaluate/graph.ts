/** Building paths: which certificates may have issued which, checked at most once each, within the budget. */

import { sameBytes, toHex } from '../../wire/index.ts';
import { type CertificateFrame, subjectOf } from '../frame.ts';
import { nameKey } from '../name-key.ts';
import type { RootSet } from '../roots.ts';
import type { SignatureResult, VerifySignature } from '../signature.ts';
import { type ChainCertificate, constrainedNames } from './certificate.ts';
import { type CheckContext, certificateRemarks, keyUsages, type Place, type Remark } from './certificate-checks.ts';
import { comparisonsOf, violation } from './constraints.ts';
import { type RevocationList, readRevocationList } from './crl.ts';
import type { ChainMemory } from './memory.ts';
import type { NameForms } from './name-forms.ts';
import type { Work } from './work.ts';

export interface GraphOptions extends CheckContext {
  readonly presented: readonly Uint8Array[];
  readonly roots: RootSet;
  readonly verify: VerifySignature;
  readonly crls: readonly Uint8Array[];
  readonly work: Work;
  readonly memory: ChainMemory;
}

/** `limit`: the budget was spent, so nothing is known. */
export type Edge = SignatureResult | 'limit';

/** The certificates, and all that is known of each and of pairs of them. */
export class ChainGraph {
  readonly leaf: ChainCertificate | null;
  readonly #options: GraphOptions;
  readonly #sent = new Map<string, { readonly der: Uint8Array; readonly index: number }[]>();
  readonly #bySubject = new Map<string, readonly ChainCertificate[]>();
  readonly #places = new Map<ChainCertificate, number>();
  readonly #issuers = new Map<ChainCertificate, ChainCertificate[]>();
  readonly #remarks = new Map<ChainCertificate, Map<Place, Remark[]>>();
  readonly #edges = new Map<ChainCertificate, Map<ChainCertificate, Edge>>();
  readonly #names = new Map<ChainCertificate, NameForms>();
  readonly #constraints = new Map<ChainCertificate, Map<ChainCertificate, Remark | null>>();
  readonly #revocation = new Map<ChainCertificate, Map<ChainCertificate, Remark | null>>();
  readonly #lists: (RevocationList | null)[];

  constructor(options: GraphOptions) {
    this.#options = options;
    const { presented, work } = options;
    if (presented.length > work.limits.certificates) work.reached('certificates');
    const [first, ...others] = presented.slice(0, work.limits.certificates);
    this.leaf = first === undefined ? null : this.#leafOf(first);
    for (const [index, der] of others.entries()) {
      const subject = subjectOf(der);
      if (subject === null || others.slice(0, index).some((other) => sameBytes(other, der))) continue;
      const key = nameKey(subject);
      this.#sent.set(key, [...(this.#sent.get(key) ?? []), { der, index: index + 1 }]);
    }
    this.#lists = options.crls.map(readRevocationList);
  }

  #leafOf(der: Uint8Array): ChainCertificate | null {
    const root = this.#rootLike(der);
    const leaf = root === undefined ? this.#options.memory.certificate(der) : this.#options.memory.root(root);
    if (leaf !== null) this.#places.set(leaf, 0);
    return leaf;
  }

  /** Index in what was presented; null: from the roots. */
  placeOf(certificate: ChainCertificate): number | null {
    return this.#places.get(certificate) ?? null;
  }

  /** What was sent under that name, read when first asked for; a root that was sent as well is found among the roots. */
  #sentAs(subject: string): readonly ChainCertificate[] {
    const known = this.#bySubject.get(subject);
    if (known !== undefined) return known;
    const sent = this.#sent.get(subject) ?? [];
    if (sent.length > this.#options.work.limits.sameName) this.#options.work.reached('sameName');
    const read = sent
      .slice(0, this.#options.work.limits.sameName)
      .filter(({ der }) => this.#rootLike(der) === undefined)
      .map(({ der, index }) => ({ certificate: this.#options.memory.certificate(der), index }));
    const found = read.flatMap(({ certificate, index }) => {
      if (certificate === null) return [];
      if (!this.#places.has(certificate)) this.#places.set(certificate, index);
      return [certificate];
    });
    this.#bySubject.set(subject, found);
    return found;
  }

  /** The root with these very bytes. */
  #rootLike(der: Uint8Array): CertificateFrame | undefined {
    const subject = subjectOf(der);
    return subject === null
      ? undefined
      : this.#options.roots.bySubject(subject).find((root) => sameBytes(root.der, der));
  }

  /** Certificates with the name of its issuer: roots first, then those without remarks that count, then the likeliest. */
  issuersOf(child: ChainCertificate, blocks: (remarks: readonly Remark[]) => boolean): readonly ChainCertificate[] {
    const known = this.#issuers.get(child);
    if (known !== undefined) return known;
    const fromRoots = this.#rootsAs(child.frame.issuer);
    const sent = this.#sentAs(child.issuer).filter(({ frame }) => !sameBytes(frame.der, child.frame.der));
    const doubt = (issuer: ChainCertificate): number =>
      (blocks(this.remarksOf(issuer, issuer.anchor ? 'anchor' : 'intermediate')) ? 8 : 0) +
      (issuer.anchor ? 0 : 4) +
      { same: 0, unknown: 1, other: 2 }[keysAgree(child, issuer)];
    const issuers = [...fromRoots, ...sent]
      .map((issuer) => ({ issuer, doubt: doubt(issuer) }))
      .sort((a, b) => a.doubt - b.doubt)
      .map(({ issuer }) => issuer);
    this.#issuers.set(child, issuers);
    return issuers;
  }

  #rootsAs(name: Uint8Array): ChainCertificate[] {
    const { roots, memory } = this.#options;
    return roots.bySubject(name).map((frame) => memory.root(frame));
  }

  remarksOf(certificate: ChainCertificate, place: Place): readonly Remark[] {
    return memo(this.#remarks, certificate, place, () => certificateRemarks(certificate, place, this.#options));
  }

  /** Whether the key of `issuer` made the signature of `child`. */
  async signed(child: ChainCertificate, issuer: ChainCertificate): Promise<Edge> {
    const known = this.#edges.get(child)?.get(issuer);
    if (known !== undefined) return known;
    const { work, verify, memory } = this.#options;
    const result = work.spend('signatureChecks') ? await memory.signed(child.frame, issuer.frame, verify) : 'limit';
    return memo(this.#edges, child, issuer, () => result);
  }

  /** As `signed`, but only what is known already: undefined when nobody asked. */
  known(child: ChainCertificate, issuer: ChainCertificate): Edge | undefined {
    return this.#edges.get(child)?.get(issuer);
  }

  /** Every certificate with the name of a certificate's issuer, that itself included where it names itself. */
  named(child: ChainCertificate): readonly ChainCertificate[] {
    return [...this.#rootsAs(child.frame.issuer), ...this.#sentAs(child.issuer)];
  }

  /** What the name constraints of `issuer` have against the names of `below`. */
  constraintRemark(issuer: ChainCertificate, below: ChainCertificate): Remark | null {
    const { constraints } = issuer;
    if (constraints === null) return null;
    return memo(this.#constraints, issuer, below, () => {
      const names = this.#names.get(below) ?? constrainedNames(below);
      this.#names.set(below, names);
      if (!this.#options.work.spend('nameComparisons', comparisonsOf(constraints, names))) {
        return { id: 'name-constraints-limit', detail: null };
      }
      const found = violation(constraints, names);
      if (found === null) return null;
      // A form that is not understood counts only where the extension is critical (RFC 5280 §4.2.1.10).
      if (found.kind === 'unsupported' && issuer.extensions.get('nameConstraints')?.critical !== true) return null;
      return { id: found.kind === 'violated' ? 'name-constraint' : 'name-constraint-unsupported', detail: found.name };
    });
  }

  /** What the lists of `issuer` have against `child`; null also where no lists were given. */
  async revocationRemark(child: ChainCertificate, issuer: ChainCertificate): Promise<Remark | null> {
    if (this.#lists.length === 0) return null;
    const known = this.#revocation.get(child)?.get(issuer);
    if (known !== undefined) return known;
    const remark = await this.#revocationOf(child, issuer);
    return memo(this.#revocation, child, issuer, () => remark);
  }

  async #revocationOf(child: ChainCertificate, issuer: ChainCertificate): Promise<Remark | null> {
    const { time } = this.#options;
    const lists = this.#lists.filter((list) => list !== null && list.issuer === child.issuer && !list.partial);
    let worst: Remark = { id: 'revocation-unknown', detail: 'no list of the issuer' };
    for (const list of lists as RevocationList[]) {
      const invalid = (detail: string): void => {
        worst = { id: 'crl-invalid', detail };
      };
      const signed = await this.#signedList(list, child, issuer);
      if (typeof signed === 'string') worst = { id: 'revocation-unknown', detail: `signature ${signed}` };
      else if (!signed) invalid('wrong signature');
      else if (issuer.keyUsage !== null && (issuer.keyUsage & keyUsages.crlSign) === 0)
        invalid('the issuer may not sign lists');
      else if (list.problem !== null) invalid(list.problem);
      else if (list.thisUpdate === null || list.thisUpdate.getTime() > time) invalid('not yet valid');
      else if (list.revoked.has(toHex(child.frame.serial))) return { id: 'revoked', detail: null };
      else if (list.nextUpdate === null || list.nextUpdate.getTime() >= time) return null;
      else worst = { id: 'revocation-unknown', detail: 'the list is out of date' };
    }
    return worst;
  }

  /** A list may be signed with another key of the same CA (RFC 5280 §6.3.3 f), as after a rollover. */
  async #signedList(list: RevocationList, child: ChainCertificate, issuer: ChainCertificate): Promise<SignatureResult> {
    const { verify, work } = this.#options;
    let result: SignatureResult = false;
    const others = this.#issuers.get(child) ?? [];
    const signers = [issuer, ...others, ...this.#sentAs(child.issuer)];
    for (const signer of new Set(signers)) {
      if (!work.spend('signatureChecks')) return 'unchecked';
      const signed = await verify(signer.frame.spki, list.signatureAlgorithm, list.tbs, list.signature);
      if (signed === true) return true;
      if (signed !== false) result = signed;
    }
    return result;
  }
}

/** Whether the key identifiers name the same key; `unknown` when one of them is absent. */
export function keysAgree(
  { authorityKey }: ChainCertificate,
  { subjectKeyId }: ChainCertificate,
): 'same' | 'other' | 'unknown' {
  const wanted = authorityKey?.keyId ?? null;
  if (wanted === null || subjectKeyId === null) return 'unknown';
  return sameBytes(wanted, subjectKeyId) ? 'same' : 'other';
}

function memo<A, B, V>(table: Map<A, Map<B, V>>, a: A, b: B, make: () => V): V {
  const row = table.get(a) ?? new Map<B, V>();
  table.set(a, row);
  if (!row.has(b)) row.set(b, make());
  return row.get(b) as V;
}
