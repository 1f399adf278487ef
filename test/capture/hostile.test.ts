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

  it('gives the same report in pieces of any size', async () => {
    for (const row of smallOnes()) {
      const bytes = bytesOf(row);
      const whole = await outcomeOf(bytes, row);
      for (const size of [1, 1500])
        expect(await outcomeOf(pieces(bytes, size), row), `${row.name}, ${size}`).to.equal(whole);
    }
  });

  it('shows in every prefix no more conversations, hellos and certificates than in the whole', async () => {
    for (const row of smallOnes()) {
      const bytes = bytesOf(row);
      let before = [0, 0, 0];
      for (let part = 1; part <= 4; part++) {
        const report = await analyze(bytes.subarray(0, Math.ceil((bytes.length * part) / 4)), row).catch(() => null);
        const counts = report === null ? before : countsOf(report);
        for (const [i, count] of counts.entries()) expect(count, row.name).to.be.at.least(before[i] as number);
        before = counts;
      }
    }
  });
});

const made = new Map<HostileCapture, Uint8Array>();

function bytesOf(row: HostileCapture): Uint8Array {
  const bytes = made.get(row) ?? row.make();
  made.set(row, bytes);
  return bytes;
}

/** Of the short ones every third: enough to meet each kind of damage. */
function smallOnes(): HostileCapture[] {
  const small = Object.values(hostileCaptures).flatMap((rows) => rows.filter((row) => bytesOf(row).length < 4000));
  return small.filter((_, i) => i % 3 === 0);
}

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

function analyze(
  source: Parameters<typeof analyzeCapture>[0],
  { limits = {} }: HostileCapture,
): Promise<CaptureReport> {
  return analyzeCapture(source, { name: 'hostile', now, limits });
}

/** The report, or the error, as text without the times of the run. */
async function outcomeOf(source: Parameters<typeof analyzeCapture>[0], row: HostileCapture): Promise<string> {
  try {
    return JSON.stringify({ ...(await analyze(source, row)), startedAt: '', finishedAt: '' });
  } catch (error) {
    return String(error);
  }
}

function countsOf({ conversations, certificates }: CaptureReport): number[] {
  const hellos = conversations.filter(({ clientHello }) => clientHello !== null);
  return [conversations.length, hellos.length, certificates.length];
}

async function survived(row: HostileCapture): Promise<void> {
  const bytes = bytesOf(row);
  const outcome = await analyze(bytes, row).catch((error: unknown) => error);
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
  expect(Object.keys(counters.dropped)).to.include.members([...(row.dropped ?? [])]);
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
