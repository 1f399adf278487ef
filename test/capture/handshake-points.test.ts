/** TLS 1.2 handshakes that end at each point: whose turn it was, and what its end can mean there. */

import { expect } from 'chai';
import { analyzeCapture } from '../../lib/captures.ts';
import type { Finding } from '../../lib/evidence/index.ts';
import { type Side, Talk, Trace } from '../support/capture/index.ts';
import { helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../support/capture/tls/tls12.ts';
import { rsa, sni } from './repeats/connections.ts';

const hello = tls12Hello(1, sni);
const streams = (authorities?: readonly Uint8Array[]) =>
  tls12Streams(tls12Handshake({ hello, seed: 2, server: rsa, ...(authorities && { authorities }) }));
const { server, client } = streams();
const lengthOf = (record: Uint8Array): number => 5 + (((record[3] as number) << 8) | (record[4] as number));

/** A handshake up to a point. */
const upTo = {
  'half of the hello': (talk: Talk) => void talk.send('client', helloRecord(hello).subarray(0, 100)),
  'the ServerHello': (talk: Talk) => {
    talk.send('client', helloRecord(hello));
    talk.send('server', server.subarray(0, lengthOf(server)));
  },
  'the flight of the server': (talk: Talk) => {
    talk.send('client', helloRecord(hello));
    talk.send('server', server);
  },
  "the client's Finished": (talk: Talk) => {
    talk.send('client', helloRecord(hello));
    talk.send('server', server);
    talk.send('client', client);
  },
} as const;

/** What is found of a handshake that one side ends so many seconds after that, or nobody. */
async function found(play: (talk: Talk) => void, by: Side | null, seconds: number): Promise<Finding> {
  const trace = new Trace();
  const talk = new Talk(trace).connect();
  play(talk);
  trace.wait(seconds * 1000);
  if (by !== null) talk.close(by);
  else new Talk(trace, { client: { port: 50_000 }, server: { port: 80 } }).connect();
  const { findings } = await analyzeCapture(trace.toPcap(), { now: new Date('2026-03-05T00:00:00Z') });
  const [first, second] = findings.filter(({ id }) => !id.startsWith('cert.'));
  expect(second).to.equal(undefined);
  return first as Finding;
}

const text = ({ evidence }: Finding): string => evidence[0]?.text ?? '';
const remedies = (finding: Finding): string[] => finding.remedies.map(({ id }) => id);

describe('capture of a TLS 1.2 handshake that ends', () => {
  it('behind half of a hello blames no server, and does not rule out that the path lost the rest', async () => {
    for (const [by, id, end] of [
      ['server', 'handshake.closed', /which is not whole, then FIN from the server$/],
      [null, 'handshake.silent', /which is not whole, then nothing more$/],
    ] as const) {
      const finding = await found(upTo['half of the hello'], by, by === null ? 30 : 0);
      expect(finding).to.include({ id, severity: 'medium' });
      expect(text(finding)).to.include('only the first 100 bytes of the hello').and.to.match(end);
      expect(finding.excluded.map((other) => other.id)).to.deep.equal(['policy.port-filtered']);
      expect(remedies(finding)).to.include('clamp-on-router');
    }
  });

  it('behind half of a hello is no refusal of sftunnel', async () => {
    const trace = new Trace();
    const talk = new Talk(trace, { server: { port: 8305 } }).connect();
    upTo['half of the hello'](talk);
    talk.close('server');
    const { findings } = await analyzeCapture(trace.toPcap(), { now: new Date('2026-03-05T00:00:00Z') });
    expect(findings.map(({ id }) => id)).to.deep.equal(['handshake.closed']);
  });

  it('says within which flight, or after which', async () => {
    expect(text(await found(upTo['the ServerHello'], 'server', 0))).to.match(
      /then FIN from the server within its flight$/,
    );
    expect(text(await found(upTo['the flight of the server'], 'server', 0))).to.match(
      /then FIN from the server after the whole flight of the server, which the client did not answer$/,
    );
    expect(text(await found(upTo["the client's Finished"], 'server', 60))).to.match(
      /then FIN from the server after the client's key exchange, 60 s later$/,
    );
  });

  it('before a certificate came is no refusal of one', async () => {
    expect(remedies(await found(upTo['the ServerHello'], 'client', 0))).to.not.include('distribute-root');
    expect(remedies(await found(upTo['the flight of the server'], 'client', 0))).to.include('distribute-root');
  });

  it('by a server that waited for the client is no refusal by the server', async () => {
    const waited = await found(upTo['the flight of the server'], 'server', 60);
    expect(waited).to.include({ id: 'handshake.silent', severity: 'medium' });
    const refused = await found(upTo['the flight of the server'], 'server', 0);
    expect(refused).to.include({ id: 'handshake.closed', severity: 'high' });
  });

  it("by a client that waited for the server's Finished is the silence of the server", async () => {
    const waited = await found(upTo["the client's Finished"], 'client', 20);
    expect(waited).to.include({ id: 'handshake.silent', severity: 'high' });
    expect(text(waited)).to.match(/then FIN from the client after the client's key exchange, 20 s later$/);
    const left = await found(upTo["the client's Finished"], 'client', 0);
    expect(left).to.include({ id: 'handshake.closed', severity: 'medium' });
    // A user who was asked for 20 seconds, and then left.
    const asked = await found(
      (talk) => {
        upTo['the flight of the server'](talk);
        talk.trace.wait(20_000);
        talk.send('client', client);
      },
      'client',
      1,
    );
    expect(asked.id).to.equal('handshake.closed');
  });

  it('with a FIN of the server after an empty list of certificates may lack one', async () => {
    const demanding = streams([Uint8Array.of(0x30, 0)]);
    const play = (talk: Talk): void => {
      talk.send('client', helloRecord(hello));
      talk.send('server', demanding.server);
      talk.send('client', demanding.client);
    };
    const finding = await found(play, 'server', 0);
    expect(finding.id).to.equal('handshake.closed');
    expect(finding.evidence[1]?.text).to.match(/a client certificate is demanded; .*; the client sent none$/);
    expect(remedies(finding)).to.include('install-client-certificate');
    expect(remedies(await found(upTo["the client's Finished"], 'server', 0))).to.not.include(
      'install-client-certificate',
    );
  });
});
