/** Captures that have packets later than they were, or lack some: several queues, several interfaces, clocks that differ. */

import { expect } from 'chai';
import { Talk, Trace, type TracePacket } from '../support/capture/index.ts';
import { reportOf, tls13 } from './scenes.ts';

/** A TLS 1.3 connection in which the server says nothing after the client's Finished, and its packets. */
function healthy(): TracePacket[] {
  const trace = new Trace();
  const { hello, server, client } = tls13();
  const talk = new Talk(trace).connect();
  talk.send('client', hello);
  talk.send('server', server);
  talk.send('client', client);
  talk.close('client');
  return trace.packets;
}

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
});
