import { expect } from 'chai';
import { analyzeCapture } from '../../../lib/captures.ts';
import type { Attempt, Conversation } from '../../../lib/evidence/index.ts';
import type { HeadendId } from '../../../lib/lab/index.ts';
import { type DialOutcome, Recording, type Tap } from '../../../lib/net/index.ts';
import { concat } from '../../../lib/wire/index.ts';
import { observeAt } from '../../probes/support.ts';
import { complaints, judge } from '../../support/capture/judges.ts';

/** A recording in memory. */
function recordingInMemory(now?: () => number): { recording: Recording; file: () => Uint8Array } {
  const parts: Uint8Array[] = [];
  const recording = new Recording({ write: (bytes) => parts.push(bytes), ...(now === undefined ? {} : { now }) });
  return { recording, file: () => concat(...parts) };
}

const outcome = { connect: 'ok', end: 'enough', wire: null } as DialOutcome;
const remote = { address: '198.51.100.2', port: 443 };
const ends = [{ address: '192.0.2.2', port: 40_000 }, remote] as const;

async function recorded(headend: HeadendId): Promise<{ file: Uint8Array; attempts: readonly Attempt[] }> {
  const { recording, file } = recordingInMemory();
  const { observation } = await observeAt(headend, ['connect', 'versions', 'certificates'], { recording });
  recording.close();
  const attempts = ['connect', 'versions', 'certificates'].flatMap((id) => observation(id).attempts);
  return { file: file(), attempts };
}

describe('a recording of live attempts', function () {
  this.timeout(30_000);

  for (const headend of [
    'good',
    'tls12-only',
    'expired',
    'silent',
    'reset-on-hello',
    'close-on-hello',
    'alert-handshake_failure',
    'http',
    'client-certificate-tls13',
  ] as const) {
    it(`shows each attempt as it was: ${headend}`, async () => {
      const { file, attempts } = await recorded(headend);
      const { conversations, counters } = await analyzeCapture(file);
      expect(counters.dropped).to.deep.equal({});
      const sent = attempts.filter(({ hello }) => hello.length > 0);
      for (const { id } of sent) expect(indexOf(file, `attempt ${id};`), id).to.be.greaterThan(0);
      expect(sorted(conversations.map(({ clientHello }) => clientHello?.length ?? null))).to.deep.equal(
        sorted(sent.map(({ hello }) => hello.length)),
      );
      expect(sorted(conversations.map(replyOf))).to.deep.equal(sorted(sent.map(({ evidence }) => evidence.reply)));
      // The capture may hold more certificates than were waited for, but none of other chains.
      const chains = new Set(attempts.map(({ evidence }) => chainOf(evidence)));
      for (const conversation of conversations) expect([...chains, '']).to.include(chainOf(conversation));
    });
  }

  it('is opened by Wireshark without a complaint, and says of every packet that it is reconstructed', async function () {
    const { file } = await recorded('good');
    expect(complaints(this, file)).to.deep.equal([]);
    const comments = judge(this, 'tshark', ['-T', 'fields', '-e', 'frame.comment'], file).trim().split('\n');
    for (const comment of comments) expect(comment).to.include('reconstructed from socket data');
    expect(comments.some((comment) => comment.startsWith('attempt a1; '))).to.equal(true);
    const opened = judge(
      this,
      'tshark',
      ['-Y', 'tls.handshake.type == 15', '-T', 'fields', '-e', 'frame.number'],
      file,
    );
    expect(opened.trim(), 'a CertificateVerify of TLS 1.3 needs the secrets in the file').to.not.equal('');
  });
});

describe('Recording', () => {
  it('holds packets back until no connection that began before them is open, and writes them in the order of their times', async () => {
    let clock = 1000;
    const { recording, file } = recordingInMemory(() => clock);
    let finishSlow: () => void = () => undefined;
    const slow = recording.follow({ attempt: 'a1', remote }, async (tap) => {
      begin(tap);
      await new Promise<void>((resolve) => (finishSlow = resolve));
      tap.secret(`CLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}`);
      tap.ended(outcome);
    });
    await new Promise(setImmediate);
    clock = 1005;
    const header = file().length;
    await recording.follow({ attempt: 'a2', remote }, async (tap) => {
      begin(tap);
      tap.ended(outcome);
    });
    expect(file().length, 'nothing of the quick one is written yet').to.equal(header);
    clock = 1010;
    finishSlow();
    await slow;
    recording.close();
    const { source, counters } = await analyzeCapture(file());
    expect(counters.packets).to.equal(8);
    expect(source.firstPacketAt).to.equal(new Date(1000).toISOString());
    expect(indexOf(file(), 'CLIENT_RANDOM'), 'secrets stand before the packets').to.be.lessThan(
      indexOf(file(), 'attempt a1'),
    );
    expect(indexOf(file(), 'attempt a1')).to.be.lessThan(indexOf(file(), 'attempt a2'));
  });

  it('writes exact packets as they are, in place of what the socket showed', async () => {
    const { recording, file } = recordingInMemory(() => 5000);
    const packet = new Uint8Array(40).fill(0x45);
    await recording.follow({ attempt: 'a1', remote }, async (tap) => {
      begin(tap);
      tap.packet(packet);
      tap.ended(outcome);
    });
    recording.close();
    expect(indexOf(file(), 'reconstructed from socket data: payload')).to.equal(-1);
    const { counters } = await analyzeCapture(file());
    expect(counters.packets).to.equal(1);
  });

  it('writes nothing of a connection that never began, and passes on what its work threw', async () => {
    const { recording, file } = recordingInMemory();
    const failure = await recording
      .follow({ attempt: 'a1', remote }, () => Promise.reject(new Error('no descriptors')))
      .catch((error: unknown) => error);
    recording.close();
    expect(failure).to.be.an('error');
    expect((await analyzeCapture(file())).counters.packets).to.equal(0);
  });

  it('tells at the end what writing threw, and disturbs no connection with it', async () => {
    let calls = 0;
    const recording = new Recording({
      write: () => {
        calls++;
        throw new Error('disk full');
      },
    });
    await recording.follow({ attempt: 'a1', remote }, async (tap) => {
      begin(tap);
      tap.ended(outcome);
    });
    expect(() => recording.close()).to.throw('disk full');
    expect(calls).to.equal(1);
  });
});

function begin(tap: Tap): void {
  tap.connected(...ends);
}

function indexOf(file: Uint8Array, text: string): number {
  return Buffer.from(file).indexOf(text);
}

const sorted = (values: readonly unknown[]): string[] => values.map(String).sort(by);
const by = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const chainOf = ({ certificates }: Pick<Conversation, 'certificates'>): string => certificates.server.join();

/** In a capture, our hanging up ends what was silent. */
function replyOf({ evidence: { reply, received, endedBy } }: Conversation): string | null {
  return received.length === 0 && endedBy === 'client' ? 'silent' : reply;
}
