import { expect } from 'chai';
import { CaptureAnalyzer, defaultCaptureLimits } from '../../lib/capture/index.ts';
import { CaptureDigest } from '../../lib/report/index.ts';
import { conversation } from '../report/captureSamples.ts';
import { pcapHeader } from '../support/capture/index.ts';

const server = 0xc612_0001;
const client = (i: number): number => 0x0a00_0000 + i;

/** An Ethernet frame in a pcap record. @param rest words behind the IPv4 header, big-endian */
function record(protocol: number, from: number, to: number, rest: readonly number[]): Uint8Array {
  const length = 34 + 4 * rest.length;
  const view = new DataView(new ArrayBuffer(16 + length));
  view.setUint32(0, 1_772_600_000, true);
  view.setUint32(8, length, true);
  view.setUint32(12, length, true);
  view.setUint16(28, 0x0800);
  for (const [i, word] of ipHeader(protocol, from, to, length - 14).entries()) view.setUint32(30 + 4 * i, word);
  for (const [i, word] of rest.entries()) view.setUint32(50 + 4 * i, word);
  return new Uint8Array(view.buffer);
}

const ipHeader = (protocol: number, from: number, to: number, length: number): number[] => [
  0x4500_0000 | length,
  0,
  (0x4000_0000 | (protocol << 16)) >>> 0,
  from,
  to,
];
const ports = (40_000 << 16) | 443;
const syn = (i: number): Uint8Array => record(6, client(i), server, [ports >>> 0, 1000, 0, 0x5002_ffff, 0]);
/** "Fragmentation needed" that quotes it. */
const icmp = (i: number): Uint8Array =>
  record(1, 0x0101_0101, client(i), [0x0304_0000, 1400, ...ipHeader(6, client(i), server, 1500), ports >>> 0, 1000]);

describe('capture: what a flood of small things leaves in memory', () => {
  it('lists a bounded number of ICMP errors over all connections, and counts the others', () => {
    const analyzer = new CaptureAnalyzer({ limits: defaultCaptureLimits });
    analyzer.push(pcapHeader());
    const flows = 5_500;
    for (let i = 0; i < flows; i++) analyzer.push(syn(i));
    for (let i = 0; i < flows; i++) for (let k = 0; k < 20; k++) analyzer.push(icmp(i));
    analyzer.end();
    for (let done = false; !done; ) done = analyzer.finish();
    expect(analyzer.summary().counters.tcpFlows).to.equal(flows);
    expect(analyzer.counters.toJSON()).to.deep.equal({ 'icmp-not-listed': flows * 20 - 100_000 });
  });

  it('keeps a bounded number of senders of certificates for the text report', () => {
    const digest = new CaptureDigest();
    for (let i = 0; i < 30_000; i++) {
      const sha256 = i.toString(16).padStart(64, '0');
      digest.event({
        type: 'conversation',
        conversation: { ...conversation('c1'), certificates: { server: [sha256], client: [] } },
      });
    }
    expect(digest.presenters.size).to.equal(20_000);
  });
});
