import { expect } from 'chai';
import type { Attempt } from '../../lib/evidence/index.ts';
import { makePreset, planOf } from '../../lib/hello/index.ts';
import { startHeadend } from '../../lib/lab/index.ts';
import { holdOpen } from '../../lib/net/index.ts';
import { runAgainst } from './support.ts';

describe('Run', () => {
  it('believes no silence that was met beside another connection: it asks again alone, and then goes on serially', async () => {
    await using headend = await startHeadend('serial');
    const run = runAgainst(headend);
    run.gate.limit = 2;
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let connected: () => void = () => undefined;
    const standing = new Promise<void>((resolve) => {
      connected = resolve;
    });
    const held = run.connection(false, async () => {
      const connection = await holdOpen({ address: headend.host, port: headend.port }, 1000);
      connected();
      await released;
      connection?.close();
    });
    await standing;
    const attempts: Attempt[] = [];
    const plan = planOf(makePreset('tls12-minimal', { sni: headend.sni, random: (n) => new Uint8Array(n) }));
    const { attempt } = await run.exchange(plan, {}, (made) => {
      attempts.push(made);
      release();
    });
    await held;
    run.close();
    expect(attempts.map(({ evidence }) => evidence.reply)).to.deep.equal(['silent', 'server-hello']);
    expect(attempts.map(({ concurrent }) => concurrent)).to.deep.equal([1, 0]);
    expect(attempt.evidence.reply).to.equal('server-hello');
    expect(run.gate.limit).to.equal(1);
  });

  it('waits for later replies ten times as long as for the slowest so far, within a second and the limit given', async () => {
    await using headend = await startHeadend('good');
    const run = runAgainst(headend, {
      timeouts: { connectMs: 1000, firstReplyMs: 3000, totalMs: 5000, deadlineMs: 9000 },
    });
    const plan = planOf(makePreset('tls12-minimal', { sni: headend.sni, random: (n) => new Uint8Array(n) }));
    expect(run.replyTimeoutMs()).to.equal(3000);
    const { attempt } = await run.exchange(plan, {}, () => undefined);
    expect(run.replyTimeoutMs(), 'before there is a control').to.equal(3000);
    run.control = { plan, attempt: attempt.id, maxHelloLength: null };
    expect(run.replyTimeoutMs()).to.equal(Math.min(3000, Math.max(1000, 10 * (attempt.replyMs ?? 0))));
    run.close();
  });
});
