/** Captures that have packets later than they were, or lack some: several queues, several interfaces, clocks that differ. */

import { expect } from 'chai';
import { ipProtocol, type TcpFields, tcpFlag, tcpSegment } from '../../lib/capture/write/index.ts';
import { otherSide, type Side, Talk, Trace, type TracePacket } from '../support/capture/index.ts';
import { later, reportOf, tls12, tls13 } from './scenes.ts';

/** A TLS 1.3 connection in which the server says nothing after the client's Finished, unless it closes: its packets. */
function healthy(by: Side = 'client'): TracePacket[] {
  const trace = new Trace();
  const { hello, server, client } = tls13();
  const talk = new Talk(trace).connect();
  talk.send('client', hello);
  talk.send('server', server);
  talk.send('client', client);
  talk.send('client', data);
  if (by === 'server') talk.send('server', data);
  talk.close(by);
  return trace.packets;
}

const data = Uint8Array.of(0x17, 3, 3, 0, 100, ...new Uint8Array(100));

async function told(packets: readonly TracePacket[]): Promise<string[]> {
  const trace = new Trace();
  trace.packets.push(...packets);
  const { conversations, findings } = await reportOf(trace);
  return [...conversations.map(({ outcome }) => outcome), ...findings.map(({ id }) => id)];
}

describe('captures: packets that come late, or not at all', () => {
  it('do not make the server the one that ended a handshake, when its FIN acknowledges that of the client', async () => {
    const packets = healthy();
    const fin = packets.length - 3;
    const [clientFin, serverFin] = [packets[fin], packets[fin + 1]];
    if (clientFin === undefined || serverFin === undefined) throw new Error('no FINs');
    expect(await told(packets)).to.deep.equal(['completed']);
    expect(await told(packets.toSpliced(fin, 1)), 'missing').to.deep.equal(['completed']);
    expect(await told(packets.toSpliced(fin, 2, serverFin, clientFin)), 'late').to.deep.equal(['completed']);
  });

  it('leave open how a handshake ended when each side goes on in them before the other one has answered', async () => {
    const isServers = ({ bytes }: TracePacket): boolean => ((bytes[34] ?? 0) << 8) + (bytes[35] ?? 0) === 443;
    for (const by of ['client', 'server'] as const) {
      for (const late of [5, 15, 25, 50, 1_000, -15, -25, -50, -1_000]) {
        const packets = healthy(by).map((each) => (isServers(each) ? { ...each, time: each.time + late } : each));
        const [, ...ids] = await told(packets.sort((a, b) => a.time - b.time));
        expect(ids, `${by}, ${late} ms`).to.deep.equal([]);
      }
    }
  });

  it('leave open how a handshake ended when what the capture lost of it may have finished it', async () => {
    const { hello, server, client, serverEnd } = tls12();
    const ends = async (unseen: 'client' | 'server' | null, more = true): Promise<string[]> => {
      const talk = new Talk(new Trace()).connect();
      talk.send('client', hello);
      talk.send('server', server);
      if (more) talk.send('client', client, { unseen: unseen === 'client' ? [0] : [] });
      if (more) talk.send('server', serverEnd, { unseen: unseen === 'server' ? [0] : [] });
      talk.close('client');
      const report = await reportOf(talk.trace);
      return report.findings.flatMap(({ id }) => (id.startsWith('handshake.') ? [id] : []));
    };
    for (const unseen of ['client', 'server', null] as const) expect(await ends(unseen), `${unseen}`).to.deep.equal([]);
    expect(await ends(null, false)).to.deep.equal(['handshake.closed']);
  });

  it('do not make an answer incomplete of which the client acknowledged all', async () => {
    const { hello, server } = tls12();
    const ids = async (fate: { unseen?: number[]; lost?: number[] }): Promise<string[]> => {
      const trace = new Trace();
      const talk = new Talk(trace).connect();
      talk.send('client', hello);
      talk.send('server', server, { size: 1_200, ...fate });
      trace.wait(8_000);
      talk.close('client');
      return (await reportOf(trace)).findings.map(({ id }) => id).filter((id) => id.startsWith('handshake.'));
    };
    expect(await ids({ unseen: [1] })).to.deep.equal(['handshake.closed']);
    expect(await ids({ lost: [1] })).to.deep.equal(['handshake.silent']);
  });

  it('leave open whether a server breaks TLS when the capture lost what may have ended it (CCC of FTP, RFC 4217)', async () => {
    const { hello, server, client, serverEnd } = tls12();
    const ids = async (unseen: readonly number[]): Promise<string[]> => {
      const talk = new Talk(new Trace()).connect();
      talk.send('client', hello);
      talk.send('server', server);
      talk.send('client', client, { unseen });
      if (unseen.length > 0) talk.send('server', serverEnd);
      talk.send('server', new TextEncoder().encode('227 Entering Passive Mode\r\n'));
      talk.close('client');
      return (await reportOf(talk.trace)).findings.map(({ id }) => id).filter((id) => id.startsWith('handshake.'));
    };
    expect(await ids([0])).to.deep.equal([]);
    expect(await ids([])).to.deep.equal(['handshake.malformed']);
  });

  it('do not turn a refusal that is captured before its SYN into silence', async () => {
    const refused = (): Talk => new Talk(new Trace()).syn().reset('server');
    const { packets } = refused().trace;
    expect(await told(later(refused().trace).packets)).to.deep.equal(['policy.port-refused']);
    const swapped = new Trace();
    swapped.packets.push(...packets.toReversed());
    expect(await told(later(swapped.wait(1_000)).packets)).to.deep.equal(['policy.port-refused']);
  });
});

describe('captures: hellos in the SYN (TCP Fast Open)', () => {
  it('are refused with it: the server did not end a handshake', async () => {
    const trace = new Trace();
    const { hello } = tls13();
    const talk = new Talk(trace);
    const send = (side: 'client' | 'server', fields: Pick<TcpFields, 'seq' | 'ack' | 'flags'>, data?: Uint8Array) => {
      const ports = { sourcePort: talk.ports[side], destinationPort: talk.ports[otherSide(side)] };
      const segment = tcpSegment({ ...talk.pair.addresses(side), ...ports, ...fields, window: 64_240 }, data);
      trace.add(talk.pair.frame(side, talk.pair.packet(side, ipProtocol.tcp, segment)));
    };
    const seq = talk.isn.client;
    send('client', { seq, ack: 0, flags: tcpFlag.syn }, hello);
    send('server', { seq: 0, ack: seq + 1 + hello.length, flags: tcpFlag.rst | tcpFlag.ack });
    expect(await told(later(trace).packets)).to.deep.equal(['reset', 'policy.port-refused']);
  });
});
