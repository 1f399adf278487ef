/** TLS 1.3 handshakes that end behind the ServerHello, where even an alert is encrypted: what of it is known, and what is not. */

import { expect } from 'chai';
import { analyzeCapture } from '../../lib/captures.ts';
import type { Conversation, Finding, HandshakeEvidence } from '../../lib/evidence/index.ts';
import { alertDescription, concat, contentType, encodeRecord } from '../../lib/wire/index.ts';
import { type Side, Talk, Trace } from '../support/capture/index.ts';
import { bytesFrom } from '../support/capture/random.ts';
import { ed25519Key } from '../support/capture/tls/keys.ts';
import { alertBody, helloRecord } from '../support/capture/tls/messages.ts';
import { tls13Hello } from '../support/capture/tls/play.ts';
import { tls13Streams } from '../support/capture/tls/tls13.ts';
import { identity, sni } from './repeats/connections.ts';

const share = bytesFrom(1)(32);
const hello = tls13Hello(2, sni, share);
const streams = tls13Streams({
  hello,
  clientSeed: share,
  seed: 3,
  server: identity(sni, ed25519Key(bytesFrom(4)(32))),
});
/** Two bytes, content type and tag, under a key that nobody knows. */
const sealedAlert = encodeRecord(contentType.application_data, 0x0303, bytesFrom(5)(19));
/** ServerHello and change_cipher_spec. */
const chosen = streams.server.subarray(
  0,
  5 + (((streams.server[3] as number) << 8) | (streams.server[4] as number)) + 6,
);

interface Ended {
  readonly end: HandshakeEvidence['end'];
  readonly sealed: readonly Side[];
  readonly findings: readonly Finding[];
}

async function ended(play: (talk: Talk) => void, language: 'en' | 'ja' = 'en', port = 443): Promise<Ended> {
  const trace = new Trace();
  const talk = new Talk(trace, { server: { port } }).connect();
  talk.send('client', helloRecord(hello));
  play(talk);
  const now = new Date('2026-03-05T00:00:00Z');
  const { conversations, findings } = await analyzeCapture(trace.toPcap(), { now, language });
  const [conversation] = conversations as [Conversation];
  const { end, sealedAlerts = [] } = conversation.evidence;
  return { end, sealed: sealedAlerts, findings };
}

const remedies = ([finding]: readonly Finding[]): string[] => finding?.remedies.map(({ id }) => id) ?? [];
const text = ([finding]: readonly Finding[]): string => finding?.evidence[0]?.text ?? '';

describe('capture of an encrypted alert', () => {
  it('is told by its length as what it may be, and no certificate is blamed', async () => {
    const refused: Record<string, (talk: Talk) => void> = {
      'behind the ServerHello': (talk) => void talk.send('server', concat(chosen, sealedAlert)),
      'behind the flight': (talk) => void talk.send('server', concat(streams.server, sealedAlert)),
      "behind the client's Finished": (talk) => {
        talk.send('server', streams.server);
        talk.send('client', streams.client);
        talk.send('server', sealedAlert);
      },
    };
    for (const [where, play] of Object.entries(refused)) {
      for (const end of ['closed', 'reset'] as const) {
        const told = await ended((talk) => {
          play(talk);
          if (end === 'reset') talk.reset('server');
          else talk.close('server');
        });
        expect(told, where).to.deep.include({ end, sealed: ['server'] });
        expect(told.findings.map(({ id, severity }) => [id, severity])).to.deep.equal([[`handshake.${end}`, 'high']]);
        expect(text(told.findings)).to.include('an encrypted record as long as an alert from the server (not visible');
        expect(remedies(told.findings)).to.deep.equal(['read-server-log', 'give-key-log', 'capture-at-both-ends']);
      }
    }
  });

  it('of a client is a refusal of anything, or a goodbye', async () => {
    const play = (talk: Talk): void => {
      talk.send('server', streams.server);
      talk.send('client', sealedAlert);
      talk.close('client');
    };
    const told = await ended(play);
    expect(told).to.deep.include({ end: 'closed', sealed: ['client'] });
    expect(told.findings[0]?.severity).to.equal('medium');
    expect(remedies(told.findings)).to.deep.equal(['give-key-log', 'capture-at-both-ends']);
    expect(text((await ended(play, 'ja')).findings)).to.match(
      /クライアントからのアラートと同じ長さの暗号化レコード.*クライアントからの FIN$/,
    );
    // Without it, the client's silence may well be about the certificate.
    const mute = await ended((talk) => {
      talk.send('server', streams.server);
      talk.close('client');
    });
    expect(mute.sealed).to.deep.equal([]);
    expect(remedies(mute.findings)).to.include('distribute-root');
  });

  it('of sftunnel is explained in the log of either end, and neither names nor public roots are suspected', async () => {
    for (const from of ['server', 'client'] as const) {
      const { findings } = await ended(
        (talk) => {
          talk.send('server', streams.server);
          talk.send(from, sealedAlert);
          talk.close(from);
        },
        'en',
        8305,
      );
      expect(remedies(findings), from).to.deep.equal(['read-sftunnel-log', 'give-key-log', 'capture-at-both-ends']);
    }
    const hungUp = (talk: Talk): void => {
      talk.send('server', streams.server);
      talk.close('client');
    };
    const waited = (talk: Talk): void => {
      talk.send('server', streams.server);
      talk.trace.wait(20_000);
      talk.close('client');
    };
    for (const play of [hungUp, waited]) {
      const { findings } = await ended(play, 'en', 8305);
      expect(remedies(findings)).to.include('read-sftunnel-log').and.not.include('distribute-root');
    }
  });

  it('of the server is the cause, though the client closes first', async () => {
    const told = await ended((talk) => {
      talk.send('server', concat(streams.server, sealedAlert));
      talk.close('client');
    });
    expect(told).to.deep.include({ end: 'closed', sealed: ['server'] });
    expect(told.findings[0]?.severity).to.equal('high');
    // What comes behind the FIN of the client answers that.
    const goodbye = await ended((talk) => {
      talk.send('server', streams.server);
      talk.fin('client');
      talk.send('server', sealedAlert);
      talk.fin('server').ack('client');
    });
    expect(goodbye).to.deep.include({ end: 'closed', sealed: [] });
    expect(goodbye.findings[0]?.severity).to.equal('medium');
  });

  it('that nothing follows is no lost answer, and an answer of TLS 1.3 is not called incomplete', async () => {
    const silent = (played: Uint8Array) =>
      ended((talk) => {
        talk.send('server', played);
        talk.trace.wait(20_000);
        new Talk(talk.trace, { client: { port: 50_001 } }).connect();
      });
    const refused = await silent(concat(streams.server, sealedAlert));
    expect(refused).to.deep.include({ end: 'silent', sealed: ['server'] });
    expect(remedies(refused.findings)).to.not.include('clamp-on-router');
    expect(text(refused.findings)).to.match(/a goodbye\), then nothing more$/);
    const stopped = await silent(streams.server);
    expect(text(stopped.findings)).to.match(/nothing more; whether the answer is whole cannot be seen in TLS 1\.3$/);
  });

  it('of a server that refuses the Finished ends the handshake where a key log opens it, though the client closes first', async () => {
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    talk.send('client', helloRecord(hello));
    talk.send('server', streams.server);
    talk.send('client', streams.client);
    talk.send('server', streams.seal('server', contentType.alert, alertBody(2, alertDescription.certificate_required)));
    talk.close('client');
    const { conversations, verdict } = await analyzeCapture(trace.toPcap(), { keyLog: [streams.keyLog] });
    expect(conversations[0]).to.include({ outcome: 'alert' });
    expect(conversations[0]?.evidence.alert).to.include({ from: 'server', name: 'certificate_required' });
    expect(verdict).to.equal('findings');
  });
});
