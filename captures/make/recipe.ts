/** What every made capture has in common. */

import { buildHello, type HelloSpec, padTo } from '../../lib/hello/index.ts';
import { group, tlsVersion } from '../../lib/wire/index.ts';
import { Talk, type TalkOptions, type Trace } from '../../test/support/capture/index.ts';
import { bytesFrom } from '../../test/support/capture/random.ts';

export interface Recipe {
  /** File name without `.pcapng`; its description is the `.md` of the same name. */
  readonly name: string;
  readonly make: () => Uint8Array;
}

/** Documentation addresses (RFC 5737). */
export const address = {
  /** A remote user behind a PPPoE line. */
  user: '192.0.2.10',
  router: '192.0.2.1',
  /** The VPN headend. */
  headend: '198.51.100.20',
  manager: '203.0.113.48',
  device: '203.0.113.23',
} as const;

export const headendName = 'vpn.example.com';

/** A user's connection to the headend. */
export function vpnTalk(trace: Trace, port: number, options: TalkOptions = {}): Talk {
  return new Talk(trace, {
    ...options,
    client: { address: address.user, port, ...options.client },
    server: { address: address.headend, port: 443, ...options.server },
  });
}

/** A connection on the management network: `from` opens it. */
export function sftunnelTalk(trace: Trace, from: 'manager' | 'device', port: number): Talk {
  const to = from === 'manager' ? 'device' : 'manager';
  return new Talk(trace, {
    client: { address: address[from], port },
    server: { address: address[to], port: 8305, ttl: 64 },
    rtt: 0.6,
  });
}

/** A hello with an ML-KEM share, 1700 bytes with its record header: two segments. */
export function bigHello(seed: number): HelloSpec {
  const hello = buildHello({
    versions: [tlsVersion['TLSv1.2'], tlsVersion['TLSv1.3']],
    groups: [group.X25519MLKEM768, group.x25519, group.secp256r1],
    keyShares: [group.X25519MLKEM768, group.x25519],
    sni: headendName,
    random: bytesFrom(seed),
  });
  return padTo(hello, 1695);
}
