/** Captures of many connections, most of them alike. */

import { rsaKey } from '../../../captures/make/keys.ts';
import type { CaptureOptions } from '../../../lib/captureOptions.ts';
import { createTestPki, type KeyPair } from '../../../lib/lab/index.ts';
import { alertDescription } from '../../../lib/wire/index.ts';
import { Talk, type TalkOptions, Trace } from '../../support/capture/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { ed25519Key } from '../../support/capture/tls/keys.ts';
import type { Identity } from '../../support/capture/tls/messages.ts';
import { playRefused, playTls12, playTls13, tls12Hello, tls13Hello } from '../../support/capture/tls/play.ts';
import type { Tls12Options } from '../../support/capture/tls/tls12.ts';
import { expectSame } from './told.ts';

/** Findings show 20 conversations; those beyond are counted. */
export const enough = 25;
export const pki = createTestPki({ now: new Date('2026-03-01T00:00:00Z'), random: bytesFrom(7) });

export function identity(name: string, key: KeyPair): Identity {
  const { der } = pki.issue({ names: [name], key, issuer: 'self' });
  return { certificates: [der], privateKey: key.privateKey };
}

export const rsa = identity('host.example.com', rsaKey('server'));
export const other = identity('host.example.com', rsaKey('device'));
const modern = identity('host.example.com', ed25519Key(bytesFrom(9)(32)));
export const sni = 'host.example.com';

/** Connections one after the other; each begins when the one before has ended. */
export class Capture {
  readonly trace = new Trace();
  count = 0;

  /** @param begun what it begins with */
  constructor(begun?: Capture) {
    if (begun === undefined) return;
    this.trace.at(begun.trace.now).packets.push(...begun.trace.packets);
    this.count = begun.count;
  }

  talk(options: TalkOptions = {}): Talk {
    this.count++;
    const client = {
      address: `10.1.${this.count >> 8}.${this.count & 255}`,
      port: 40_000 + this.count,
      ...options.client,
    };
    return new Talk(this.trace, { ...options, client });
  }

  tls12(options: Partial<Tls12Options> = {}, talk = this.talk()): this {
    const seed = 100 * this.count;
    playTls12(talk.connect(), { hello: tls12Hello(seed, sni), seed: seed + 1, server: rsa, ...options });
    return this;
  }

  tls13(talk = this.talk()): this {
    const seed = 100 * this.count;
    const share = bytesFrom(seed)(32);
    const hello = tls13Hello(seed + 1, sni, share);
    playTls13(talk.connect(), { hello, clientSeed: share, seed: seed + 2, server: modern });
    return this;
  }

  refused(alert: number = alertDescription.unknown_ca, talk = this.talk()): this {
    const seed = 100 * this.count;
    playRefused(talk.connect(), { hello: tls12Hello(seed, sni), seed: seed + 1, server: rsa }, 'client', alert);
    return this;
  }

  /** How many were counted unread, after the same was expected of everything else. */
  async repeats(about: string, options: CaptureOptions = {}): Promise<number> {
    const bytes = this.trace.toPcapng();
    return await expectSame(bytes, about, options);
  }
}

export function times(count: number, make: () => unknown): void {
  for (let i = 0; i < count; i++) make();
}
