/** Streams that begin like TLS, with bytes missing: what follows proves nothing of them. */

import { expect } from 'chai';
import { TlsReader } from '../../../lib/capture/tls/reader.ts';
import { analyzeCapture } from '../../../lib/captures.ts';
import { concat } from '../../../lib/wire/index.ts';
import { Talk, Trace } from '../../support/capture/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { helloRecord } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';
import { contextWith, mutual, type Piece } from './streams.ts';

const [hello, serverFlight] = mutual as readonly [Piece, Piece];

describe('What follows missing bytes of a record', () => {
  it('is no proof that the protocol is broken, whereas the same without a hole is', () => {
    const garbage = concat(serverFlight[1], new TextEncoder().encode('HTTP/1.1 200 OK\r\n'));
    const read = (hole: number) => {
      const reader = new TlsReader(contextWith());
      reader.data(0, hello[1], 0, hello[1].length);
      reader.data(1, garbage, 0, 600);
      if (hole > 0) reader.hole(1, hole);
      reader.data(1, garbage, 600 + hole, garbage.length);
      return reader.facts;
    };
    expect(read(0).malformed).to.deep.include({ from: 'server' });
    const { malformed, gap } = read(200);
    expect(malformed).to.equal(null);
    expect(gap.server).to.equal(true);
  });

  it('is not called broken TLS in a capture of a protocol that only begins like it', async () => {
    const random = bytesFrom(7);
    // The record that its first bytes seem to announce ends in the middle of the stream.
    const imitated = concat(Uint8Array.of(22, 3, 3, 8, 0, 2, 0, 7, 252), random(5000));
    const found = async (size: number, lost: readonly number[]): Promise<unknown> => {
      const talk = new Talk(new Trace()).connect();
      talk.send('client', helloRecord(tls12Hello(1, 'vpn.example.com')));
      talk.send('server', imitated, { size, order: [0, 1, 2, 3, 4, 5, 6, 7].filter((index) => !lost.includes(index)) });
      talk.close('client');
      const { findings } = await analyzeCapture(talk.trace.toPcap(), { now: new Date('2026-03-05T00:00:00Z') });
      return findings.map(({ id }) => id);
    };
    expect(await found(600, [])).to.deep.equal(['handshake.malformed']);
    expect(await found(600, [2])).not.to.include('handshake.malformed');
  });
});
