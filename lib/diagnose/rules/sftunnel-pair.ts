/** The certificates of both ends of an sftunnel side by side: do they come from the same InternalCA? */

import type { Certificate, Confidence, FindingEvidence, Severity } from '../../evidence/index.ts';
import { alerts } from '../../wire/index.ts';
import { sftunnelShape } from '../../x509/names.ts';
import type { Facts, PresentedChain } from '../facts/facts.ts';
import { witnessEvidence } from '../facts/witness.ts';
import { certificateEvidence, sftunnelRows } from './certificates.ts';
import { isAboutCertificates } from './complaint.ts';
import type { Rule } from './rule.ts';

/** Certificates that are made together bear the same time; made again, later ones. */
const togetherMs = 60 * 60 * 1000;

const decryptError = alerts.codeOf('decrypt_error');
const unknownCa = alerts.codeOf('unknown_ca');
const certificateExpired = alerts.codeOf('certificate_expired');

const caMismatch: Rule = (facts, say) => {
  const rows = sftunnelRows(facts);
  const server = leafOf(rows, 'server');
  const client = leafOf(rows, 'client');
  const { capture } = facts;
  if (capture === null || server === null || client === null) return [];
  const { witness, conversation } = capture;
  const sign = signOf(facts, server, client);
  if (sign === null) return [];
  const roles = conversation.sftunnel?.role ?? { client: null, server: null };
  const issued = (leaf: Certificate, side: 'client' | 'server'): FindingEvidence =>
    certificateEvidence(
      leaf,
      say.issuedBy({ side, role: roles[side], subject: leaf.subject, issuer: leaf.issuer, notBefore: leaf.notBefore }),
    );
  return [
    {
      id: 'sftunnel.ca-mismatch',
      confidence: sign.confidence,
      ...(sign.severity === undefined ? {} : { severity: sign.severity }),
      evidence: [
        issued(server, 'server'),
        issued(client, 'client'),
        witnessEvidence(say, witness, say.inConversation(witness, say.authoritiesDiffer({ how: sign.how }))),
      ],
      ...(sign.how === 'names'
        ? {}
        : { excluded: [{ id: 'cert.chain-incomplete' as const, why: say.whySameIssuerName() }] }),
    },
  ];
};

/**
 * OpenSSL, which sftunnel uses, says decrypt_error of a certificate whose signature does not fit the key of the CA of that name, and
 * unknown_ca where it has none of the name. It says the former, too, of a key exchange that is not signed with the key of the certificate.
 */
const signatureRefused: Rule = (facts, say) => {
  const { capture } = facts;
  const alert = capture?.witness.evidence.end === 'alert' ? capture.witness.evidence.alert : null;
  if (capture === null || alert === null) return [];
  const how = alert.code === decryptError ? 'alert' : alert.code === unknownCa ? 'unknown' : null;
  if (how === null) return [];
  const side = alert.from === 'client' ? 'server' : 'client';
  const rows = sftunnelRows(facts);
  const [accused, accuser] = [leafOf(rows, side), leafOf(rows, alert.from)];
  if (accused === null || (accuser !== null && signOf(facts, accused, accuser)?.confidence === 'proven')) return [];
  const { witness, conversation } = capture;
  // Whose own certificate has an issuer of that name seems to have lost the CA; other names are told as such.
  if (how === 'unknown' && accuser !== null) return [];
  // Signed by the CA that the accuser has.
  const { authority, apart } = conversation.sftunnel ?? {};
  if (authority?.[side] === 'verified' && authority[alert.from] === 'verified' && apart !== true) return [];
  const role = conversation.sftunnel?.role[side] ?? null;
  const { subject, issuer, notBefore } = accused;
  return [
    {
      id: 'sftunnel.ca-mismatch',
      confidence: 'likely',
      evidence: [
        certificateEvidence(accused, say.issuedBy({ side, role, subject, issuer, notBefore })),
        witnessEvidence(say, witness),
        witnessEvidence(say, witness, say.inConversation(witness, say.authoritiesDiffer({ how }))),
      ],
      ...(how === 'alert' ? { alternatives: ['sftunnel.key-mismatch'] } : {}),
    },
  ];
};

export const sftunnelPairRules: readonly Rule[] = [caMismatch, signatureRefused];

/** How it shows that the CAs differ. */
export type MismatchSign = 'names' | 'signatures' | 'apart' | 'signature-of-one' | 'times' | 'alert' | 'unknown';

interface Sign {
  readonly how: MismatchSign;
  readonly confidence: Confidence;
  readonly severity?: Severity;
}

/**
 * Both ends check one another, so that a finished handshake speaks against a mismatch, and what there is of one did no harm yet. Different
 * names may be the two FMCs of an HA pair, whose CAs differ by design.
 */
function signOf({ capture }: Facts, server: Certificate, client: Certificate): Sign | null {
  const completed = capture?.witness.evidence.end === 'complete';
  if (server.issuer !== client.issuer)
    return completed
      ? { how: 'names', confidence: 'possible', severity: 'low' }
      : { how: 'names', confidence: 'likely' };
  const { authority, apart, role } = capture?.conversation.sftunnel ?? {};
  const known = [authority?.client, authority?.server];
  if (known.includes('not-verified')) {
    if (known.includes('verified'))
      return completed
        ? { how: 'signatures', confidence: 'likely', severity: 'medium' }
        : { how: 'signatures', confidence: 'proven' };
    // The CA at hand may itself be the wrong one, given by hand or kept from before a renewal.
    return completed ? null : { how: 'signature-of-one', confidence: 'possible' };
  }
  // A peer may trust both: old and new, while a CA is renewed.
  if (apart === true) return completed ? null : { how: 'apart', confidence: 'proven' };
  if (completed || (known[0] === 'verified' && known[1] === 'verified')) return null;
  const alert = capture?.witness.evidence.alert ?? null;
  // OpenSSL looks at the signature of a certificate before its dates.
  if (alert?.code === certificateExpired) return null;
  const later = Date.parse(server.notBefore ?? '') - Date.parse(client.notBefore ?? '');
  if (!(Math.abs(later) > togetherMs)) return null;
  // A device that is registered gets its certificate later than the FMC, which says nothing unless certificates are what was refused.
  const ofDevice = role?.[later > 0 ? 'server' : 'client'] === 'FTD';
  if (ofDevice && (alert === null || !isAboutCertificates(alert))) return null;
  return { how: 'times', confidence: 'possible' };
}

/** The leaf of a side; a CA that was sent in its place is none. */
function leafOf(rows: readonly PresentedChain[], side: PresentedChain['side']): Certificate | null {
  const leaf = rows.find((row) => row.side === side)?.chain[0];
  return leaf === undefined || sftunnelShape(leaf)?.role === 'InternalCA' ? null : leaf;
}
