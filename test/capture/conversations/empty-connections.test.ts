import { expect } from 'chai';
import { webIdentity } from '../../../captures/make/pki.ts';
import type { CaptureOptions } from '../../../lib/captureOptions.ts';
import { analyzeCapture } from '../../../lib/captures.ts';
import type { CaptureReport } from '../../../lib/evidence/index.ts';
import { Talk, type TalkOptions, Trace } from '../../support/capture/index.ts';
import { helloRecord } from '../../support/capture/tls/messages.ts';
import { playTls12, tls12Hello } from '../../support/capture/tls/play.ts';
import { clientSeq, flag, serverSeq, Wire } from '../flow/wire.ts';

const name = 'vpn.example.com';
const monitor = { address: '192.0.2.77' };

/** A connection from a port of its own. */
function talk(trace: Trace, port: number, options: TalkOptions = {}): Talk {
  return new Talk(trace, { ...options, client: { port, ...options.client } });
}

function speakTls(trace: Trace, port: number, options: TalkOptions = {}): void {
  const server = webIdentity([name]);
  playTls12(talk(trace, port, options).connect(), { hello: tls12Hello(port, name), seed: port, server });
}

function reportOf(trace: Trace, options: Partial<CaptureOptions> = {}): Promise<CaptureReport> {
  return analyzeCapture(trace.toPcap(), { now: new Date('2026-03-05T00:00:00Z'), ...options });
}

const rowsOf = ({ failedConnections }: CaptureReport): string[] =>
  failedConnections.map(({ kind, endedBy, count, lastedMs, besideTls, server, clients }) =>
    [
      `${server.port} ${kind} by ${endedBy} x${count} of ${clients.length}`,
      `${lastedMs?.least}-${lastedMs?.most} ms`,
      ...(besideTls === true ? ['beside TLS'] : []),
    ].join(', '),
  );

const ended = ({ findings }: CaptureReport): string[] =>
  findings.flatMap(({ id, severity, confidence, count }) =>
    id.startsWith('cert.') ? [] : [`${id} ${severity} ${confidence} x${count}`],
  );

describe('capture: connections that ended before a byte was sent', () => {
  it('are told by server, by who ended them, and by whether that took a while', async () => {
    const trace = new Trace();
    for (const port of [50_001, 50_002]) talk(trace, port).connect().close('server');
    talk(trace, 50_003).connect().reset('server');
    talk(trace, 50_004, { client: monitor }).connect().close('client');
    const slow = talk(trace, 50_005).connect();
    trace.wait(60_000);
    slow.close('server');
    const report = await reportOf(trace);
    expect(rowsOf(report)).to.deep.equal([
      '443 closed by server x2 of 1, 11-11 ms',
      '443 reset by server x1 of 1, 11-11 ms',
      '443 closed by client x1 of 1, 11-11 ms',
      '443 closed by server x1 of 1, 60011-60011 ms',
    ]);
    expect(report.verdict).to.equal('findings');
    expect(ended(report)).to.deep.equal(['handshake.closed low possible x2', 'handshake.reset low possible x1']);
  });

  it('are none of a client that speaks TLS with the server, before or after, unless the server hangs up time and again', async () => {
    const spare = (hangUps: number): Promise<CaptureReport> => {
      const trace = new Trace();
      const [first, second] = [talk(trace, 50_001).connect(), talk(trace, 50_002).connect()];
      speakTls(trace, 50_003);
      first.close('client');
      trace.wait(10_000);
      second.close('server');
      for (let i = 0; i < hangUps; i++)
        talk(trace, 50_010 + i)
          .connect()
          .reset('server');
      return reportOf(trace);
    };
    expect((await spare(2)).failedConnections).to.deep.equal([]);
    const often = await spare(3);
    expect(rowsOf(often)).to.deep.equal(['443 reset by server x3 of 1, 11-11 ms, beside TLS']);
    expect(ended(often)).to.deep.equal(['handshake.reset low possible x3']);
  });

  it('of another client than the one that speaks TLS are told, and no finding when they ended them themselves', async () => {
    const trace = new Trace();
    for (let i = 0; i < 5; i++)
      talk(trace, 50_001 + i, { client: monitor })
        .connect()
        .reset('client');
    speakTls(trace, 50_100);
    const report = await reportOf(trace);
    expect(rowsOf(report)).to.deep.equal(['443 reset by client x5 of 1, 1-1 ms']);
    expect(ended(report)).to.deep.equal([]);
  });

  it('are of a peer of sftunnel that may refuse where the server ends them on its port', async () => {
    const trace = new Trace();
    for (let i = 0; i < 3; i++)
      talk(trace, 50_001 + i, { server: { port: 8305 } })
        .connect()
        .close('server');
    const { findings, verdict } = await reportOf(trace);
    expect(verdict).to.equal('findings');
    expect(findings.map(({ id, severity, confidence }) => `${id} ${severity} ${confidence}`)).to.deep.equal([
      'sftunnel.peer-refuses medium possible',
    ]);
    expect(findings[0]?.evidence[0]?.text).to.contain('3 connections').and.to.contain('within 11 ms');
  });

  it('are none of two hosts of which the other one opened the connection that they use', async () => {
    const trace = new Trace();
    const [manager, device] = [{ address: '203.0.113.48' }, { address: '203.0.113.23' }];
    speakTls(trace, 50_001, { client: device, server: { ...manager, port: 8305 } });
    for (let i = 0; i < 2; i++)
      talk(trace, 50_002 + i, { client: manager, server: { ...device, port: 8305 } })
        .connect()
        .close('server');
    expect((await reportOf(trace)).failedConnections).to.deep.equal([]);
  });

  it('decide nothing where only clients ended them: the capture is no unreachable one', async () => {
    const trace = new Trace();
    talk(trace, 50_001).connect().close('client');
    expect((await reportOf(trace)).verdict).to.equal('inconclusive');
  });

  it('are not told of ports of other services, of open ones, and where numbers show that something was said', async () => {
    const trace = new Trace();
    talk(trace, 50_001, { server: { port: 22 } })
      .connect()
      .close('server');
    talk(trace, 50_002).connect();
    // Its hello is in neither the capture nor the hands of the server.
    const lost = talk(trace, 50_003).connect();
    lost.segments('client', helloRecord(tls12Hello(1, name)));
    lost.reset('client');
    // The server has it, the capture has not.
    const unseen = talk(trace, 50_004).connect();
    unseen.send('client', helloRecord(tls12Hello(2, name)), { unseen: [0] });
    unseen.reset('server');
    expect(rowsOf(await reportOf(trace))).to.deep.equal([]);
    expect(rowsOf(await reportOf(trace, { ports: [22] }))).to.deep.equal(['22 closed by server x1 of 1, 11-11 ms']);
  });

  it('are ended by a client that gave up before the SYN-ACK came, whatever number its FIN has', () => {
    const wire = new Wire().send(
      { seq: clientSeq, flags: flag.syn },
      { seq: clientSeq, flags: flag.fin },
      { from: 'server', seq: serverSeq, ack: clientSeq + 1, flags: flag.syn | flag.ack },
      { seq: clientSeq, ack: serverSeq + 1, flags: flag.fin },
      { from: 'server', seq: serverSeq + 1, flags: flag.rst },
    );
    expect(wire.tracker.isEmpty(0)).to.equal(true);
    expect(wire.tracker.facts(0)).to.include({ firstFin: 0 });
  });

  it('are counted once where mirror ports made copies of each packet', async () => {
    const trace = new Trace();
    talk(trace, 50_001).connect().close('server');
    const packets = trace.packets.flatMap((packet) => [packet, { ...packet, time: packet.time + 0.004 }]);
    trace.packets.splice(0, trace.packets.length, ...packets);
    expect(rowsOf(await reportOf(trace))).to.deep.equal(['443 closed by server x1 of 1, 11-11 ms']);
  });
});

describe('capture: SYN-ACKs that nobody acknowledges', () => {
  /** Seen at the server, whose answers do not arrive. */
  const unheard = (waits: readonly number[], copies = 1): Trace => {
    const trace = new Trace();
    const one = talk(trace, 50_001);
    for (const wait of waits) {
      trace.wait(wait);
      for (let i = 0; i < copies; i++) one.syn();
      for (let i = 0; i < copies; i++) one.synAck({ lost: true });
    }
    return trace;
  };

  it('are connections that did not come up', async () => {
    const { failedConnections, verdict } = await reportOf(unheard([0, 1000, 2000, 4000]));
    expect(failedConnections.map(({ kind, count, packets }) => [kind, count, packets])).to.deep.equal([
      ['unacknowledged', 1, [1]],
    ]);
    expect(verdict).to.equal('unreachable');
  });

  it('are none in a capture that ends before that could be, whatever copies it has', async () => {
    expect((await reportOf(unheard([0, 1000], 3))).failedConnections).to.deep.equal([]);
    expect((await reportOf(unheard([0, 3500]))).failedConnections).to.deep.equal([]);
    expect((await reportOf(unheard([0], 1))).verdict).to.equal('inconclusive');
  });
});

describe('capture: SYNs of which there are copies', () => {
  it('are not unanswered before there was time for an answer', async () => {
    const trace = new Trace();
    const one = talk(trace, 50_001);
    for (let i = 0; i < 3; i++) one.syn();
    expect((await reportOf(trace)).failedConnections).to.deep.equal([]);
    trace.wait(1000);
    one.syn();
    trace.wait(1000);
    one.syn();
    expect((await reportOf(trace)).failedConnections.map(({ kind }) => kind)).to.deep.equal(['unanswered']);
  });
});
