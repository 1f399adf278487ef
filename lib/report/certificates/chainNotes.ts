/** What is odd about a chain as it was sent, and by which path it is trusted: what a reader compares with the server's configuration. */

import type { CertificateRow, CrossSigned } from '../../evidence/index.ts';
import { shortName } from '../capture/names.ts';
import type { Messages } from '../messages/index.ts';

/** One sentence each; none where the chain is as it should be. What is wrong with it is told by findings. */
export function chainNotes(
  words: Messages,
  { chain, assessment }: Pick<CertificateRow, 'chain' | 'assessment'>,
): string[] {
  const { rootsSent = [], crossSigned = [], unneeded, misordered } = assessment;
  const nameOf = (sha256: string): string => {
    const subject = chain.find((certificate) => certificate.sha256 === sha256)?.subject;
    return subject === undefined ? sha256.slice(0, 16) : shortName(subject);
  };
  return [
    ...(misordered ? [words.chain.misordered] : []),
    ...crossSigned.map((group) => crossSignedText(words, group, assessment)),
    ...rootsSent.map((sha256) => words.chain.rootSent(nameOf(sha256))),
    ...unneeded.map((sha256) => words.chain.unneeded(nameOf(sha256))),
  ];
}

function crossSignedText(
  words: Messages,
  { subject, certificates, issuers, used }: CrossSigned,
  { trust }: CertificateRow['assessment'],
): string {
  const told = words.chain.crossSigned(shortName(subject), [...new Set(issuers.map(shortName))].join(', '));
  const issuer = used === null ? undefined : issuers[certificates.indexOf(used)];
  const through = issuer === undefined ? words.chain.throughRoot : words.chain.throughOne(shortName(issuer));
  return trust === 'trusted' ? `${told}${words.comma}${through}` : told;
}
