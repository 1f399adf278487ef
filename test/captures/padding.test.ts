/** Tools that write captures anew may count the padding of short Ethernet frames into packets: nobody sent it, and it is no answer. */

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

describe('a capture with padding in an acknowledgement', () => {
  for (const padding of [2, 6]) {
    it(`of ${padding} zeros does not say that the server answered something else`, async () => {
      const trace = new Trace();
      const talk = new Talk(trace, { timestamps: false }).connect();
      talk.send('client', helloRecord(hello));
      const padded = { side: 'server', offset: 0, bytes: new Uint8Array(padding) } as const;
      talk.transmit(padded, { flags: tcpFlag.ack, lost: true });
      talk.send('server', streams.server);
      talk.send('client', streams.client);
      talk.send('server', streams.serverEnd);
      talk.close('client');
      const report = await analyzeCapture(trace.toPcapng(), { now: new Date('2026-03-05T00:00:00Z') });
      expect(report.conversations.map(({ clientHello }) => clientHello?.sni)).to.deep.equal([name]);
      expect(report.findings.map(({ id }) => id)).to.deep.equal([]);
    });
  }
});
