/** The management channel between FMC and FTD: validity of its certificates, and peers that end the connection. */

import {
  type Certificate,
  type DatedCertificate,
  type FindingEvidence,
  type SftunnelCa,
  sftunnelPort,
} from '../../evidence/index.ts';
import { sftunnelShape } from '../../x509/names.ts';
import type { Facts, PresentedChain } from '../facts/facts.ts';
import { isAnswered } from '../facts/outcome.ts';
import { isHelloInPart } from '../facts/turns.ts';
import { witnessEvidence } from '../facts/witness.ts';
import type { FindingDraft } from '../findings/finding.ts';
import { about, certificateEvidence, presented, sftunnelRows, timesOf } from './certificates.ts';
import { refusedAttempts } from './connect.ts';
import { refusedHellos } from './handshake.ts';
import type { Rule } from './rule.ts';
import { validityFault } from './validity.ts';

/** Certificates are made and checked by the clocks of FMC and FTD. */
export const notYetValidRemedies = ['check-clocks', 'check-internal-ca'] as const;

/** The CA was renewed, and what it signed did not come to the device. */
const leftBehindRemedies = ['copy-sftunnel-certificates', 'compare-cas', 'keep-sftunnel-up'] as const;

/** Leaf and CA by their dates. No host name is matched: these certificates name a UUID and `localhost`. */
const validity: Rule = (facts, say) =>
  sftunnelRows(facts).flatMap((row) => {
    const [leaf] = row.chain;
    if (leaf === undefined) return [];
    const ca = authorityOf(facts, row, leaf);
    // Told by name alone, a CA that was given may be another of the same name; the peer shows only what it sends.
    const given = ca === undefined ? givenAuthority(facts, leaf) : null;
    const judged = (
      certificate: DatedCertificate,
      what: 'ca' | 'certificate',
      shown: FindingEvidence = presented(row, say),
    ): FindingDraft[] => {
      const fault = validityFault(certificate, timesOf(facts, row), say);
      if (fault === null) return [];
      const { state, severity, confidence, text } = fault;
      const evidence = [certificateEvidence(certificate, text), shown];
      const draft = { severity, confidence, ...about(certificate, row), evidence };
      return state === 'not-yet-valid'
        ? [{ ...draft, id: 'cert.not-yet-valid', remedies: notYetValidRemedies }]
        : [{ ...draft, id: `sftunnel.${what}-${state}` }];
    };
    if (sftunnelShape(leaf)?.role === 'InternalCA') return judged(leaf, 'ca');
    if (ca !== undefined) return [...judged(leaf, 'certificate'), ...judged(ca, 'ca')];
    const known = facts.capture?.conversation.sftunnel?.given?.[row.side] ?? null;
    if (known !== null && row.captured !== null) {
      const { witness, role } = row.captured;
      const signed = say.inConversation(witness, say.givenCaSigned({ side: row.side, role }));
      const ofCa = judged(known, 'ca', witnessEvidence(say, witness, signed)).map((draft): FindingDraft => {
        // What came up nevertheless has a newer CA of the same key, perhaps: the one that was given may be out of date.
        const outlived = draft.id === 'sftunnel.ca-expired' && witness.evidence.end === 'complete';
        return outlived ? { ...draft, severity: 'medium', confidence: 'possible' } : draft;
      });
      return [...judged(leaf, 'certificate'), ...ofCa];
    }
    if (given?.signed === true) return [...judged(leaf, 'certificate'), ...judged(given.certificate, 'ca')];
    // Not sent: the CA is older than what it signed and both are made for ten years, so it is not expected to outlive the leaf.
    if (isLeftFromBefore(facts, row, leaf))
      return judged(leaf, 'certificate').map((draft) => ({ remedies: leftBehindRemedies, ...draft }));
    const inferred = judged(leaf, 'ca').flatMap((draft): FindingDraft[] => {
      if (draft.id === 'cert.not-yet-valid') return [];
      const confidence = draft.id === 'sftunnel.ca-expired' && draft.confidence === 'proven' ? 'likely' : 'possible';
      return [{ ...draft, subject: leaf.issuer, key: '', confidence }];
    });
    return [...judged(leaf, 'certificate'), ...inferred];
  });

/**
 * The FMC's own certificate, made with its CA, has the same issuer and ends later: the CA was made anew since, and it is an FTD that was left
 * with what the former one signed.
 */
function isLeftFromBefore({ chains }: Facts, row: PresentedChain, leaf: Certificate): boolean {
  if (row.captured?.role !== 'FTD') return false;
  const end = Date.parse(leaf.notAfter ?? '');
  return chains.some(({ captured, chain: [other] }) => {
    const ofManager = captured?.role === 'FMC' && other?.issuer === leaf.issuer;
    return ofManager && Date.parse(other.notAfter ?? '') > end;
  });
}

/** The CA that the caller gave for the leaf that the probe met. */
function givenAuthority(facts: Facts, { issuer }: Certificate): SftunnelCa | null {
  const ca = facts.value('sftunnel')?.ca ?? null;
  return ca?.how === 'given' && ca.certificate.subject === issuer ? ca : null;
}

/** A CA of the issuer's name was given, and it is not its key that signed the peer's certificate. */
const otherAuthority: Rule = (facts, say) =>
  sftunnelRows(facts).flatMap((row): FindingDraft[] => {
    const [leaf] = row.chain;
    const given = leaf === undefined ? null : givenAuthority(facts, leaf);
    if (leaf === undefined || given?.signed !== false) return [];
    return [
      {
        id: 'sftunnel.ca-mismatch',
        confidence: 'likely',
        evidence: [
          certificateEvidence(given.certificate, say.givenCaDidNotSign({ subject: given.certificate.subject })),
          presented(row, say),
        ],
      },
    ];
  });

/** The CA of a leaf, where it was sent: in a capture either side may have. */
function authorityOf({ chains }: Facts, row: PresentedChain, leaf: Certificate): Certificate | undefined {
  const own = row.chain
    .slice(1)
    .find((other) => other.subject === leaf.issuer || sftunnelShape(other)?.role === 'InternalCA');
  if (own !== undefined || row.captured === null) return own;
  return chains.flatMap(({ chain }) => chain).find(({ subject }) => subject === leaf.issuer);
}

/** The peer ends it: a RST for the SYN, or RST or FIN for every hello. */
const peerRefuses: Rule = (facts, say) => {
  if (!isForSftunnel(facts)) return [];
  const ended = [
    ...refusedAttempts(facts),
    ...refusedHellos(facts).filter(
      ({ evidence }) => (evidence.end === 'reset' || evidence.end === 'closed') && !isHelloInPart(evidence),
    ),
  ];
  if (ended.length === 0) return [];
  return [
    {
      id: 'sftunnel.peer-refuses',
      confidence: 'likely',
      evidence: ended.map((attempt) => witnessEvidence(say, attempt)),
    },
  ];
};

/**
 * TLS 1.3 shows no certificates; that they are not seen says nothing about them. Of a capture it is told once: the same can be done for each
 * server, and which they are is with the conversations.
 */
const certificatesHidden: Rule = (facts, say) => {
  if (!isForSftunnel(facts) || facts.chains.length > 0) return [];
  const answered = [...facts.witnesses.values()].filter(isAnswered);
  const hidden = answered.filter(({ evidence }) => evidence.certificateAbsence.server === 'tls13-encrypted');
  if (hidden.length === 0 || answered.some(({ evidence }) => evidence.certificates.server.length > 0)) return [];
  return [
    {
      id: 'sftunnel.certificates-hidden',
      ...(facts.capture === null ? {} : { subject: 'TLSv1.3' }),
      confidence: 'proven',
      evidence: hidden.map((attempt) => witnessEvidence(say, attempt)),
    },
  ];
};

/** Its port, or the caller asked for sftunnel on another. */
function isForSftunnel(facts: Facts): boolean {
  return facts.target.port === sftunnelPort || facts.value('sftunnel') !== null;
}

export const sftunnelChainRules: readonly Rule[] = [validity, otherAuthority];
export const sftunnelRules: readonly Rule[] = [peerRefuses, certificatesHidden];
