/** Connections that something on the way, or a closed port, ends before there is a handshake. */

import { arpOperation, arpPacket, ethernetFrame, etherType } from '../../lib/capture/write/index.ts';
import { Trace } from '../../test/support/capture/index.ts';
import { helloRecord } from '../../test/support/capture/tls/messages.ts';
import { tls12Hello } from '../../test/support/capture/tls/play.ts';
import { address, headendName, type Recipe, sftunnelTalk, vpnTalk } from './recipe.ts';

export const policyRecipes: readonly Recipe[] = [
  {
    name: 'port-8305-refused',
    make() {
      const trace = new Trace();
      for (let i = 0; i < 4; i++) {
        sftunnelTalk(trace, 'device', 36_402 + 2 * i)
          .syn()
          .reset('server');
        trace.wait(44_000);
      }
      return trace.toPcapng();
    },
  },
  {
    name: 'syn-unanswered',
    make() {
      const trace = new Trace();
      const talk = vpnTalk(trace, 50_300);
      for (const after of [0, 1000, 2000, 4000, 8000]) {
        trace.wait(after);
        talk.syn({ lost: true });
      }
      return trace.toPcapng();
    },
  },
  {
    name: 'reset-injected',
    make() {
      const trace = new Trace();
      const talk = vpnTalk(trace, 50_310, { rtt: 18 }).connect();
      talk.send('client', helloRecord(tls12Hello(310, headendName)), { ack: false });
      // A box three hops nearer than the server answers in its name.
      talk.reset('server', { ttl: 60, id: 0, dontFragment: false });
      return trace.toPcapng();
    },
  },
  {
    name: 'arp-unanswered',
    make() {
      const trace = new Trace();
      const router = '00:00:5e:00:53:01';
      const request = arpPacket({
        operation: arpOperation.request,
        senderHardware: router,
        senderAddress: '198.51.100.1',
        targetAddress: address.headend,
      });
      const frame = ethernetFrame(
        { source: router, destination: 'ff:ff:ff:ff:ff:ff', etherType: etherType.arp },
        request,
      );
      for (let i = 0; i < 6; i++) {
        trace.add(frame);
        trace.wait(1000);
      }
      return trace.toPcapng();
    },
  },
];
