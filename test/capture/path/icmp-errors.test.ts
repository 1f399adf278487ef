import { expect } from 'chai';
import { Counters } from '../../../lib/capture/counters.ts';
import { IcmpError } from '../../../lib/capture/link/icmp.ts';
import { IcmpErrors } from '../../../lib/capture/path/icmp-errors.ts';

const error = new IcmpError();

function kept(): { errors: IcmpErrors; left: () => number } {
  const counters = new Counters();
  return { errors: new IcmpErrors(counters), left: () => counters.toJSON()['icmp-not-listed'] ?? 0 };
}

describe('capture icmp errors', () => {
  it('are kept by flow, in the order they came, until the flow is over', () => {
    const { errors } = kept();
    for (const packet of [3, 5, 8]) errors.add(packet % 2, error, packet, '192.0.2.1');
    expect(errors.of(1).map(({ packet, from }) => [packet, from])).to.deep.equal([
      [3, '192.0.2.1'],
      [5, '192.0.2.1'],
    ]);
    expect(errors.of(7)).to.deep.equal([]);
    errors.forget(1);
    errors.forget(7);
    expect(errors.of(1)).to.deep.equal([]);
    expect(errors.of(0)).to.have.lengthOf(1);
  });

  it('are at most 20 of a flow and 100,000 together; those beyond are counted', () => {
    const { errors, left } = kept();
    for (let packet = 0; packet < 25; packet++) errors.add(0, error, packet, '');
    expect(errors.of(0).map(({ packet }) => packet)).to.deep.equal(Array.from({ length: 20 }, (_, i) => i));
    expect(left()).to.equal(5);
    for (let flow = 1; flow < 5000; flow++) for (let i = 0; i < 20; i++) errors.add(flow, error, i, '');
    expect(left()).to.equal(5);
    errors.add(5000, error, 1, '');
    expect(left()).to.equal(6);
    expect(errors.of(5000)).to.deep.equal([]);
    errors.forget(1);
    for (let i = 0; i < 21; i++) errors.add(5000, error, i, '');
    expect(errors.of(5000)).to.have.lengthOf(20);
    expect(left()).to.equal(7);
  });
});
