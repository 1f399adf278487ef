/** Sentences about the sftunnel files of an FMC or FTD, in English. */

import { instantOf } from './names.ts';

export const filesEn = {
  liesIn: ({ what }: { what: 'ca' | 'certificate' }): string =>
    what === 'ca' ? 'the file of the CA certificate' : 'the file of the certificate',
  /** SHA-256 of the public key, hex. */
  publicHalf: ({ of, sha256 }: { of: 'key' | 'certificate'; sha256: string }): string =>
    of === 'key'
      ? `the public half of this private key has SHA-256 ${sha256}`
      : `the public key of this certificate has SHA-256 ${sha256}`,
  notSignedByCa: ({ subjectUuid, issuerUuid }: { subjectUuid: string | null; issuerUuid: string | null }): string =>
    `the certificate of ${subjectUuid ?? 'an unknown device'}, issued by ${issuerUuid ?? 'an unknown CA'}, is not signed by the CA certificate that goes with it`,
  caBeside: (): string => 'the CA certificate that goes with it',
  notPushed: ({
    deviceName,
    source,
    destination,
    at,
  }: {
    deviceName: string;
    source: string;
    destination: string;
    at: string | null;
  }): string =>
    `${source} was not pushed to ${destination} of ${deviceName}${at === null ? '' : `; the list is of ${instantOf(at)}`}`,
  notPushedCut: ({ at }: { at: string | null }): string =>
    `a push failed, and the line that tells it is cut${at === null ? '' : `; the list is of ${instantOf(at)}`}`,
};
