/** The handshakes of the benchmark captures: mutual TLS 1.2 with long chains, refusals, TLS 1.3, MTU black holes. */

import { rsaKey } from '../../../captures/make/keys.ts';
import { subjectOf } from '../../../captures/make/pki.ts';
import { buildHello, padTo } from '../../../lib/hello/index.ts';
import { createTestPki, type KeyPair, type TestCertificate } from '../../../lib/lab/index.ts';
import { alertDescription, group, tlsVersion } from '../../../lib/wire/index.ts';
import { Talk, Trace } from '../../support/capture/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { ed25519Key } from '../../support/capture/tls/keys.ts';
import { helloRecord, type Identity } from '../../support/capture/tls/messages.ts';
import { playRefused, playTls13, tls12Hello, tls13Hello } from '../../support/capture/tls/play.ts';
import { type Tls12Options, tls12Handshake, tls12Streams } from '../../support/capture/tls/tls12.ts';
import { type Template, templateOf } from './replay.ts';

export interface Sessions {
  /** Seven certificates: a server's chain of four, a client's of three. */
  readonly mutual: readonly Template[];
  /** The same with a client's chain of two. */
  readonly shorter: readonly Template[];
  /** The client refuses the server's chain of four. */
  readonly refused: readonly Template[];
  readonly tls13: readonly Template[];
  /** The head of the hello never arrives. */
  readonly blackHole: readonly Template[];
  readonly distinctCertificates: number;
}

const servers = 8;

export function makeSessions(): Sessions {
  const pki = makePki();
  const play = (index: number, options: Partial<Tls12Options>, certificates: number, refuse = false): Template => {
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    const hello = tls12Hello(1000 + index, `host${index}.example.com`);
    const full = { hello, seed: 2000 + index, server: pki.server(index), ...options };
    if (refuse) playRefused(talk, full, 'client', alertDescription.unknown_ca);
    else playBriefly(talk, full);
    return templateOf(trace, certificates, !refuse);
  };
  const each = (make: (index: number) => Template): Template[] => Array.from({ length: servers }, (_, i) => make(i));
  const { authorities } = pki;
  return {
    mutual: each((i) => play(i, { client: pki.client(i, 3), authorities }, 7)),
    shorter: each((i) => play(i, { client: pki.client(i, 2), authorities }, 6)),
    refused: each((i) => play(i, { authorities }, 4, true)),
    tls13: each((i) => tls13(i, pki.modern)),
    blackHole: each(blackHole),
    distinctCertificates: 2 * servers + 3,
  };
}

/** A handshake and the FINs; what can be acknowledged with data is. */
function playBriefly(talk: Talk, options: Tls12Options): void {
  const streams = tls12Streams(tls12Handshake(options));
  talk.send('client', helloRecord(options.hello), { ack: false });
  talk.send('server', streams.server);
  talk.send('client', streams.client, { ack: false });
  talk.send('server', streams.serverEnd, { ack: false });
  talk.close();
}

function makePki() {
  const random = bytesFrom(1);
  const now = new Date('2026-03-04T05:06:07Z');
  const pki = createTestPki({ now, random });
  const authority = (name: string, key: KeyPair, issuer: TestCertificate | 'self'): TestCertificate =>
    pki.issue({
      subject: [
        ['C', 'JP'],
        ['O', 'Example Benchmark Organisation'],
        ['CN', name],
      ],
      key,
      issuer,
      isCa: true,
    });
  const root = authority('Example Benchmark Root CA', rsaKey('root'), 'self');
  const policy = authority('Example Benchmark Policy CA', rsaKey('intermediate'), root);
  const issuing = authority('Example Benchmark Issuing CA', rsaKey('internal-ca'), policy);
  const leaf = (kind: string, index: number, key: KeyPair): TestCertificate => {
    const others = Array.from({ length: 21 }, (_, i) => `${kind}${index}-${i}.benchmark.example.com`);
    const names = [`host${index}.example.com`, ...others];
    return pki.issue({ names, key, issuer: issuing, caIssuers: ['http://ca.example.com/issuing.crt'] });
  };
  const identities = (kind: string, key: KeyPair): Identity[] =>
    Array.from({ length: servers }, (_, i) => {
      const { der, privateKey } = leaf(kind, i, key);
      return { certificates: [der, issuing.der, policy.der, root.der], privateKey };
    });
  const [serverSide, clientSide] = [identities('server', rsaKey('server')), identities('client', rsaKey('device'))];
  const edKey = ed25519Key(new Uint8Array(32).fill(7));
  return {
    authorities: [subjectOf(issuing.der)],
    server: (index: number): Identity => serverSide[index] as Identity,
    client(index: number, certificates: number): Identity {
      const identity = clientSide[index] as Identity;
      return { ...identity, certificates: identity.certificates.slice(0, certificates) };
    },
    modern: { certificates: [leaf('modern', 0, edKey).der, issuing.der, policy.der], privateKey: edKey.privateKey },
  };
}

function tls13(index: number, server: Identity): Template {
  const trace = new Trace();
  const clientSeed = new Uint8Array(32).fill(index);
  const hello = tls13Hello(3000 + index, `host${index}.example.com`, clientSeed);
  playTls13(new Talk(trace).connect(), { hello, clientSeed, seed: 4000 + index, server });
  return templateOf(trace, 0, true);
}

function blackHole(index: number): Template {
  const trace = new Trace();
  const talk = new Talk(trace).connect();
  const hello = buildHello({
    versions: [tlsVersion['TLSv1.2'], tlsVersion['TLSv1.3']],
    groups: [group.X25519MLKEM768, group.x25519],
    sni: `host${index}.example.com`,
    random: bytesFrom(5000 + index),
  });
  const [head] = talk.send('client', helloRecord(padTo(hello, 1695)), { lost: [0] });
  if (head === undefined) throw new RangeError('no segment');
  for (const pause of [7, 193, 450, 850, 1600, 3400]) {
    trace.wait(pause);
    talk.transmit(head, { lost: true });
  }
  return templateOf(trace, 0, false);
}
