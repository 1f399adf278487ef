import { expect } from 'chai';
import { Failures } from '../../../lib/capture/conversations/failures.ts';
import { Counters } from '../../../lib/capture/counters.ts';
import type { TcpFacts } from '../../../lib/capture/flow/index.ts';
import type { IcmpEvidence } from '../../../lib/evidence/index.ts';
import { clientSeq, flag, type Segment, serverSeq, Wire } from '../flow/wire.ts';

const icmp = (type: number, code: number, from = '10.0.0.1'): IcmpEvidence => ({ type, code, from, mtu: null });

/** What the tracker tells of a SYN and what follows it. */
function factsOf(says: (wire: Wire) => void): TcpFacts {
  const wire = new Wire();
  wire.send({ seq: clientSeq, flags: flag.syn });
  says(wire);
  return wire.tracker.facts(0);
}

const silence = factsOf(() => {});
const refusal = factsOf((wire) =>
  wire.send({ from: 'server', seq: 0, ack: clientSeq + 1, flags: flag.rst | flag.ack }),
);

function listed(tcp: TcpFacts, errors: readonly IcmpEvidence[] = [], waited = false) {
  const failures = new Failures(new Counters(), []);
  failures.flow(tcp, errors, waited);
  return failures.failedConnections();
}

describe('capture: connections that failed', () => {
  it('are refused by a RST, whatever ICMP says, and unanswered only when there was time for an answer', () => {
    expect(listed(refusal)).to.have.length(1);
    expect(listed(refusal, [icmp(3, 1)])[0]).to.include({ kind: 'refused', count: 1 });
    expect(listed(silence)).to.deep.equal([]);
    expect(listed(silence, [], true)[0]).to.include({ kind: 'unanswered', icmp: null });
  });

  it('are unreachable by an ICMP error that says so, and by no other', () => {
    const prohibited = icmp(3, 13);
    expect(listed(silence, [icmp(11, 0), prohibited])[0]).to.deep.include({ kind: 'unreachable', icmp: prohibited });
    expect(listed(silence, [icmp(3, 4)])).to.deep.equal([]);
    expect(listed(silence, [icmp(1, 0, '2001:db8::1')])[0]).to.include({ kind: 'unreachable' });
  });

  it('are unreachable by "time exceeded" in transit when nothing better came, apart from other errors', () => {
    for (const loop of [icmp(11, 0), icmp(3, 0, '2001:db8::1')]) {
      expect(listed(silence, [loop])[0]).to.deep.include({ kind: 'unreachable', icmp: loop });
    }
    // Of fragments that did not come.
    expect(listed(silence, [icmp(11, 1)], true)[0]).to.include({ kind: 'unanswered', icmp: null });
    expect(listed(silence, [icmp(3, 1, '2001:db8::1')], true)[0]).to.include({ kind: 'unanswered', icmp: null });
    expect(listed(refusal, [icmp(11, 0)])[0]).to.include({ kind: 'refused', icmp: null });
    const other = factsOf((wire) => wire.send({ from: 'server', seq: serverSeq, ack: 77 }));
    expect(listed(other, [icmp(11, 0)], true)).to.deep.equal([]);

    const failures = new Failures(new Counters(), []);
    for (const error of [icmp(11, 0), icmp(3, 13)]) failures.flow(silence, [error], true);
    expect(failures.failedConnections().map(({ icmp }) => icmp)).to.deep.equal([icmp(11, 0), icmp(3, 13)]);
  });

  it('are none where the server answered', () => {
    const opened = factsOf((wire) =>
      wire.send({ from: 'server', seq: serverSeq, ack: clientSeq + 1, flags: flag.syn | flag.ack }),
    );
    expect(listed(opened, [icmp(3, 1)], true)).to.deep.equal([]);
    const other = factsOf((wire) => wire.send({ from: 'server', seq: serverSeq, ack: 77 }));
    expect(listed(other, [], true)).to.deep.equal([]);
  });

  it('are none where the client goes on as after an answer, which the capture of one direction lacks', () => {
    const alone = (...segments: readonly Segment[]) =>
      listed(
        factsOf((wire) => wire.send(...segments)),
        [],
        true,
      );
    const again: Segment = { seq: clientSeq, flags: flag.syn };
    const hello: Segment = { seq: clientSeq + 1, ack: serverSeq + 1, data: 'hello' };
    expect(alone({ seq: clientSeq + 1, ack: serverSeq + 1 })).to.deep.equal([]);
    expect(alone(again, hello)).to.deep.equal([]);
    expect(alone(again, { seq: clientSeq + 1, flags: flag.rst })).to.deep.equal([]);
    expect(alone(again)).to.have.length(1);
  });

  it('are counted by server, 20 of them told one by one', () => {
    const failures = new Failures(new Counters(), []);
    for (let i = 0; i < 30; i++)
      failures.flow({ ...refusal, firstPacket: i + 1, a3: i, firstTime: 1000 * i, lastTime: 1000 * i + 5 }, [], false);
    const [only, ...others] = failures.failedConnections();
    expect(others).to.deep.equal([]);
    expect(only).to.include({ count: 30, firstAt: '1970-01-01T00:00:00.000Z', lastAt: '1970-01-01T00:00:29.005Z' });
    expect(only?.clients).to.have.length(20);
    expect(only?.packets).to.have.length(20);
  });

  it('are judged at ports of TLS, at those that were asked for, and where TLS was seen', () => {
    const failures = new Failures(new Counters(), [9999]);
    for (const portB of [443, 8305, 22, 9999, 4433]) failures.flow({ ...refusal, portB }, [], false);
    failures.tlsServer(failures.failedConnections()[4]?.server.address ?? '', 4433);
    expect(failures.failedConnections().map(({ server, judged }) => [server.port, judged])).to.deep.equal([
      [443, true],
      [8305, true],
      [22, false],
      [9999, true],
      [4433, true],
    ]);
  });

  it('are told with their packets in rising order, in whatever order they end', () => {
    const failures = new Failures(new Counters(), []);
    for (const firstPacket of [9, 4, 7]) failures.flow({ ...refusal, firstPacket }, [], false);
    failures.flow({ ...refusal, portB: 444, firstPacket: 5 }, [], false);
    expect(failures.failedConnections().map(({ packets }) => packets)).to.deep.equal([[4, 7, 9], [5]]);
  });

  it('are listed for a thousand servers, and counted beyond', () => {
    const counters = new Counters();
    const failures = new Failures(counters, []);
    for (let portB = 1; portB <= 1003; portB++) failures.flow({ ...refusal, portB }, [], false);
    expect(failures.failedConnections()).to.have.length(1000);
    expect(counters.toJSON()).to.deep.equal({ 'failed-connections-not-listed': 3 });
  });
});

describe('capture: ARP', () => {
  const [request, reply, host, gateway] = [1, 2, 0x0a000002, 0x0a000001];
  const ask = (failures: Failures, target: number, times: number): void => {
    for (let i = 0; i < times; i++) failures.arp(request, host, target, i + 1);
  };

  it('is unanswered after three requests', () => {
    const failures = new Failures(new Counters(), []);
    ask(failures, gateway, 2);
    expect(failures.unansweredArp()).to.deep.equal([]);
    ask(failures, gateway, 1);
    expect(failures.unansweredArp()).to.deep.equal([{ address: '10.0.0.1', count: 3, packets: [1, 2, 1] }]);
  });

  it('is answered by a reply, by a request of the address itself, and by one that came before', () => {
    for (const operation of [reply, request]) {
      const failures = new Failures(new Counters(), []);
      ask(failures, gateway, 3);
      failures.arp(operation, gateway, host, 9);
      ask(failures, gateway, 3);
      expect(failures.unansweredArp()).to.deep.equal([]);
    }
  });

  it("takes probes for an address of one's own for no question (RFC 5227)", () => {
    const failures = new Failures(new Counters(), []);
    for (let i = 0; i < 5; i++) {
      failures.arp(request, 0, gateway, i);
      failures.arp(request, gateway, gateway, i);
    }
    expect(failures.unansweredArp()).to.deep.equal([]);
  });

  it('remembers so many addresses, and counts requests for others', () => {
    const counters = new Counters();
    const failures = new Failures(counters, []);
    for (let i = 1; i <= 65_536; i++) failures.arp(reply, i, 0, i);
    for (let i = 0; i < 1000; i++) failures.arp(reply, 0x0b000000 + i, 0, i);
    for (let i = 0; i < 3; i++) failures.arp(request, 1, 0x0b000000, i);
    expect(failures.unansweredArp()).to.deep.equal([]);
    expect(counters.toJSON()).to.deep.equal({ 'arp-not-counted': 3 });
  });
});
