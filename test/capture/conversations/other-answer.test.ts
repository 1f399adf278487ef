/** A client that is not answered in TLS: what its alert says is no cause. */

import { expect } from 'chai';
import { analyzeCapture } from '../../../lib/captures.ts';
import { alertDescription, concat } from '../../../lib/wire/index.ts';
import { Talk, Trace } from '../../support/capture/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { alertRecord, helloRecord } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../../support/capture/tls/tls12.ts';
import { rsa } from '../repeats/connections.ts';

/** What a browser says of a line of text where a record should be: the length of the "record" is that of two letters. */
const overflow = alertDescription.record_overflow;

/** Ends and findings of a capture in which that answers a hello, and the client complains. */
async function found(answer: Uint8Array, complaint = alertRecord(overflow)): Promise<unknown[]> {
  const trace = new Trace();
  const talk = new Talk(trace).connect();
  talk.send('client', helloRecord(tls12Hello(1, 'vpn.example.com')));
  talk.send('server', answer);
  talk.send('client', complaint);
  talk.close('client');
  const { conversations, findings } = await analyzeCapture(trace.toPcap(), { now: new Date('2026-03-05T00:00:00Z') });
  return [...conversations.map(({ evidence }) => evidence.end), ...findings.map(({ id }) => id)];
}

describe('capture of a client that complains of its answer', () => {
  it('names what another protocol answered as the cause, not the alert that says so', async () => {
    const answer = new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    expect(await found(answer)).to.deep.equal(['not-tls', 'handshake.not-tls']);
  });

  it('names broken TLS as the cause in the same way, but not where the alert says something else', async () => {
    const streams = tls12Streams(tls12Handshake({ hello: tls12Hello(1, 'vpn.example.com'), seed: 2, server: rsa }));
    const broken = concat(streams.server, new TextEncoder().encode('no record'));
    expect(await found(broken)).to.include.members(['malformed', 'handshake.malformed']);
    expect((await found(broken, alertRecord(alertDescription.unknown_ca)))[0]).to.equal('alert');
  });

  it('keeps an alert of the server, which is an answer', async () => {
    expect((await found(alertRecord(alertDescription.handshake_failure)))[0]).to.equal('alert');
  });
});

describe('capture of a protocol that begins like TLS', () => {
  const { server } = tls12Streams(tls12Handshake({ hello: tls12Hello(1, null), seed: 2, server: rsa }));
  const random = bytesFrom(3);
  /** As some programs did to get through firewalls: hellos, and from there on a cipher of their own. */
  async function ends(answer: Uint8Array, client: Uint8Array | null): Promise<unknown[]> {
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    talk.send('client', helloRecord(tls12Hello(1, null)));
    talk.send('server', answer);
    if (client !== null) {
      talk.send('client', client);
      talk.send('server', random(300));
    }
    talk.close('client');
    const { conversations, findings } = await analyzeCapture(trace.toPcap(), { now: new Date('2026-03-05T00:00:00Z') });
    return [
      ...conversations.map(({ evidence }) => [evidence.end, evidence.imitated ?? false]),
      ...findings.filter(({ id }) => id.startsWith('handshake')).map(({ id, severity }) => `${severity} ${id}`),
    ];
  }
  const serverHello = server.subarray(0, 5 + (((server[3] as number) << 8) | (server[4] as number)));

  it('is no fault of the server where both sides go on in it', async () => {
    const behindHello = concat(serverHello, Uint8Array.of(0xb0), random(63));
    expect(await ends(behindHello, Uint8Array.of(0x91, ...random(99)))).to.deep.equal([
      ['malformed', true],
      'info handshake.malformed',
    ]);
    const atOnce = Uint8Array.of(0x01, ...random(63));
    expect(await ends(atOnce, Uint8Array.of(0x91, ...random(99)))).to.deep.equal([
      ['not-tls', true],
      'info handshake.not-tls',
    ]);
  });

  it('is one of the server where the client has none of it', async () => {
    const broken = concat(serverHello, Uint8Array.of(0xb0), random(63));
    for (const client of [null, alertRecord(alertDescription.unexpected_message)])
      expect(await ends(broken, client)).to.deep.equal([['malformed', false], 'high handshake.malformed']);
    // Text is somebody's greeting, whatever the client says to it.
    const text = new TextEncoder().encode('SSH-2.0-OpenSSH_9.9\r\n');
    expect((await ends(text, Uint8Array.of(0x91, ...random(99))))[1]).to.equal('high handshake.not-tls');
  });
});
