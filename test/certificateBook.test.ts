import { expect } from 'chai';
import { analyzeCapture } from '../lib/captures.ts';
import { concat, handshakeType } from '../lib/wire/index.ts';
import { goodHello } from './support/capture/hostile/row.ts';
import { inRecords, serverHelloMessage } from './support/capture/hostile/tls.ts';
import { bytesFrom } from './support/capture/random.ts';
import { Talk } from './support/capture/talk.ts';
import { message } from './support/capture/tls/messages.ts';
import { Trace } from './support/capture/trace.ts';
import {
  algorithms,
  altNames,
  bits,
  ca,
  certificateOf,
  der,
  dns,
  fixedKeys,
  int,
  nameOf,
  oid,
  seededRandom,
  seq,
} from './x509/der.ts';

const now = new Date('2025-06-01T00:00:00Z');

describe('the certificates of a capture', () => {
  it('cost bounded work in signatures, however dear their keys and many their chains', async () => {
    const name = nameOf(['CN', 'the same']);
    const authorities = Array.from({ length: 31 }, (_, i) =>
      certificateOf({
        subject: name,
        keys: { ...fixedKeys(i), spki: dearKey(i) },
        signer: fixedKeys(i),
        algorithm: algorithms.sha256WithRSAEncryption,
        extensions: [ca],
      }),
    );
    const { chains } = await analyzeCapture(sentIn(shuffled(authorities, 12)), { now });
    expect(chains).to.have.length(12);
    // Each is cut by its own limit, and the later ones are not begun.
    expect(chains.map(({ assessment }) => assessment.limited)).to.deep.equal(Array(12).fill(true));
    expect(chains[0]?.assessment.trust).to.equal('bad-signature');
    expect(chains.at(-1)?.assessment.trust).to.equal('unverified');
  });

  it('are looked at in so many chains, and the others counted', async () => {
    const nothing = Array.from({ length: 32 }, (_, i) => Uint8Array.of(0x30, 1, i));
    const { chains, counters } = await analyzeCapture(sentIn(shuffled(nothing, 1030)), { now });
    expect(chains).to.have.length(1024);
    expect(counters.dropped).to.include({ 'chain-not-assessed': 6 });
  });

  it('count by their names in that: those with thousands are looked at in fewer chains', async () => {
    const names = Array.from({ length: 5_000 }, (_, i) => dns(`${10_000 + i}.x.y`));
    const large = Array.from({ length: 40 }, (_, i) =>
      certificateOf({
        subject: nameOf(['CN', `large ${i}`]),
        keys: fixedKeys(1),
        serial: int(i + 1),
        extensions: [altNames(...names)],
      }),
    );
    const pairs = large.slice(0, 100 / 4).flatMap((leaf, i) => [1, 2, 3, 4].map((k) => [leaf, large[i + k] ?? leaf]));
    const { counters, certificates, chains } = await analyzeCapture(sentIn(pairs), { now });
    expect(certificates).to.have.length(29);
    expect(chains.length).to.be.within(60, 90);
    expect(counters.dropped).to.deep.equal({ 'chain-not-assessed': 100 - chains.length });
  }).timeout(30_000);
});

/** An RSA key of 3072 bits whose exponent is as long. */
function dearKey(seed: number): Uint8Array {
  const number = bytesFrom(seed)(385).fill(0, 0, 1).fill(0xd5, 1, 2).fill(1, 384);
  return seq(seq(oid('1.2.840.113549.1.1.1'), der(5)), bits(seq(der(0x02, number), der(0x02, number.with(1, 0x95)))));
}

function shuffled(certificates: readonly Uint8Array[], times: number): Uint8Array[][] {
  const random = seededRandom(7);
  return Array.from({ length: times }, () => {
    const order = [...certificates];
    for (let i = order.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [order[i], order[j]] = [order[j] as Uint8Array, order[i] as Uint8Array];
    }
    return order;
  });
}

/** A capture with a handshake for each chain. */
function sentIn(chains: readonly (readonly Uint8Array[])[]): Uint8Array {
  const trace = new Trace();
  for (const [i, chain] of chains.entries()) {
    const list = sized(concat(...chain.map(sized)));
    const talk = new Talk(trace, { client: { port: 20_000 + i } }).connect();
    talk.send('client', goodHello, { ack: false });
    talk.send('server', inRecords(concat(serverHelloMessage(), message(handshakeType.certificate, list))), {
      ack: false,
    });
    talk.close('server');
  }
  return trace.toPcap();
}

function sized(bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(bytes.length >> 16, bytes.length >> 8, bytes.length), bytes);
}
