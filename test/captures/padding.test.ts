/** Tools that write captures anew may count the padding of the smallest Ethernet frame into the IP packet: it is no data. */

import { expect } from 'chai';
import { webIdentity } from '../../captures/make/pki.ts';
import { tcpFlag } from '../../lib/capture/write/index.ts';
import { analyzeCapture } from '../../lib/captures.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../support/capture/tls/tls12.ts';

const name = 'vpn.example.com';
const hello = tls12Hello(7, name);
const streams = tls12Streams(tls12Handshake({ hello, seed: 8, server: webIdentity([name]) }));

describe('a capture with padding in its packets', () => {
  it('shows the handshake as one without', async () => {
    const trace = new Trace();
    const talk = new Talk(trace, { timestamps: false }).connect();
    const padded = (side: 'client' | 'server', offset: number): void => {
      talk.transmit({ side, offset, bytes: new Uint8Array(6) }, { flags: tcpFlag.ack, lost: true });
    };
    const record = helloRecord(hello);
    padded('client', 0);
    padded('server', 0);
    talk.send('client', record);
    padded('server', 0);
    talk.send('server', streams.server);
    padded('client', record.length);
    talk.send('client', streams.client);
    padded('server', streams.server.length);
    talk.send('server', streams.serverEnd);
    talk.close('client');
    const { conversations, counters, findings } = await analyzeCapture(trace.toPcapng(), {
      now: new Date('2026-03-05T00:00:00Z'),
    });
    expect(conversations.map(({ outcome, clientHello }) => [outcome, clientHello?.sni])).to.deep.equal([
      ['completed', name],
    ]);
    expect(conversations[0]?.loss.retransmissions).to.equal(0);
    expect(counters.dropped).to.deep.equal({});
    expect(findings.map(({ id }) => id).filter((id) => !id.startsWith('cert.'))).to.deep.equal([]);
  });
});
