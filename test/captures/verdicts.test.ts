import { expect } from 'chai';
import { fragmentIpv4 } from '../../lib/capture/write/index.ts';
import { concat, contentType, encodeRecord } from '../../lib/wire/index.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { alertRecord } from '../support/capture/tls/messages.ts';
import { idsOf, later, mirrored, reportOf, tls12, tls13 } from './scenes.ts';

const data = new Uint8Array(40);

/** A TLS 1.3 connection up to the client's Finished. */
function finished13(): { readonly trace: Trace; readonly talk: Talk } {
  const trace = new Trace();
  const { hello, server, client } = tls13();
  const talk = new Talk(trace).connect();
  talk.send('client', hello);
  talk.send('server', server);
  talk.send('client', client);
  return { trace, talk };
}
const text = (line: string): Uint8Array => new TextEncoder().encode(line);

describe('captures: connections that nobody failed', () => {
  it('blames nobody when a client hangs up before the answer comes, and resets what comes after that', async () => {
    const trace = new Trace();
    const { hello, server } = tls12();
    const talk = new Talk(trace).connect();
    talk.send('client', hello);
    talk.fin('client');
    talk.send('server', server, { ack: false, lost: [0, 1] });
    talk.reset('client').reset('client');
    const report = await reportOf(later(trace));
    expect(report.conversations[0]?.evidence).to.include({ end: 'closed', endedBy: 'client' });
    expect(report.findings).to.deep.equal([]);
  });

  it('does not count the time that SYNs were repeated as waiting for an answer to the hello', async () => {
    const scene = (patience: number): Trace => {
      const trace = new Trace();
      const talk = new Talk(trace);
      for (const milliseconds of [1_000, 2_000, 4_000]) {
        talk.syn({ lost: true });
        trace.wait(milliseconds);
      }
      talk.connect().send('client', tls12().hello);
      trace.wait(patience);
      talk.close('client');
      return later(trace);
    };
    const { conversations, findings } = await reportOf(scene(500));
    const [{ startedAt, helloAt } = { startedAt: '', helloAt: '' }] = conversations;
    expect(Date.parse(helloAt ?? '') - Date.parse(startedAt)).to.be.within(7_000, 7_100);
    expect(findings).to.deep.equal([]);
    expect(await idsOf(scene(10_000))).to.deep.equal(['handshake.silent']);
  });

  it('suspects a filter behind SYNs that nobody answers, but not of one that its client did not even send again', async () => {
    const filtered = async (waits: readonly (readonly number[])[], copies = 1): Promise<string[]> => {
      const trace = new Trace();
      for (const [i, connection] of waits.entries()) {
        const talk = new Talk(trace, { client: { port: 50_000 + i } });
        talk.syn({ lost: true });
        for (const milliseconds of connection) {
          trace.wait(milliseconds);
          talk.syn({ lost: true });
        }
      }
      const { failedConnections, findings } = await reportOf(later(mirrored(trace, copies)));
      return [
        ...findings.map(({ id, confidence, evidence }) => `${id} ${confidence}: ${evidence[0]?.text.split(': ')[1]}`),
        ...failedConnections.map(({ sentOnce = false }) => (sentOnce ? 'sent once' : 'sent again')),
      ];
    };
    const likely = ['policy.port-filtered likely: not answered', 'sent again'];
    const possible = ['policy.port-filtered possible: not answered, nor sent again', 'sent once'];
    expect(await filtered([[1_000, 2_000]])).to.deep.equal(likely);
    expect(await filtered([[1_000]])).to.deep.equal(likely);
    expect(await filtered([[]])).to.deep.equal(possible);
    expect(await filtered([[]], 3)).to.deep.equal(possible);
    expect(await filtered([[], []])).to.deep.equal(possible);
    // As checks of health do, that wait for less than a second.
    expect(await filtered([[], [], []])).to.deep.equal([
      'policy.port-filtered likely: not answered, nor sent again',
      'sent once',
    ]);
  });

  it('does not say that a client said nothing whose last bytes are not in the capture', async () => {
    const told = async (options: { readonly unseen?: readonly number[] }): Promise<string> => {
      const trace = new Trace();
      const { hello, server } = tls12();
      const talk = new Talk(trace).connect();
      talk.send('client', hello);
      talk.send('server', server);
      talk.send('client', alertRecord(48), options);
      talk.close('client');
      const { conversations, findings } = await reportOf(later(trace));
      const text = findings.find(({ id }) => id === 'handshake.closed')?.evidence[0]?.text ?? '';
      return `${conversations[0]?.outcome}: ${/FIN from.*/.exec(text)?.[0]}`;
    };
    expect(await told({ unseen: [0] })).to.equal(
      'closed: FIN from the client, before which 7 bytes of the client are not in the capture',
    );
    expect(await told({})).to.equal('alert: undefined');
  });

  it('takes a FIN that a RST follows for the end, whoever sent the RST', async () => {
    const { trace, talk } = finished13();
    talk.fin('client').reset('server');
    const report = await reportOf(later(trace));
    expect(report.conversations[0]?.outcome).to.equal('completed');
    expect(report.findings).to.deep.equal([]);
  });

  it('cannot tell an end from a refusal in what a server says when the client has left, and claims neither', async () => {
    const scene = (leavesFirst: boolean, length = 19): Trace => {
      const { trace, talk } = finished13();
      if (leavesFirst) talk.fin('client');
      talk.send('server', encodeRecord(contentType.application_data, 0x0303, new Uint8Array(length)));
      if (!leavesFirst) talk.fin('client');
      talk.fin('server').ack('client');
      return later(trace);
    };
    const report = await reportOf(scene(true));
    expect(report.conversations.map(({ outcome }) => outcome)).to.deep.equal(['unknown']);
    expect(report.findings).to.deep.equal([]);
    expect(await idsOf(scene(false))).to.deep.equal(['handshake.closed']);
    const satisfied = await reportOf(scene(true, 200));
    expect(satisfied.conversations.map(({ outcome }) => outcome)).to.deep.equal(['completed']);
  });

  it('does not call a connection failed that a server closes because nobody used it', async () => {
    const scene = (wait: number): Trace => {
      const { trace, talk } = finished13();
      trace.wait(wait);
      talk.fin('server').ack('client');
      return later(trace);
    };
    expect(await idsOf(scene(10_000))).to.deep.equal([]);
    expect(await idsOf(scene(0))).to.deep.equal(['handshake.closed']);
  });

  it('does not suspect the certificate when the client went on to its key exchange and then hung up', async () => {
    const scene = (goesOn: boolean): Trace => {
      const trace = new Trace();
      const { hello, server, client, seal } = tls12();
      const talk = new Talk(trace).connect();
      talk.send('client', hello);
      talk.send('server', server);
      if (goesOn) talk.send('client', client, { ack: false });
      if (goesOn) talk.send('client', seal('client', contentType.application_data, data), { ack: false });
      talk.close('client');
      return later(trace);
    };
    const remedies = async (goesOn: boolean): Promise<number> => {
      const [finding, other] = (await reportOf(scene(goesOn))).findings;
      expect(other).to.equal(undefined);
      expect(finding).to.include({ id: 'handshake.closed', severity: 'medium' });
      return finding?.remedies.length ?? 0;
    };
    expect(await remedies(true)).to.be.below(await remedies(false));
  });
});

describe('captures: what is cut out of a capture', () => {
  it('is no silence: bytes that nobody acknowledges and nobody sends again have a sequel elsewhere', async () => {
    const trace = new Trace();
    const { hello, server } = tls12();
    const talk = new Talk(trace).connect();
    talk.send('client', hello);
    talk.send('server', server, { ack: false });
    const report = await reportOf(later(trace));
    expect(report.conversations[0]?.outcome).to.equal('unknown');
    expect(report.findings).to.deep.equal([]);
  });

  it('is silence when the answer was acknowledged and the client did not go on', async () => {
    const trace = new Trace();
    const { hello, server } = tls12();
    const talk = new Talk(trace).connect();
    talk.send('client', hello);
    talk.send('server', server);
    expect(await idsOf(later(trace))).to.deep.equal(['handshake.silent']);
  });

  it('is the silence of the side whose turn it was: of the client before its key exchange, of the server after it', async () => {
    const scene = (goesOn: boolean): Trace => {
      const trace = new Trace();
      const { hello, server, client } = tls12();
      const talk = new Talk(trace, { server: { port: 25 } }).connect();
      // What was said before TLS is no key exchange.
      talk.send('client', text('EHLO client.example.com\r\nSTARTTLS\r\n'.repeat(4)));
      talk.send('server', text('220 Ready to start TLS\r\n'));
      talk.send('client', hello);
      talk.send('server', server);
      if (goesOn) talk.send('client', client);
      return later(trace);
    };
    const silence = async (goesOn: boolean): Promise<unknown[]> => {
      const [finding, other] = (await reportOf(scene(goesOn))).findings;
      expect(other).to.equal(undefined);
      const told = finding?.evidence[0]?.text ?? '';
      const suspects = finding?.remedies.some(({ id }) => id === 'distribute-root');
      return [finding?.id, finding?.severity, told.slice(told.lastIndexOf(', then ') + 7), suspects];
    };
    expect(await silence(false)).to.deep.equal([
      'handshake.silent',
      'medium',
      'the flight of the server is whole, but the client did not go on',
      true,
    ]);
    expect(await silence(true)).to.deep.equal([
      'handshake.silent',
      'high',
      'the client sent its key exchange, and nothing more came from the server',
      false,
    ]);
  });
});

describe('captures: packets that are seen several times', () => {
  const scene = (waits: readonly number[]): Trace => {
    const trace = new Trace();
    const { hello } = tls12();
    const talk = new Talk(trace).connect();
    const [segment] = talk.send('client', hello, { ack: false, lost: [0] });
    for (const wait of waits) {
      trace.wait(wait);
      if (segment !== undefined) talk.transmit(segment, { lost: true });
    }
    return trace;
  };

  it('are no retransmissions: nothing is lost where the capture ends soon, or the rest is cut out', async () => {
    expect(await idsOf(mirrored(scene([]), 3))).to.deep.equal([]);
    expect(await idsOf(mirrored(scene([200]), 2))).to.deep.equal([]);
    expect(await idsOf(later(mirrored(scene([]), 2)))).to.deep.equal([]);
  });

  it('are none where the client took its time, and the capture ends with its hello', async () => {
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    trace.wait(2000);
    talk.send('client', tls12().hello, { ack: false });
    expect(await idsOf(mirrored(trace, 3))).to.deep.equal([]);
  });

  it('are none where the server hangs up before it has heard the hello', async () => {
    for (const copies of [1, 2, 3]) {
      const trace = new Trace();
      const talk = new Talk(trace).connect();
      talk.send('client', tls12().hello, { ack: false, lost: [0] });
      talk.fin('server').ack('client').fin('client');
      expect(await idsOf(mirrored(trace, copies))).to.deep.equal(['handshake.closed']);
    }
  });

  it('do not hide a hello that is dropped', async () => {
    for (const copies of [1, 2, 3]) {
      expect(await idsOf(mirrored(scene([200, 400, 800]), copies))).to.deep.equal(['policy.handshake-dropped']);
    }
  });
});

describe('captures: fragments at the end of a capture', () => {
  const scene = (wait: number): Trace => {
    const { trace, talk } = finished13();
    const [segment] = talk.segments('server', new Uint8Array(1400).fill(0x17));
    if (segment === undefined) throw new Error('no segment');
    const [first] = fragmentIpv4(talk.packetOf(segment, { dontFragment: false }), [1000]);
    if (first !== undefined) trace.add(talk.pair.frame('server', first));
    trace.wait(wait);
    talk.ack('client');
    return trace;
  };

  it('are not missed when they may have come right after it, and weigh little when it is one', async () => {
    expect(await idsOf(scene(10))).to.deep.equal([]);
    const [finding, other] = (await reportOf(scene(2_000))).findings;
    expect(other).to.equal(undefined);
    expect(finding).to.include({ id: 'path.fragments-dropped', confidence: 'possible', severity: 'low' });
  });
});

describe('captures: drafts of TLS 1.3', () => {
  it('reads a ServerHello of the 14th, which has neither session id nor compression method', async () => {
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    const random = new Uint8Array(32).fill(0x93);
    // Version 0x0304, random, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, key_share with X25519.
    const share = concat(Uint8Array.of(0, 40, 0, 36, 0, 29, 0, 32), new Uint8Array(32).fill(7));
    const body = concat(Uint8Array.of(3, 4), random, Uint8Array.of(0xc0, 0x2b, 0, share.length), share);
    talk.send('client', tls13().hello);
    talk.send('server', encodeRecord(contentType.handshake, 0x0301, concat(Uint8Array.of(2, 0, 0, body.length), body)));
    const report = await reportOf(trace);
    expect(report.conversations[0]?.serverHello).to.include({
      version: 'TLSv1.3',
      cipherSuite: '0xc02b',
    });
    expect(report.findings).to.deep.equal([]);
  });
});

describe('captures: port scans', () => {
  const scene = (ports: readonly number[]): Trace => {
    const trace = new Trace();
    for (const port of ports) new Talk(trace, { server: { port } }).syn().reset('server');
    return trace;
  };

  it('weigh little, where one closed port would be a fault', async () => {
    const severities = async (ports: readonly number[]): Promise<string[]> =>
      (await reportOf(scene(ports))).findings.map(({ id, severity }) => `${id} ${severity}`);
    expect(await severities([22, 80, 443])).to.deep.equal(['policy.port-refused high']);
    expect(await severities([21, 22, 23, 25, 80, 110, 143, 443, 445])).to.deep.equal(['policy.port-refused low']);
  });
});

describe('captures: a forged RST that the real answer follows', () => {
  const scene = (ttl: number | null, order: 'forged' | 'late' = 'forged'): Trace => {
    const trace = new Trace();
    const { hello, server } = tls12();
    const talk = new Talk(trace).connect();
    talk.send('client', hello);
    const flight = order === 'late' ? talk.segments('server', server) : [];
    talk.reset('server', ttl === null ? {} : { ttl });
    for (const segment of flight) talk.transmit(segment);
    if (order === 'forged') talk.send('server', server, { ack: false });
    talk.reset('client');
    return later(trace);
  };

  it('is told by the bytes beyond its number, and proven by another distance', async () => {
    const report = await reportOf(scene(61));
    const [conversation] = report.conversations;
    expect(conversation?.serverHello).not.to.equal(null);
    expect(conversation?.evidence).to.include({ end: 'reset', endedBy: null });
    expect(conversation?.evidence.path.reset).to.include({ ttl: 61, contradicted: true });
    const told = report.findings.map(({ id, confidence, severity }) => `${id} ${confidence} ${severity}`);
    expect(told).to.have.members(['policy.reset-injected proven high']);
    const alike = (await reportOf(scene(null))).findings.find(({ id }) => id === 'policy.reset-injected');
    expect(alike?.confidence).to.equal('likely');
  });

  it('is not told of an answer that was captured after the RST that followed it', async () => {
    const report = await reportOf(scene(null, 'late'));
    expect(report.conversations[0]?.evidence).to.include({ end: 'reset', endedBy: 'server' });
    expect(report.conversations[0]?.evidence.path.reset).not.to.have.property('contradicted');
    expect(report.findings.map(({ id }) => id)).to.deep.equal(['handshake.reset']);
  });
});

describe('captures: a clock that was not set', () => {
  it('judges certificates by today alone', async () => {
    const trace = new Trace({ start: '1970-01-01T00:00:10Z' });
    const { hello, server, client, serverEnd } = tls12();
    const talk = new Talk(trace).connect();
    talk.send('client', hello);
    talk.send('server', server);
    talk.send('client', client);
    talk.send('server', serverEnd);
    talk.close('client');
    expect(await idsOf(trace)).to.deep.equal([]);
  });
});
