import { expect } from 'chai';
import type { StreamEvidence } from '../../lib/evidence/index.ts';
import { inboundTrial, learnedMtuOf, outboundTrial } from '../../lib/probe/path-trial.ts';
import { attemptWith, type FakeEvidence, unseenAttempt } from './path-support.ts';

const v4 = '192.0.2.1';
const v6 = '2001:db8::1';
const at = '2026-01-01T00:00:00.000Z';

describe('a trial of the way there', () => {
  const trial = (evidence: FakeEvidence, asked = 1500, address = v4) =>
    outboundTrial({ attempt: attemptWith(evidence), asked, address });

  it('passes when the first segment was acknowledged, whatever the server thinks of the hello', () => {
    expect(trial({})).to.include({ outcome: 'passed', size: 1500, acked: true });
    expect(trial({ sent: { acked: 1448 } })).to.include({ outcome: 'passed', acked: false });
  });

  it('passes when anything is answered, be it an alert', () => {
    const alert = { from: 'server', level: 'fatal', code: 40, name: 'handshake_failure' } as const;
    expect(trial({ end: 'alert', alert, sent: { acked: null } }).outcome).to.equal('passed');
    const received = [{ message: 'hello-retry-request', at, bytes: 88 }] as const;
    expect(trial({ end: 'stopped', received, sent: { acked: null } }).outcome).to.equal('passed');
  });

  it('is lost when the head was sent again and never acknowledged', () => {
    const lost = trial({ sent: { acked: 0, retransmitted: 2896, tailSacked: true, lostSegment: 1448 } });
    expect(lost).to.include({ outcome: 'lost', size: 1500, acked: false });
  });

  it('counts headers and timestamps into the size of the packet, for IPv4 and IPv6', () => {
    expect(trial({ path: { sendMss: 1388 } }).size).to.equal(1440);
    expect(trial({ path: { sendMss: 1388, timestamps: false } }).size).to.equal(1428);
    expect(trial({ path: { sendMss: 1388 } }, 1500, v6).size).to.equal(1460);
  });

  it('says which MTU was learned where the route has less than the interface', () => {
    expect(trial({ path: { sendMss: 1402, pathMtu: 1454 } })).to.include({
      outcome: 'passed',
      size: 1454,
      learned: 1454,
    });
    expect(learnedMtuOf(attemptWith({}))).to.equal(null);
    expect(learnedMtuOf(attemptWith({ path: { pathMtu: 1454, interfaceMtu: null } }))).to.equal(null);
  });

  it('decides nothing by a RST, a closed connection, or silence that nobody looked into', () => {
    expect(trial({ end: 'reset', sent: { acked: 0 } })).to.include({ outcome: 'undecided', why: 'hello-refused' });
    expect(trial({ end: 'closed', sent: { acked: null } })).to.include({ outcome: 'undecided' });
    expect(trial({ connect: 'timeout', end: 'silent' })).to.include({ outcome: 'undecided', why: 'not-connected' });
    expect(outboundTrial({ attempt: unseenAttempt({}), asked: 1500, address: v4 }).outcome).to.equal('undecided');
    expect(trial({ sent: { acked: 0, retransmitted: 0 } })).to.include({ why: 'not-acknowledged' });
  });

  it('is not counted as alone beside another connection', () => {
    expect(trial({ concurrent: 1 }).alone).to.equal(false);
  });
});

describe('a trial of the way back', () => {
  const inbound = (bytes: number, largestAcked: number | null = null): StreamEvidence => ({
    bytes,
    acked: bytes,
    retransmitted: null,
    tailSacked: false,
    largestAcked,
  });
  const trial = (evidence: FakeEvidence, flightBytes = 0, asked = 1500) =>
    inboundTrial({ attempt: attemptWith({ mss: asked - 40, ...evidence }), asked, address: v4 }, flightBytes);

  it('passes when a full packet came', () => {
    expect(trial({ end: 'complete', inbound: inbound(4838, 1448) })).to.include({ outcome: 'passed', size: 1500 });
    expect(trial({ end: 'stopped', inbound: inbound(1448, 1448) })).to.include({ outcome: 'passed', size: 1500 });
  });

  it('passes by the bytes read where nobody counts packets', () => {
    const attempt = unseenAttempt({ end: 'complete' });
    expect(inboundTrial({ attempt, asked: 1500, address: v4 }, 4838)).to.include({ outcome: 'passed', size: 1500 });
  });

  it('tells a flight that fills no packet from one in smaller packets than allowed', () => {
    const short = trial({ end: 'complete', inbound: inbound(900, 900) });
    expect(short).to.include({ outcome: 'passed', size: 952, smaller: 'flight-too-small' });
    const smaller = trial({ end: 'complete', inbound: inbound(4838, 1402) });
    expect(smaller).to.include({ outcome: 'passed', size: 1454, smaller: 'smaller-segments' });
  });

  it('claims no large packet where the kernel saw none', () => {
    expect(trial({ end: 'complete', inbound: inbound(4838) }).size).to.equal(588);
    expect(trial({ end: 'complete', inbound: inbound(4838) }, 0, 576)).to.include({ outcome: 'passed', size: 576 });
  });

  it('is lost when the hello was acknowledged and its answer does not come', () => {
    expect(trial({ inbound: inbound(0) })).to.include({ outcome: 'lost', acked: false });
    expect(trial({ inbound: inbound(120, null) })).to.include({ outcome: 'lost' });
  });

  it('decides nothing when the hello itself was lost, or refused', () => {
    expect(trial({ inbound: inbound(0), sent: { acked: 0 } })).to.include({ outcome: 'undecided', why: 'hello-lost' });
    expect(trial({ inbound: inbound(7), end: 'alert' })).to.include({ outcome: 'undecided', why: 'flight-refused' });
    expect(trial({ inbound: inbound(0), end: 'reset' }).outcome).to.equal('undecided');
  });
});
