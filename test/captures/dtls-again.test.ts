/** A second association of DTLS between the same addresses and ports: what is its own, and what still is the first one's. */

import { expect } from 'chai';
import * as fc from 'fast-check';
import { webIdentity } from '../../captures/make/pki.ts';
import { analyzeCapture } from '../../lib/captures.ts';
import { concat, contentType } from '../../lib/wire/index.ts';
import { Trace, UdpTalk } from '../support/capture/index.ts';
import { dtls12Exchange } from '../support/capture/tls/dtls12.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';
import { hostName, later, reportOf } from './scenes.ts';

type Datagram = ReturnType<typeof dtls12Exchange>['datagrams'][number];

function association(seed: number): readonly Datagram[] {
  return dtls12Exchange({ hello: tls12Hello(seed, hostName), seed: seed + 1, server: webIdentity([hostName]) })
    .datagrams;
}

const first = association(980);
const second = association(990);
const [hello, verify, helloAgain] = second as [Datagram, Datagram, Datagram];
const fatal = Uint8Array.of(contentType.alert, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 2, 40);
const refusal: Datagram = { from: 'server', bytes: fatal };
const data = (from: Datagram['from'], number: number): Datagram => ({
  from,
  bytes: concat(Uint8Array.of(contentType.application_data, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, number, 0, 48), noise),
});
const noise = new Uint8Array(48).fill(7);

/** The conversations and findings of what was said, a list of datagrams with pauses (milliseconds) between them. */
async function told(...said: readonly (Datagram | readonly (Datagram | number)[] | number)[]) {
  const trace = new Trace();
  const talk = new UdpTalk(trace);
  for (const one of said.flat()) {
    if (typeof one === 'number') trace.wait(one);
    else talk.send(one.from, one.bytes);
  }
  const report = await reportOf(later(trace));
  // They are told as they end.
  const conversations = report.conversations.toSorted((a, b) => a.firstPacket - b.firstPacket);
  return {
    conversations,
    outcomes: conversations.map(({ outcome }) => outcome),
    evidence: report.findings.flatMap(({ evidence }) => evidence.map(({ text }) => text)),
    findings: report.findings.map(({ id, confidence }) => `${id} ${confidence}`),
  };
}

/** The same in a record whose number is its own. */
function again({ from, bytes }: Datagram, times: number): Datagram {
  return { from, bytes: bytes.with(10, (bytes[10] as number) + 16 * times) };
}

describe('captures: a client that begins DTLS anew from the same port', () => {
  it('has two conversations, each with its own hellos and certificates', async () => {
    const { outcomes, conversations } = await told(first, 5_000, second);
    expect(outcomes).to.deep.equal(['completed', 'completed']);
    expect(conversations.map(({ firstPacket, lastPacket }) => [firstPacket, lastPacket])).to.deep.equal([
      [1, first.length],
      [first.length + 1, first.length + second.length],
    ]);
    for (const { clientHello, moreClientHellos, moreServerHellos, certificates, evidence } of conversations) {
      expect(clientHello?.sni).to.equal(hostName);
      expect([moreClientHellos.length, moreServerHellos.length]).to.deep.equal([1, 0]);
      expect(certificates.server).to.have.length(2);
      expect(evidence.received.map(({ message }) => message)).to.include('server-hello-done');
    }
  });

  it('may fail where it did not before', async () => {
    const refused = await told(first, 5_000, hello, verify, helloAgain, refusal);
    expect(refused.outcomes).to.deep.equal(['completed', 'alert']);
    expect(refused.findings).to.deep.equal(['handshake.alert proven']);
    const repeats = [1_000, again(helloAgain, 1), 2_000, again(helloAgain, 2), 4_000, again(helloAgain, 3)];
    const silent = await told(first, 5_000, hello, verify, helloAgain, ...repeats);
    expect(silent.outcomes).to.deep.equal(['completed', 'stalled']);
    expect(silent.findings).to.deep.equal(['handshake.silent proven']);
    const blocked = await told(first, 5_000, hello, 1_000, again(hello, 1), 2_000, again(hello, 2));
    expect(blocked.outcomes).to.deep.equal(['completed', 'unknown']);
    expect(blocked.findings).to.deep.equal(['vpn.dtls-blocked possible']);
  });

  it('may not be answered because the server has the first association still, which is told', async () => {
    const repeats = [hello, 1_000, again(hello, 1), 2_000, again(hello, 2)];
    const held =
      /answered another DTLS hello of 192\.0\.2\.10: .*From the same port of the client an association had come up/;
    expect((await told(first, 5_000, repeats)).evidence.join()).to.match(held);
    expect((await told(repeats, 5_000, first)).evidence.join())
      .to.match(/answered another/)
      .and.to.not.match(/same port/);
  });

  it('may come through where it did not before, by an alert or without an end', async () => {
    const refused = await told(first.slice(0, 3), refusal, 500, second);
    expect(refused.outcomes).to.deep.equal(['alert', 'completed']);
    expect(refused.findings).to.deep.equal(['handshake.alert proven']);
    const unfinished = await told(first.slice(0, -3), 30_000, second);
    expect(unfinished.outcomes).to.deep.equal(['unknown', 'completed']);
  });

  it('may do so again and again, and from the other end', async () => {
    const swapped = second.map(
      ({ from, bytes }): Datagram => ({ from: from === 'client' ? 'server' : 'client', bytes }),
    );
    const tried = [hello, verify, helloAgain, refusal];
    const { outcomes, conversations } = await told(first, tried, association(1_000), swapped, association(1_010));
    expect(outcomes).to.deep.equal(['completed', 'alert', 'completed', 'completed', 'completed']);
    expect(conversations.map(({ client }) => client.port === 443)).to.deep.equal([false, false, false, true, false]);
  });

  it('gets data of before as long as the server does not know better', async () => {
    const late = [data('server', 8), data('server', 9)];
    const refused = await told(first, 5_000, hello, late, verify, helloAgain, refusal, data('server', 10));
    expect(refused.outcomes).to.deep.equal(['completed', 'alert']);
    expect(refused.conversations[0]?.lastPacket).to.equal(refused.conversations[1]!.lastPacket + 1);
    const done = await told(first, 5_000, second.slice(0, -3), late, second.slice(-3));
    expect(done.outcomes).to.deep.equal(['completed', 'completed']);
    expect(done.conversations[0]?.evidence.inbound?.bytes).to.equal(
      [...first, ...late].filter(({ from }) => from === 'server').reduce((sum, { bytes }) => sum + bytes.length, 0),
    );
    const unanswered = await told(first, 5_000, hello, late, 1_000, again(hello, 1), 2_000, again(hello, 2));
    expect(unanswered.outcomes).to.deep.equal(['completed', 'unknown']);
    expect(unanswered.findings).to.deep.equal([]);
  });

  it('is somebody else, perhaps, when the client of before goes on: nothing is said of what became of the hello', async () => {
    const malformed: Datagram = { from: 'client', bytes: hello.bytes.with(hello.bytes.length - 40, 0xff) };
    for (const forged of [
      [hello],
      [hello, refusal],
      [hello, 1_000, again(hello, 1), 2_000, again(hello, 2)],
      [hello, verify, helloAgain, 1_000, again(helloAgain, 1), 4_000, again(helloAgain, 2)],
      [hello, ...second.slice(1, -3)],
      [malformed, refusal],
    ]) {
      const { outcomes, findings } = await told(first, 5_000, ...forged, 500, data('client', 8), data('server', 8));
      expect([outcomes, findings]).to.deep.equal([['completed', 'unknown'], []]);
    }
  });

  it('is not, when it only says goodbye to what was', async () => {
    const goodbye = { from: 'client', bytes: data('client', 9).bytes.with(0, contentType.alert) } as const;
    const { outcomes } = await told(first, hello, goodbye, verify, helloAgain, refusal);
    expect(outcomes).to.deep.equal(['completed', 'alert']);
  });

  it('is not seen in what is late, or sent again', async () => {
    for (const at of first.keys()) {
      const late = first[at] as Datagram;
      const { outcomes } = await told(first, 500, late);
      expect(outcomes, `datagram ${at + 1}`).to.deep.equal(['completed']);
      const amid = await told(first, 500, hello, late, second.slice(1));
      const between = await told(first, 500, second.slice(0, 4), late, second.slice(4));
      for (const { conversations } of [amid, between]) {
        expect(conversations.map(({ outcome }) => outcome)).to.deep.equal(['completed', 'completed']);
        expect(conversations[1]?.moreClientHellos, `datagram ${at + 1}`).to.have.length(1);
        expect(conversations[1]?.moreServerHellos).to.have.length(0);
      }
    }
  });

  it('has another conversation for each hello that nothing answers, and each may be found to be blocked', async () => {
    const tries = [980, 990, 1_000].map((seed) => {
      const [one] = association(seed) as [Datagram];
      return [one, 1_000, again(one, 1), 2_000, again(one, 2), 30_000];
    });
    const blocked = await told(...tries.map((one) => one.flat()).flat());
    expect(blocked.outcomes).to.deep.equal(['unknown', 'unknown', 'unknown']);
    expect(blocked.conversations.map(({ loss }) => loss.retransmissions)).to.deep.equal([2, 2, 2]);
    expect(blocked.findings).to.deep.equal(['vpn.dtls-blocked possible']);
    const late = await told(hello, 1_000, again(hello, 1), 2_000, first.slice(0, 4), again(hello, 2), first.slice(4));
    expect(late.outcomes).to.deep.equal(['unknown', 'completed']);
    expect(late.conversations[1]?.moreClientHellos).to.have.length(1);
    // The last flights of both sides came in packets that the capture does not have.
    const lacking = await told(hello, 3_000, first.slice(0, 4), data('client', 8), data('server', 8));
    expect(lacking.outcomes).to.deep.equal(['unknown', 'completed']);
  });

  it('is not seen in a hello that comes behind its answer, as captures of several interfaces show it', async () => {
    const [, , cookie, ...answer] = first as [Datagram, Datagram, Datagram, ...Datagram[]];
    const { outcomes } = await told(answer.slice(0, 1), cookie, answer.slice(1));
    expect(outcomes).to.have.length(1);
  });

  it('is not seen in a hello that the handshake under way may still be about', async () => {
    const { outcomes, conversations } = await told(first.slice(0, 3), second);
    expect(outcomes).to.deep.equal(['completed']);
    expect(conversations[0]?.moreClientHellos).to.have.length(3);
  });

  it('is not said to have failed where packets are lacking, doubled or out of order', async () => {
    const all = [first, second, association(1_000)];
    const chance = fc.array(fc.nat(99), { minLength: 60, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        chance,
        chance,
        chance,
        async (count, lost, doubled, swapped) => {
          const said = all.slice(0, count).flatMap((datagrams): (Datagram | number)[] => [...datagrams, 2_000]);
          for (let i = 0; i + 1 < said.length; i++) {
            const [one, next] = said.slice(i, i + 2) as [Datagram, Datagram];
            if (swapped[i]! < 10 && typeof one !== 'number' && typeof next !== 'number') said.splice(i, 2, next, one);
          }
          const kept = said.flatMap((one, i) => (lost[i]! < 12 ? [] : doubled[i]! < 10 ? [one, one] : [one]));
          const { outcomes, findings } = await told(kept);
          expect(outcomes.length).to.be.at.most(count);
          expect(outcomes.filter((outcome) => outcome !== 'completed' && outcome !== 'unknown')).to.deep.equal([]);
          expect(findings).to.deep.equal([]);
        },
      ),
      { seed: 12, numRuns: 150 },
    );
  }).timeout(20_000);

  it('has few conversations open, however often it does so', async () => {
    const trace = new Trace();
    const talk = new UdpTalk(trace);
    for (const { from, bytes } of first) talk.send(from, bytes);
    for (let i = 0; i < 300; i++) {
      talk.send('client', hello.bytes.with(30, i & 0xff).with(31, i >> 8));
      talk.send('server', refusal.bytes);
    }
    talk.send('client', data('client', 9).bytes);
    const { conversations, counters } = await analyzeCapture(trace.toPcapng(), { limits: { openConversations: 2 } });
    expect(conversations).to.have.length(301);
    expect(counters.dropped['conversation-finished-early'] ?? 0).to.be.at.most(1);
  });
});
