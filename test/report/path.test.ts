/** What the text report says of the path: lines with arrows, tables of sizes and of hops. */

import { expect } from 'chai';
import type { MssValue, PathSweep } from '../../lib/evidence/index.ts';
import { displayWidth, renderText } from '../../lib/report/index.ts';
import { pathReport } from './samples.ts';

describe('report: path', () => {
  const sweep = (known: Partial<PathSweep>): PathSweep => ({
    rows: [],
    largestPassing: null,
    smallestFailing: null,
    pathMtu: null,
    verdict: 'unknown',
    reason: null,
    ...known,
  });
  const shown = (value: MssValue): string => renderText(pathReport({ mss: value }), { width: 200 });

  it('says for each direction what passes and what is lost, and who told', () => {
    const text = renderText(pathReport(), { width: 120 });
    for (const line of [
      'here → server  packets of up to 1454 bytes arrive, those of 1455 bytes and more disappear, path MTU 1454',
      'here ← server  not known: the answer of the server is too small to tell (700 bytes)',
      'no ICMP came for 4 packets that were too large',
      '0 of 3 hellos in IP fragments were answered',
      'SYN-ACK with TTL 61, RST with TTL 63, sent by different hosts',
      'hello, hop by hop: 192.0.2.254 > * > 192.0.2.1 (RST)',
    ]) {
      expect(text).to.contain(line);
    }
  });

  it('tells a clear path, one whose MTU is known, and one of which nothing is known apart', () => {
    const both = (known: Partial<PathSweep>): MssValue => ({ outbound: sweep(known), inbound: sweep(known) });
    expect(shown(both({ verdict: 'clear', largestPassing: 1500 }))).to.contain('packets of up to 1500 bytes arrive\n');
    expect(shown(both({ verdict: 'reduced', pathMtu: 1454, largestPassing: 1454 }))).to.contain(
      'path MTU 1454, which the senders know',
    );
    expect(shown(both({ reason: 'missing-ability: tcp-mss' }))).to.contain('tcp-mss');
    expect(shown(both({}))).to.contain('here ← server  not known: ?');
  });

  it('lists the sizes in a table, the largest first, each lost or arrived', () => {
    const lines = renderText(pathReport(), { detail: ['mss'] }).split('\n');
    const at = lines.indexOf('here → server  black hole');
    expect(lines.slice(at + 1, at + 7)).to.deep.equal([
      '  packets of up to 1454 bytes arrive, those of 1455 bytes and more disappear,',
      '  path MTU 1454',
      '  Packet  Result   Connections',
      '  1500 B  lost               1',
      '  1455 B  lost               3',
      '  1454 B  arrives            3',
    ]);
  });

  it('lists the hops, and what came from each', () => {
    const lines = renderText(pathReport(), { detail: ['trace'] }).split('\n');
    const at = lines.findIndex((line) => line.startsWith('TTL'));
    expect(lines.slice(at, at + 4)).to.deep.equal([
      'TTL  From         Reply',
      '  1  192.0.2.254  expired (ICMP)',
      '  2  *            no answer',
      '  3  192.0.2.1    RST',
    ]);
  });

  it('fits the page in both languages', () => {
    for (const language of ['en', 'ja'] as const) {
      const text = renderText(pathReport(), { language, width: 60, detail: ['mss', 'trace'] });
      for (const line of text.split('\n')) expect(displayWidth(line), line).to.be.at.most(60);
    }
    expect(renderText(pathReport(), { language: 'ja' })).to.contain('手元 → サーバー');
  });
});
