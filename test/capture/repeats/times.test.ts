/** Unread connections are read, or counted, later than they came: what is said of times must be of their packets. */

import { expect } from 'chai';
import { analyzeCapture } from '../../../lib/captures.ts';
import { readCertificate } from '../../../lib/x509/index.ts';
import type { Talk } from '../../support/capture/index.ts';
import { helloRecord, type Identity } from '../../support/capture/tls/messages.ts';
import { playTls12, tls12Hello } from '../../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../../support/capture/tls/tls12.ts';
import { Capture, enough, other, rsa, sni, times } from './connections.ts';
import { inPieces } from './told.ts';

const now = new Date('2026-03-05T00:00:00Z');
const { notBefore, notAfter } = readCertificate(rsa.certificates[0] as Uint8Array, { now });
const begins = Date.parse(notBefore ?? '');
const expires = Date.parse(notAfter ?? '');

/** A handshake that shows these certificates now, and goes on when it is told to. */
function begin(capture: Capture, server: Identity): () => Talk {
  const hello = tls12Hello(3, sni);
  const streams = tls12Streams(tls12Handshake({ hello, seed: 4, server }));
  const talk = capture.talk().connect();
  talk.send('client', helloRecord(hello));
  talk.send('server', streams.server);
  return () => {
    talk.send('client', streams.client);
    talk.send('server', streams.serverEnd);
    return talk.close('client');
  };
}

describe('times of unread connections', () => {
  it('are those that are told: whole milliseconds, also where certificates begin or cease to be valid', async () => {
    for (const bound of [begins, expires]) {
      // What they are compared with may be from before or after.
      for (const later of [-60_000, 60_000]) {
        const capture = new Capture();
        const early = [-1.4, -1, -0.4, 0, 0.4, 1, 1.4].map((fraction) => {
          capture.trace.at(bound + fraction - 0.02);
          return capture.talk().connect();
        });
        capture.trace.at(bound + later);
        times(enough, () => capture.tls12());
        for (const talk of early) {
          playTls12(talk, { hello: tls12Hello(3, sni), seed: 4, server: rsa });
          // They are judged before the next one ends.
          times(4, () => capture.tls12());
        }
        expect(await capture.repeats(`${later} ms from ${bound}`)).to.be.above(2);
      }
    }
  }).timeout(20_000);

  it('decide what was wrong with a certificate when it was first shown, whoever ended first', async () => {
    const capture = new Capture();
    capture.trace.at(expires - 1_000);
    const end = begin(capture, rsa);
    capture.trace.at(expires + 1_000);
    times(3, () => capture.tls12());
    end();
    await capture.repeats('expired meanwhile');
    const { certificates } = await analyzeCapture(inPieces(capture.trace.toPcapng()), { now });
    expect(certificates.map(({ statusAtCapture }) => statusAtCapture)).to.deep.equal(['expiring']);
  });

  it('do not change the order of certificates that came in one message', async () => {
    const capture = new Capture();
    const end = begin(capture, { ...rsa, certificates: [...rsa.certificates, ...other.certificates] });
    capture.tls12({ server: other });
    end();
    await capture.repeats('the second one alone meanwhile');
    const { certificates } = await analyzeCapture(inPieces(capture.trace.toPcapng()), { now });
    const names = [rsa, other].map(({ certificates: [der] }) => readCertificate(der as Uint8Array, { now }).sha256);
    expect(certificates.map(({ sha256 }) => sha256)).to.deep.equal(names);
  });
});
