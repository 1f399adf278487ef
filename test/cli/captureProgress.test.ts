import { expect } from 'chai';
import { captureProgress } from '../../lib/cli/captureProgress.ts';
import type { CaptureEvent } from '../../lib/evidence/index.ts';
import { captureReport, source } from '../report/captureSamples.ts';

describe('cli: progress of a capture', () => {
  function drawn(
    events: readonly { at: number; event: CaptureEvent }[],
    size: number | null,
    isTTY: boolean,
    name = 'x.pcap',
  ): string {
    let text = '';
    let now = 0;
    const stderr = { write: (piece: string | Uint8Array) => void (text += String(piece)), isTTY, columns: 60 };
    const progress = captureProgress(stderr, 'en', { name, size }, () => now);
    for (const { at, event } of events) {
      now = at;
      progress.event(event);
    }
    progress.end();
    return text;
  }
  const { counters } = captureReport();
  const read = (at: number, bytes: number) => ({
    at,
    event: { type: 'progress', bytes, packets: 1, counters } as const,
  });

  it('is silent for a capture that is read within a second', () => {
    expect(drawn([read(900, 5e6)], 5e6, true)).to.equal('');
  });

  it('shows bytes, speed and share on a terminal, and removes the line', () => {
    const text = drawn([read(2000, 5e7)], 2e8, true);
    expect(text).to.equal('\r\u001b[2Kx.pcap  50 MB read, 25 MB/s, 25 %\r\u001b[2K');
    expect(drawn([read(10, 5e7)], 2e8, true)).to.contain('25 %');
  });

  it('cuts a long name and never the figures', () => {
    const text = drawn([read(2000, 5e7)], 2e8, true, `/a/very/long/path/${'x'.repeat(60)}/ticket.pcap`);
    expect(text).to.match(/^\r\u001b\[2K…x+\/ticket\.pcap {2}50 MB read, 25 MB\/s, 25 %\r/);
    expect(text.split('\r')[1]?.length).to.equal('\u001b[2K'.length + 59);
  });

  it('writes a line every ten seconds elsewhere, without a share where the size says nothing', () => {
    const compressed = { at: 0, event: { type: 'source', source: { ...source, compression: 'gzip' } } } as const;
    const lines = drawn(
      [compressed, read(5000, 1e7), read(11_000, 2e7), read(12_000, 3e7), read(25_000, 5e7)],
      6e7,
      false,
    );
    expect(lines).to.equal('x.pcap  20 MB read, 1.8 MB/s\nx.pcap  50 MB read, 2.0 MB/s\n');
  });
});
