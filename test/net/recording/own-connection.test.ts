import { expect } from 'chai';
import { analyzeCapture } from '../../../lib/captures.ts';
import { type OwnConnection, ownConnectionText, readOwnConnection } from '../../../lib/evidence/index.ts';
import { Recording } from '../../../lib/net/index.ts';
import { concat } from '../../../lib/wire/index.ts';
import { observeAt } from '../../probes/support.ts';

describe('what recordings say of our own connections', function () {
  this.timeout(30_000);

  it('is read as it was written, and from no comment of somebody else', () => {
    for (const probing of [true, false])
      for (const left of [true, false])
        for (const mss of [null, 1414]) {
          const own: OwnConnection = { attempt: 'a12', probing, mss, left };
          const text = ownConnectionText(own);
          expect(readOwnConnection(text)).to.deep.equal(own);
          expect(readOwnConnection(`${text}; reconstructed from socket data`)).to.deep.equal(own);
        }
    for (const text of ['', 'attempt a1', 'attempt a0; helloprobe: left on purpose', 'attempt 7; helloprobe: x'])
      expect(readOwnConnection(text)).to.equal(null);
  });

  it('keeps the verdict of a recording to that of the run: a server without a fault has none', async () => {
    const parts: Uint8Array[] = [];
    const recording = new Recording({ write: (bytes) => parts.push(bytes) });
    await observeAt('good', ['connect', 'versions', 'ciphers', 'certificates'], { recording });
    recording.close();
    const { conversations, findings } = await analyzeCapture(concat(...parts));
    expect(conversations.every(({ own }) => own != null)).to.equal(true);
    // Nobody gave the lab's root.
    expect(findings.map(({ id }) => id).filter((id) => !id.startsWith('cert.'))).to.deep.equal([]);
    expect(conversations.filter(({ evidence }) => evidence.end === 'closed')).to.deep.equal([]);
  });
});
