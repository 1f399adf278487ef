import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Counters } from '../../../lib/capture/counters.ts';
import { decompress } from '../../../lib/capture/file/decompress.ts';
import { CaptureReader } from '../../../lib/capture/file/reader.ts';
import { defaultCaptureLimits as limits } from '../../../lib/capture/limits.ts';
import { fileBytes, nodeGunzip as gunzip, nodeUnzstd as unzstd } from '../../../lib/capture/node.ts';
import { Packet } from '../../../lib/capture/packet.ts';
import { lostByCapture } from '../../../lib/evidence/index.ts';
import { HarnessError } from '../../../lib/wire/index.ts';

const folder = new URL('../../../../shared/corpus/pcap/', import.meta.url);

interface Opinion {
  readonly file?: string;
  readonly exit: number;
  /** Frames that tshark found before any error. */
  readonly frames?: number;
  readonly error: string | null;
}

/** Link types that this tshark does not know; as capture files they are sound. */
const unknownLinkType = /network type \d+ unknown or unsupported/;

/** What a sound file may itself say: time stamps wrong by centuries, packets that never got into it. */
const ownStatements: ReadonlySet<string> = new Set(['timestamp-out-of-range', lostByCapture]);

interface Reading {
  readonly frames: number;
  readonly truncated: boolean;
  readonly dropped: Record<string, number>;
  readonly code: string | null;
}

async function read(file: string): Promise<Reading> {
  const counters = new Counters();
  const packet = new Packet();
  const reader = new CaptureReader(packet, { packet() {}, secrets() {} }, { limits, counters });
  let code: string | null = null;
  try {
    const { chunks } = await decompress(fileBytes(file), { limits, counters, gunzip, unzstd });
    for await (const chunk of chunks) reader.push(chunk);
    reader.end();
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    code = error.code;
  }
  return { frames: packet.number, truncated: reader.truncated, dropped: counters.toJSON(), code };
}

describe('public captures', function () {
  this.timeout(60_000);

  it('have as many frames as tshark finds, and are refused or damaged where it says so', async function () {
    const oracle = new URL('oracle/tshark.jsonl', folder);
    if (!existsSync(oracle)) this.skip();
    const lines = readFileSync(oracle, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    for (const { file, exit, frames = 0, error } of lines.map((line) => JSON.parse(line) as Opinion)) {
      if (file === undefined) continue;
      const ours = await read(fileURLToPath(new URL(file, folder)));
      if (exit === 0 || unknownLinkType.test(error ?? '')) {
        if (exit === 0) expect(ours.frames, file).to.equal(frames);
        expect(ours, file).to.deep.include({ truncated: false, code: null });
        expect(
          Object.keys(ours.dropped).filter((reason) => !ownStatements.has(reason)),
          file,
        ).to.deep.equal([]);
      } else {
        expect(ours.frames, file).to.equal(frames);
        expect(ours.truncated || ours.code === 'not-a-capture', file).to.equal(true);
      }
    }
  });
});
