/** Which flow a segment is of. */

import { expect } from 'chai';
import { IcmpError } from '../../../lib/capture/link/icmp.ts';
import { flag, Wire } from './wire.ts';

describe('Flows are told apart', () => {
  it('by addresses and ports, in IPv4 and IPv6', () => {
    const wire = new Wire();
    for (const version of [4, 6] as const)
      for (const clientAddress of [1, 2])
        for (const clientPort of [1, 2]) {
          const of = { version, clientAddress, clientPort };
          wire.send({ ...of, seq: 0, flags: flag.syn }, { ...of, from: 'server', seq: 0, ack: 1, flags: flag.syn });
          wire.send({ ...of, seq: 1, ack: 1, data: `${version}${clientAddress}${clientPort} ` });
        }
    expect(wire.tracker.flows).to.equal(8);
    expect(wire.story).to.equal('411 412 421 422 611 612 621 622 ');
    const facts = wire.finish().facts;
    expect(facts).to.include({ a0: 0x20010db8, a3: 2, b0: 0xfe800000, b1: 1, b2: 2, b3: 3 });
    expect(facts.synAck?.ipId).to.equal(null);
  });

  it('when an ICMP error quotes one of their segments', () => {
    const wire = new Wire().connect([], 5).connect([], 6).connect([], 7);
    const icmp = new IcmpError();
    Object.assign(icmp, { source2: 0xffff, source3: 0x0a000001, destination2: 0xffff, destination3: 0xc0a80001 });
    Object.assign(icmp, { protocol: 6, sourcePort: 6, destinationPort: 443 });
    expect(wire.tracker.flowOf(icmp)).to.equal(1);
    Object.assign(icmp, { source3: 0xc0a80001, destination3: 0x0a000001, sourcePort: 443, destinationPort: 7 });
    expect(wire.tracker.flowOf(icmp)).to.equal(2);
    icmp.destinationPort = 8;
    expect(wire.tracker.flowOf(icmp)).to.equal(-1);
    icmp.sourcePort = -1;
    expect(wire.tracker.flowOf(icmp)).to.equal(-1);
    wire.finish();
    Object.assign(icmp, { sourcePort: 443, destinationPort: 7 });
    expect(wire.tracker.flowOf(icmp)).to.equal(-1);
  });
});
