import { expect } from 'chai';
import { analyzeCapture } from '../../lib/captures.ts';
import type { CaptureReport } from '../../lib/evidence/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { type HostileCapture, hostileCaptures } from '../support/capture/hostile/index.ts';

const now = new Date('2026-03-05T00:00:00Z');

describe('a hostile capture', () => {
  for (const [kind, rows] of Object.entries(hostileCaptures)) {
    describe(`(${kind})`, () => {
      for (const row of rows) it(`is survived: ${row.name}`, () => survived(row));
    });
  }
});

async function survived(row: HostileCapture): Promise<void> {
  const bytes = row.make();
  const outcome = await analyzeCapture(bytes, { name: 'hostile', now, limits: row.limits ?? {} }).catch(
    (error: unknown) => error,
  );
  if (row.refused === true) {
    expect(outcome).to.be.instanceOf(HarnessError).with.property('code', 'not-a-capture');
    expect(unshowable([(outcome as HarnessError).message, (outcome as HarnessError).hint])).to.deep.equal([]);
    return;
  }
  if (outcome instanceof Error) throw outcome;
  const report = outcome as CaptureReport;
  expect(unshowable(report)).to.deep.equal([]);
  const { conversations, certificates, counters } = report;
  expect(counters.tlsConversations).to.equal(conversations.length);
  if (row.conversations !== undefined) expect(conversations).to.have.length(row.conversations);
  if (row.hellos !== undefined)
    expect(conversations.filter(({ clientHello }) => clientHello !== null)).to.have.length(row.hellos);
  if (row.certificates !== undefined) expect(certificates).to.have.length(row.certificates);
  expect(counters.dropped).to.include.keys([...(row.dropped ?? [])]);
  if (row.whole === true) expect(counters.dropped).to.deep.equal({});
}

/** Texts that no terminal, page or report should get, and numbers that JSON does not know, wherever they are. PEM has line feeds. */
function unshowable(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path}: ${value}`];
  if (typeof value === 'string') {
    const bad = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\bNaN\b|Invalid Date|\bundefined\b|\[object /u;
    return bad.test(path.endsWith('.pem') ? value.replaceAll('\n', '') : value)
      ? [`${path}: ${JSON.stringify(value.slice(0, 100))}`]
      : [];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, part]) => unshowable(part, `${path}.${key}`));
}
