import { expect } from 'chai';
import { webIdentity } from '../../captures/make/pki.ts';
import { destinationUnreachable, unreachableCode } from '../../lib/capture/write/index.ts';
import { Trace, UdpTalk } from '../support/capture/index.ts';
import { dtls12Exchange } from '../support/capture/tls/dtls12.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';
import { hostName, later, reportOf } from './scenes.ts';

type Datagram = (typeof datagrams)[number];

const { datagrams } = dtls12Exchange({ hello: tls12Hello(970, hostName), seed: 971, server: webIdentity([hostName]) });
const [first, verify, second] = datagrams as [Datagram, Datagram, Datagram];

/** Sends it, and again after each of the waits, in milliseconds. */
function repeat(talk: UdpTalk, { bytes }: { readonly bytes: Uint8Array }, waits: readonly number[]): void {
  talk.send('client', bytes);
  for (const [i, wait] of waits.entries()) {
    talk.trace.wait(wait);
    // In a record of its own: the sequence number ends there.
    talk.send('client', bytes.with(10, bytes[10]! + i + 1));
  }
}

async function told(play: (talk: UdpTalk) => void): Promise<string[]> {
  const trace = new Trace();
  play(new UdpTalk(trace));
  const { findings } = await reportOf(later(trace));
  return findings.map(({ id, confidence, subject }) => `${id} ${confidence} ${subject}`);
}

describe('captures: DTLS hellos', () => {
  it('are found to be blocked when they are sent again and again, and nothing answers', async () => {
    expect(await told((talk) => repeat(talk, first, [1_000, 2_000]))).to.deep.equal([
      `vpn.dtls-blocked possible 198.51.100.20:443 (${hostName})`,
    ]);
  });

  it('are not said to be blocked for all, when the port answers another client, or the same one at another time', async () => {
    const evidenceOf = async (address: string): Promise<string[]> => {
      const trace = new Trace();
      repeat(new UdpTalk(trace), first, [1_000, 2_000]);
      const other = new UdpTalk(trace, { client: { address, port: 40_999 } });
      for (const { from, bytes } of datagrams) other.send(from, bytes);
      const { findings } = await reportOf(later(trace));
      const found = findings.find(({ id }) => id === 'vpn.dtls-blocked');
      expect(found).to.include({ confidence: 'possible' });
      return found?.evidence.map(({ text }) => text) ?? [];
    };
    const [, answered] = await evidenceOf('192.0.2.99');
    expect(answered).to.match(/^198\.51\.100\.20:443 answered the DTLS hello of another client, 192\.0\.2\.99: /);
    const clientOfTalks = '192.0.2.10';
    const [, again] = await evidenceOf(clientOfTalks);
    expect(again).to.match(/^198\.51\.100\.20:443 answered another DTLS hello of 192\.0\.2\.10: /);
  });

  it('are told without such words, where another port answered', async () => {
    const trace = new Trace();
    repeat(new UdpTalk(trace), first, [1_000, 2_000]);
    const other = new UdpTalk(trace, { server: { port: 4_433 } });
    for (const { from, bytes } of datagrams) other.send(from, bytes);
    const { findings } = await reportOf(later(trace));
    expect(findings.find(({ id }) => id === 'vpn.dtls-blocked')?.evidence).to.have.length(1);
  });

  it('are not found to be blocked by one that was lost, or by a client that gave up at once', async () => {
    expect(await told((talk) => repeat(talk, first, [4_000]))).to.deep.equal([]);
    expect(await told((talk) => repeat(talk, first, [10, 10]))).to.deep.equal([]);
  });

  it('are found to be blocked by an ICMP error, of which one is enough, unless it came for a client that had gone', async () => {
    const unreachable = (by: 'client' | 'server', code: number) => async () => {
      const trace = new Trace();
      const talk = new UdpTalk(trace).send('client', first.bytes);
      const error = destinationUnreachable(talk.packet('client', first.bytes), code);
      trace.add(talk.pair.frame(by, talk.pair.packet(by, talk.pair.icmp, error)));
      const { findings } = await reportOf(later(trace));
      return findings.map(({ id, confidence, evidence: [shown] }) => `${id} ${confidence}: ${shown?.text}`);
    };
    for (const code of [unreachableCode.port, unreachableCode.prohibited]) {
      const [finding, ...others] = await unreachable('server', code)();
      expect(finding).to.match(
        new RegExp(`^vpn.dtls-blocked likely: .*not answered .ICMP 3/${code} from 198.51.100.20.$`),
      );
      expect(others).to.deep.equal([]);
    }
    expect(await unreachable('server', unreachableCode.fragmentationNeeded)()).to.deep.equal([]);
    expect(await unreachable('client', unreachableCode.port)()).to.deep.equal([]);
  });

  it('are not found to be blocked when something answered, if only once', async () => {
    const answered = (talk: UdpTalk): void => {
      talk.send('client', first.bytes).send('server', verify.bytes);
      repeat(talk, first, [1_000, 2_000]);
    };
    expect(await told(answered)).to.deep.equal([`handshake.silent proven 198.51.100.20:443 (${hostName})`]);
  });

  it('are not found to be blocked when their port answers to something else, as ICE candidates do to STUN', async () => {
    // A success response, and a check of the server's own: first bytes that packets of DTLS have, and that they do not have.
    for (const type of [0x0101, 0x0001]) {
      const stun = new Uint8Array(20);
      stun.set([type >> 8, type & 0xff, 0, 0, 0x21, 0x12, 0xa4, 0x42]);
      const candidate = (talk: UdpTalk): void => {
        talk.send('client', first.bytes).send('server', stun);
        repeat(talk, first, [1_000, 2_000]);
      };
      expect((await told(candidate)).join(), String(type)).to.not.include('vpn.dtls-blocked');
    }
  });

  it('belong to what came after them: without one nothing is known of a handshake that does not go on', async () => {
    const begun = datagrams.findIndex(({ from }, i) => from === 'server' && i > datagrams.indexOf(verify));
    const trace = new Trace();
    const talk = new UdpTalk(trace);
    const flight = datagrams.slice(begun);
    const end = flight.findIndex(({ from }) => from === 'client');
    for (const { from, bytes } of flight.slice(1, end + 1)) talk.send(from, bytes);
    const { conversations, findings } = await reportOf(later(trace));
    expect(conversations.map(({ outcome, evidence }) => [outcome, evidence.completeness])).to.deep.equal([
      ['unknown', 'mid-stream'],
    ]);
    expect(findings).to.deep.equal([]);
  });

  it('are not found to be blocked where only the packets of the client were captured', async () => {
    const oneWay = (talk: UdpTalk): void => {
      talk.send('client', first.bytes);
      repeat(talk, second, [1_000, 2_000]);
    };
    expect(await told(oneWay)).to.deep.equal([]);
  });
});
