import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  encodeHello,
  firstFlight,
  type HelloPlan,
  makePreset,
  padTo,
  planOf,
  writesOf,
} from '../../lib/hello/index.ts';
import { concat, HandshakeDeframer, HarnessError, RecordDeframer, toHex } from '../../lib/wire/index.ts';
import { seededRandom } from './support.ts';

const spec = makePreset('openssl-3', { sni: 'vpn.example.com', random: seededRandom(1) });
const length = encodeHello(spec).length;

/** What a server puts together from the writes, and the fragment lengths it saw. */
function received(plan: HelloPlan): { message: string; records: number[]; versions: number[] } {
  const records = new RecordDeframer();
  const handshake = new HandshakeDeframer({ maxMessage: 70_000 });
  const seen = writesOf(plan).flatMap((write) => records.push(write));
  const messages = seen.flatMap(({ fragment }) => handshake.push(fragment));
  expect(messages).to.have.lengthOf(1);
  return {
    message: toHex(messages[0]?.raw ?? new Uint8Array()),
    records: seen.map(({ fragment }) => fragment.length),
    versions: seen.map(({ version }) => version),
  };
}

/** Lengths that leave at least one byte over. */
const cuts = (total: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: Math.ceil(total / 8) }), { maxLength: 8 });

describe('HelloPlan', () => {
  it('is one record and one write unless told otherwise', () => {
    const plan = planOf(spec);
    expect(writesOf(plan)).to.have.lengthOf(1);
    expect(received(plan)).to.deep.equal({ message: toHex(encodeHello(spec)), records: [length], versions: [0x0301] });
    expect(toHex(firstFlight(plan)).slice(0, 6)).to.equal('160301');
  });

  it('puts the same message together whatever the records and the writes are', () => {
    fc.assert(
      fc.property(cuts(length), cuts(length), (recordLengths, segmentLengths) => {
        const plan = planOf(spec, { recordLengths, segmentLengths });
        expect(received(plan).message).to.equal(toHex(plan.message));
        const rest = length - recordLengths.reduce((sum, n) => sum + n, 0);
        expect(received(plan).records).to.deep.equal(rest > 0 ? [...recordLengths, rest] : recordLengths);
        expect(
          writesOf(plan)
            .map((write) => write.length)
            .slice(0, segmentLengths.length),
        ).to.deep.equal(segmentLengths);
        expect(concat(...writesOf(plan))).to.deep.equal(firstFlight(plan));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('cuts a hello above 16 KiB into full records', () => {
    expect(received(planOf(padTo(spec, 40_000))).records).to.deep.equal([16_384, 16_384, 7232]);
  });

  it('takes edited bytes as they are', () => {
    const message = encodeHello(spec);
    message[5] = 0x99;
    const plan = planOf(message, { preset: 'openssl-3', gapMs: 20 });
    expect(plan.spec).to.equal(null);
    expect(received(plan).message).to.equal(toHex(message));
    expect(plan).to.include({ preset: 'openssl-3', gapMs: 20, recordVersion: 0x0301 });
  });

  it('carries the record version of the spec', () => {
    expect(received(planOf({ ...spec, recordVersion: '0x0303' })).versions).to.deep.equal([0x0303]);
  });

  it('refuses lengths that are out of range or add up to too much', () => {
    const refusal = (options: Parameters<typeof planOf>[1]) =>
      expect(() => planOf(spec, options))
        .to.throw(HarnessError)
        .with.property('code', 'bad-split');
    refusal({ recordLengths: [0] });
    refusal({ recordLengths: [16_385] });
    refusal({ recordLengths: [1.5] });
    refusal({ recordLengths: [length, 1] });
    refusal({ segmentLengths: [-1] });
    refusal({ segmentLengths: [length + 6] });
    expect(() => planOf(spec, { segmentLengths: [length, 6] })).to.throw(
      `The segment lengths add up to ${length + 6} bytes, but there are only ${length + 5}.`,
    );
    expect(writesOf(planOf(spec, { segmentLengths: [length + 5] }))).to.have.lengthOf(1);
  });
});
