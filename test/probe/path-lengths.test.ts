import { expect } from 'chai';
import type { Attempt } from '../../lib/evidence/index.ts';
import { firstFlight, type HelloPlan } from '../../lib/hello/index.ts';
import { outboundByLength, type Sender } from '../../lib/probe/index.ts';
import { unseenAttempt } from './path-support.ts';
import { controlSpec, fakeSender } from './support.ts';

/** A server behind a path, of which nothing but replies is seen. */
function sender(answers: (segments: readonly number[], flight: number) => boolean): Sender & { sent: number } {
  const base = fakeSender(() => 'silent');
  const made: Sender & { sent: number } = {
    control: base.control,
    steadiness: base.steadiness,
    sent: 0,
    attempt: async ({ hello }) => {
      const plan = hello as HelloPlan;
      const flight = firstFlight(plan).length;
      const cut = plan.segmentLengths ?? [];
      const segments = [...cut, flight - cut.reduce((sum, length) => sum + length, 0)];
      const { flight: read } = await base.attempt({ hello: controlSpec });
      const at = '2026-01-01T00:00:00.000Z';
      const answered = answers(segments, flight);
      const attempt: Attempt = {
        ...unseenAttempt(
          answered
            ? { reply: 'server-hello', end: 'stopped', received: [{ message: 'server-hello', at, bytes: 80 }] }
            : { reply: 'silent', end: 'silent' },
        ),
        id: `a${++made.sent}`,
      };
      return { attempt, flight: read };
    },
  };
  return made;
}

describe('the way there by the length of hellos', () => {
  const fitting = (payload: number) => (segments: readonly number[]) => segments.every((length) => length <= payload);

  it('finds the length that is lost, and blames the path since small segments pass', async () => {
    const sweep = await outboundByLength(sender(fitting(1402)), '192.0.2.1', controlSpec);
    expect(sweep).to.include({ verdict: 'blackhole', largestPassing: 1454, smallestFailing: 1455 });
  });

  it('names no MTU, since it does not know what options the packets carried', async () => {
    const sweep = await outboundByLength(sender(fitting(1402)), '192.0.2.1', controlSpec);
    expect(sweep.pathMtu).to.equal(null);
    expect(sweep.reason).to.match(/^sizes-assumed: /);
  });

  it('never blames the path for a server that dislikes long hellos', async () => {
    for (const longest of [600, 1000, 1400]) {
      const sweep = await outboundByLength(
        sender((_, flight) => flight <= longest),
        '192.0.2.1',
        controlSpec,
      );
      expect(sweep.verdict, `${longest}`).to.equal('unknown');
      expect(sweep.reason).to.match(/^hello-size: /);
    }
  });

  it('finds no fault where the longest hello is answered, and claims no packet size', async () => {
    const fake = sender(() => true);
    const sweep = await outboundByLength(fake, '192.0.2.1', controlSpec);
    expect(sweep).to.include({ verdict: 'unknown', largestPassing: null, smallestFailing: null });
    expect(sweep.reason).to.match(/^sizes-unseen: /);
    expect(fake.sent).to.equal(1);
  });
});
