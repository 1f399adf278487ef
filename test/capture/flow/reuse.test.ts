/** Ports that are used again, seen through the whole analyzer. */

import { expect } from 'chai';
import { CaptureAnalyzer, defaultCaptureLimits } from '../../../lib/capture/index.ts';
import { Talk, Trace } from '../../support/capture/index.ts';
import { helloRecord } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';

describe('Connections one after the other on the same ports', () => {
  for (const end of ['close', 'reset'] as const) {
    it(`are all looked at (${end})`, () => {
      const trace = new Trace();
      for (const [i, sni] of ['one.example', 'two.example', 'three.example'].entries()) {
        const talk = new Talk(trace, { client: { isn: 1_000_000 * (i + 1) } }).connect();
        talk.send('client', helloRecord(tls12Hello(i, sni)));
        if (end === 'close') talk.close();
        else talk.reset('server');
      }
      const analyzer = new CaptureAnalyzer({ limits: defaultCaptureLimits });
      analyzer.push(trace.toPcapng());
      analyzer.end();
      for (let done = false; !done; ) done = analyzer.finish();
      const names = analyzer
        .take()
        .flatMap((event) => (event.type === 'conversation' ? [event.conversation.clientHello?.sni] : []));
      expect(names).to.deep.equal(['one.example', 'two.example', 'three.example']);
    });
  }
});
