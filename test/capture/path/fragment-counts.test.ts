import { expect } from 'chai';
import { Counters } from '../../../lib/capture/counters.ts';
import { Datagram } from '../../../lib/capture/datagram.ts';
import { FragmentCounts } from '../../../lib/capture/path/fragment-counts.ts';

const [a, b] = [
  { address: '10.0.0.1', port: 50_000 },
  { address: '10.0.0.2', port: 443 },
] as const;

/** A datagram from a to b, or back. */
function datagram({ back = false, head = true, fragments = 0 } = {}): Datagram {
  const d = new Datagram();
  d.protocol = 17;
  const [source, destination] = back ? [b, a] : [a, b];
  d.source2 = 0xffff;
  d.destination2 = 0xffff;
  d.source3 = 0x0a000000 + Number(source.address.at(-1));
  d.destination3 = 0x0a000000 + Number(destination.address.at(-1));
  d.bytes = Uint8Array.of(source.port >> 8, source.port & 255, destination.port >> 8, destination.port & 255);
  d.end = head ? 4 : 0;
  d.fragments = fragments;
  return d;
}

describe('capture: counts of fragments', () => {
  it('belong to the conversation, whoever sent them', () => {
    const counts = new FragmentCounts(new Counters());
    counts.whole(datagram({ fragments: 2 }));
    counts.whole(datagram({ back: true, fragments: 3 }));
    counts.incomplete(datagram({ back: true }), 4);
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const)
      expect(counts.of(17, one, other)).to.deep.equal({ seen: 9, incomplete: 1, later: true });
  });

  it('are first ones only, as filters on ports leave them, until another one is seen of any datagram', () => {
    const counts = new FragmentCounts(new Counters());
    counts.incomplete(datagram(), 1);
    counts.incomplete(datagram(), 1);
    expect(counts.of(17, a, b)).to.deep.equal({ seen: 2, incomplete: 2 });
    counts.whole(datagram({ back: true, fragments: 2 }));
    expect(counts.of(17, a, b)).to.deep.equal({ seen: 4, incomplete: 2, later: true });
  });

  it('are told apart where the pairs take turns', () => {
    const counts = new FragmentCounts(new Counters());
    const c = { ...a, address: '10.0.0.7' };
    for (let i = 0; i < 6; i++) {
      const d = datagram({ fragments: 2 });
      if (i % 2 === 1) d.source3 = 0x0a00_0007;
      counts.whole(d);
    }
    expect(counts.of(17, a, b).seen).to.equal(6);
    expect(counts.of(17, c, b).seen).to.equal(6);
  });

  it('are none of other ports, protocols and addresses', () => {
    const counts = new FragmentCounts(new Counters());
    expect(counts.of(17, a, b)).to.deep.equal({ seen: 0, incomplete: 0 });
    counts.incomplete(datagram(), 1);
    for (const [protocol, one, other] of [
      [17, { ...a, port: 1 }, b],
      [6, a, b],
      [17, a, { ...b, address: '10.0.0.3' }],
    ] as const)
      expect(counts.of(protocol, one, other)).to.deep.equal({ seen: 0, incomplete: 0 });
  });

  it('whose ports are not known count for every conversation of the two addresses', () => {
    const counts = new FragmentCounts(new Counters());
    counts.incomplete(datagram({ head: false }), 1);
    expect(counts.of(17, a, b)).to.deep.equal({ seen: 1, incomplete: 1, later: true });
    expect(counts.of(17, { ...a, port: 9 }, { ...b, port: 8 })).to.deep.equal({ seen: 1, incomplete: 1, later: true });
  });

  it('are kept of ten thousand pairs, and given up visibly beyond', () => {
    const counters = new Counters();
    const counts = new FragmentCounts(counters);
    const d = datagram({ fragments: 2 });
    for (let i = 0; i < 10_003; i++) {
      d.source3 = i;
      counts.whole(d);
    }
    counts.incomplete(d, 1);
    d.source3 = 0;
    counts.whole(d);
    expect(counters.toJSON()).to.deep.equal({ 'fragment-pairs-not-counted': 4 });
  });
});
