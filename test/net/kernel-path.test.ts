/** Kernel TCP with a chosen MSS and with TCP_INFO: on loopback, without koffi, and on real lines in a lab. */

import { expect } from 'chai';
import type { Attempt } from '../../lib/evidence/index.ts';
import { type Lab, type LabHeadend, startLab } from '../../lib/lab/index.ts';
import { abilityOf, type DialOutcome, type DialRequest, dial } from '../../lib/net/index.ts';
import { loadLibc } from '../../lib/net/libc.ts';
import type { PathAttempt } from './path-attempt.ts';
import { activeHandles, listen, openDescriptors, unusedPort } from './servers.ts';

/** States in /proc/net/tcp (include/net/tcp_states.h). */
const timeWait = '06';
const listening = '0A';

const hello = new Uint8Array(3000);
const answering: DialRequest = { writes: [hello], onBytes: () => 'enough' };
const withoutKoffi = loadLibc(() => Promise.reject(new Error("Cannot find package 'koffi'\nRequire stack:")));

describe('kernel TCP on loopback', () => {
  before(async function () {
    if (!(await abilityOf('tcp-mss')).available) this.skip();
  });

  it('announces the MSS that is asked for, and shows the segments and that all of them were acknowledged', async () => {
    await using server = await listen((socket) => {
      let got = 0;
      socket.on('data', (chunk) => {
        got += chunk.length;
        if (got === hello.length) socket.write('x');
      });
    });
    const { wire, end } = await dial(server, { ...answering, mss: 1200 });
    expect(end).to.equal('enough');
    const segment = wire?.path.timestamps === true ? 1188 : 1200;
    expect(wire?.path).to.include({ announcedMss: 1200, sendMss: segment, peerMss: null });
    expect(wire?.segments).to.deep.equal([segment, segment, 3000 - 2 * segment]);
    expect(wire?.sent).to.include({ bytes: 3000, acked: 3000, retransmitted: 0, lostSegment: null });
    expect(wire?.inbound).to.include({ bytes: 1, tailSacked: false });
  });

  it('still shows what was acknowledged when the connection was reset', async () => {
    await using server = await listen((socket) => {
      let got = 0;
      socket.on('data', (chunk) => {
        got += chunk.length;
        if (got === hello.length) socket.resetAndDestroy();
      });
    });
    const { wire, end } = await dial(server, answering);
    expect(end).to.equal('reset');
    expect(wire?.sent).to.include({ bytes: 3000, acked: 3000 });
  });

  it('leaves no descriptor, also of connections with an MSS that are refused or given up before they begin', async () => {
    const port = await unusedPort();
    // What earlier tests closed is gone now.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    const before = { handles: activeHandles(), descriptors: openDescriptors() };
    for (let round = 0; round < 5; round++) {
      const refused = await dial({ address: '127.0.0.1', port }, { ...answering, mss: 1000 });
      const stopped = await dial({ address: '::1', port }, { ...answering, mss: 1300, signal: AbortSignal.abort() });
      expect(refused).to.include({ connect: 'refused', wire: null });
      expect(stopped.end).to.equal('aborted');
    }
    expect(activeHandles()).to.deep.equal(before.handles);
    // One of an earlier test may still be closed meanwhile; a leak would be five or ten.
    expect(openDescriptors() ?? 0).to.be.at.most(before.descriptors ?? 0);
  });

  it('refuses an MSS that no kernel takes', async () => {
    for (const mss of [0, 87, 32_768, 1200.5, Number.NaN]) {
      const error = await dial({ address: '127.0.0.1', port: 9 }, { ...answering, mss }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.have.property('code', 'bad-option');
    }
  });
});

describe('kernel TCP without koffi', () => {
  it('connects and reads as ever, and sees no packets', async () => {
    await using server = await listen((socket) => void socket.once('data', () => socket.write('x')));
    const outcome: DialOutcome = await dial(server, { ...answering, stopWhenLost: true }, withoutKoffi);
    expect(outcome).to.include({ connect: 'ok', end: 'enough', bytesSent: 3000, wire: null });
  });

  it('says what is missing, and the command that helps, when an MSS is asked for', async () => {
    const error = await dial({ address: '127.0.0.1', port: 9 }, { ...answering, mss: 1200 }, withoutKoffi).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.include({ code: 'missing-ability' });
    expect(error).to.have.property('message').that.includes("koffi cannot be loaded: Cannot find package 'koffi'.");
    expect(error).to.have.property('hint', 'npm install koffi.');
  });

  it('is what other systems have, koffi or not', async () => {
    expect(await loadLibc(() => Promise.reject(new Error('not asked')), 'darwin')).to.include({ reason: 'not-linux' });
  });
});

describe('kernel TCP on a line of MTU 1454 whose router sends no ICMP', () => {
  let lab: Lab | undefined;
  let headend: LabHeadend;

  before(async function () {
    if (!(await abilityOf('namespaces')).available || !(await abilityOf('nft')).available) this.skip();
    if (!(await abilityOf('tcp-mss')).available) this.skip();
    this.timeout(20_000);
    lab = await startLab('pppoe-1454');
    headend = await lab.serve();
  });
  after(() => lab?.close());

  const attempt = async (asked: Partial<PathAttempt>): Promise<Attempt> => {
    if (lab === undefined) throw new Error('no lab');
    const module = new URL('./path-attempt.ts', import.meta.url);
    const { host: address, port, sni } = headend;
    return lab.call('client', module, 'pathAttempt', { address, port, sni, draws: 'short-answer', ...asked });
  };

  /** States of the TCP connections of a node, without those that are over and wait for late packets. */
  const statesOn = async (node: 'client' | 'server'): Promise<(string | undefined)[]> => {
    const result = await lab?.run(node, ['cat', '/proc/net/tcp', '/proc/net/tcp6']);
    const rows = (result?.stdout ?? '').split('\n').filter((line) => /^\s*\d+:/.test(line));
    return rows.map((row) => row.trim().split(/\s+/)[3]).filter((state) => state !== timeWait);
  };

  it('sees that the head of a long hello is lost and its tail arrives, long before the reply is overdue', async () => {
    const { evidence, segmentsConfirmed } = await attempt({ length: 1800, stopWhenLost: true, firstReplyMs: 30_000 });
    expect(evidence).to.include({ end: 'silent' });
    expect(evidence.detail).to.match(/^The same bytes were sent three times/);
    expect(evidence.sent).to.include({ acked: 0, tailSacked: true, lostSegment: 1448, largestAcked: 352 });
    expect(evidence.path).to.include({ pathMtu: 1500, interfaceMtu: 1500 });
    expect(segmentsConfirmed).to.deep.equal([1448, 352]);
  });

  it('leaves no connection behind that goes on sending what is lost, on either side', async () => {
    await attempt({ length: 1800, stopWhenLost: true });
    expect(await statesOn('client')).to.deep.equal([]);
    expect(new Set(await statesOn('server'))).to.deep.equal(new Set([listening]));
  });

  it('passes with an MSS of 1414 and not with 1415, and over IPv6 with 1394 and not with 1395', async () => {
    const ends = await Promise.all(
      [{ mss: 1414 }, { mss: 1415 }, { address: headend.host6, mss: 1394 }, { address: headend.host6, mss: 1395 }].map(
        async (asked) => (await attempt({ length: 1800, stopWhenLost: true, ...asked })).evidence.end,
      ),
    );
    expect(ends).to.deep.equal(['stopped', 'silent', 'stopped', 'silent']);
  });

  it('sees the gap in a flight whose full packets are lost on the way back, and none where they are small enough', async () => {
    const lost = await attempt({ draws: 'flight', stopWhenLost: true, firstReplyMs: 30_000 });
    expect(lost.evidence).to.include({ end: 'silent', reply: 'silent' });
    expect(lost.evidence.sent.acked).to.equal(lost.evidence.sent.bytes);
    expect(lost.evidence.inbound).to.include({ bytes: 0, tailSacked: true });
    const whole = await attempt({ draws: 'flight', stopWhenLost: true, mss: 1414 });
    expect(whole).to.include({ transport: 'tcp-mss', mss: 1414 });
    expect(whole.evidence).to.include({ end: 'complete' });
    expect(whole.evidence.inbound).to.include({ tailSacked: false, largestAcked: 1402 });
  });

  it('sees the MTU that the kernel learns where ICMP comes back, and what a router made of the MSS', async () => {
    await lab?.change({ mtu: 1454, icmp: 'sent' });
    const learned = await attempt({ length: 1800 });
    expect(learned.evidence).to.include({ end: 'stopped' });
    expect(learned.evidence.path).to.include({ pathMtu: 1454, interfaceMtu: 1500, announcedMss: 1460 });
    await lab?.change({ clampMss: 1400 });
    expect((await attempt({ length: 1800 })).evidence.path).to.include({ peerMss: 1400, announcedMss: 1460 });
    await lab?.change({ mtu: 1454, icmp: 'dropped' });
  });
});
