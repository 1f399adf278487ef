/** A chain as a server sent it, as the report shows it: read, assessed, and named by version and kind of key. */

import type { CertificateRow, VersionName } from '../evidence/index.ts';
import { tlsVersions } from '../wire/index.ts';
import { assessChain, readCertificateOrStub } from '../x509/index.ts';
import type { RunSettings } from './settings.ts';

/** A chain as it came, before it is judged. */
export interface ShownChain {
  readonly version: VersionName;
  readonly how: CertificateRow['how'];
  /** DER, in the order sent. */
  readonly chain: readonly Uint8Array[];
  /** Id of the attempt that brought it. */
  readonly attempt: string;
}

/** Reads and assesses the chain with the run's roots and clock. */
export async function chainRow(
  { judgement, trust }: Pick<RunSettings, 'judgement' | 'trust'>,
  { version, how, chain, attempt }: ShownChain,
): Promise<CertificateRow> {
  const now = new Date(judgement.now);
  const read = chain.map((der) => readCertificateOrStub(der, { now }));
  return {
    version,
    auth: authOf(read[0]?.key.type ?? ''),
    how,
    chain: read,
    assessment: await assessChain(chain, { ...trust, now }),
    attempt,
  };
}

/** What kind of key the first certificate of a chain has. */
export function chainAuth([leaf = new Uint8Array()]: readonly Uint8Array[]): CertificateRow['auth'] {
  return authOf(readCertificateOrStub(leaf, { now: new Date(0) }).key.type);
}

/** The report's name of a version by its code. */
export function versionName(code: number): VersionName {
  return tlsVersions.nameOf(code) as VersionName;
}

function authOf(keyType: string): CertificateRow['auth'] {
  if (/^RSA/i.test(keyType)) return 'rsa';
  if (/^EC/i.test(keyType)) return 'ecdsa';
  return /^Ed/i.test(keyType) ? 'eddsa' : 'other';
}
