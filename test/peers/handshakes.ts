/** Handshakes of our own client, finished at other people's TLS stacks: each version, with the suites and groups that the stack has. */

import { randomBytes } from 'node:crypto';
import { buildHello, type HelloOptions } from '../../lib/hello/index.ts';
import { type Handshake, handshake } from '../../lib/live/index.ts';
import type { ClientCredential } from '../../lib/session/index.ts';
import { aeadSuite } from '../../lib/session/index.ts';
import { cipherSuites, group, groups, suiteTraits, tlsVersion, tlsVersions } from '../../lib/wire/index.ts';
import type { ScanResult } from './scanners.ts';

export interface Shaken {
  /** Handshakes finished. */
  readonly finished: number;
  /** What was tried and not finished, with the reason. */
  readonly failures: readonly string[];
}

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** Groups that a share is sent for, and asked for by HelloRetryRequest. */
const sharedGroups = [group.x25519, group.secp256r1, group.secp384r1, group.secp521r1, group.x448, group.ffdhe2048];

/** A handshake that could be expected to finish; null where the server did not take the offer at all. */
export async function shake(
  port: number,
  hello: Omit<HelloOptions, 'random'>,
  credential: ClientCredential | null = null,
): Promise<Handshake> {
  return await handshake({ address: '127.0.0.1', port }, buildHello({ sni: 'localhost', random, ...hello }), {
    id: 'a1',
    goal: 'finished',
    credential,
  });
}

/** Finishes one handshake with each suite found that our client has, and in TLS 1.3 one with each group, with and without a share. */
export async function finishAll(port: number, { versions, suites }: ScanResult): Promise<Shaken> {
  let finished = 0;
  const failures: string[] = [];
  const attempt = async (what: string, hello: Omit<HelloOptions, 'random'>): Promise<void> => {
    const { flight } = await shake(port, hello);
    // A group that the server lacks is refused before anything was chosen.
    if (flight.negotiated === null && what.includes('group')) return;
    if (flight.finished && flight.end === 'complete' && flight.proof?.verdict !== 'unsupported') finished++;
    else failures.push(`${what}: ${flight.end} ${flight.gap ?? ''} ${flight.alert?.name ?? ''} ${flight.detail ?? ''}`);
  };
  for (const version of versions) {
    const code = tlsVersions.codeOf(version) ?? 0;
    if (code < tlsVersion['TLSv1.2']) continue;
    for (const name of suites[version] ?? []) {
      const suite = cipherSuites.codeOf(name) ?? 0;
      if (isOurs(suite)) await attempt(`${version} ${name}`, { versions: [code], cipherSuites: [suite] });
    }
    if (code !== tlsVersion['TLSv1.3']) continue;
    for (const one of sharedGroups) {
      const hello = { versions: [code], groups: [one] };
      await attempt(`${version} group ${groups.nameOf(one)}`, { ...hello, keyShares: [one] });
      await attempt(`${version} group ${groups.nameOf(one)} after a retry`, { ...hello, keyShares: [] });
    }
  }
  return { finished, failures };
}

/** Suites with a certificate, and a protection of records that the client has. */
function isOurs(suite: number): boolean {
  const traits = suiteTraits(suite);
  if (traits === undefined) return false;
  const agreed = ['TLS13', 'RSA', 'ECDHE', 'DHE'].includes(traits.keyExchange) && traits.authentication !== 'anon';
  return (
    agreed &&
    traits.authentication !== 'DSS' &&
    (aeadSuite(suite) !== undefined || /^(?:AES|CAMELLIA)_\d+_CBC$/.test(traits.cipher))
  );
}
