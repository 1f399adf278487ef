/** DTLS 1.3, of which little more is to be seen than who speaks when, and how much. */

import { expect } from 'chai';
import { concat, contentType, dtlsVersion, encode, extensionType, serverHello } from '../../lib/wire/index.ts';
import { DtlsSender, helloBody } from '../capture/tls/dtls-datagrams.ts';
import type { Side } from '../support/capture/hosts.ts';
import { Trace, UdpTalk } from '../support/capture/index.ts';
import { later, reportOf } from './scenes.ts';

/** A datagram, or milliseconds without one. */
type Step = readonly [Side, Uint8Array] | number;

const randomOf = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(value);
const refusal: Step = ['server', Uint8Array.of(contentType.alert, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 2, 40)];

/** With the unified header (RFC 9147 §4). */
function sealed(epoch: number, length: number): Uint8Array {
  return Uint8Array.of(0x2c | epoch, 0, 1, length >> 8, length, ...new Uint8Array(length).fill(9));
}

class Association {
  readonly #client = new DtlsSender();
  readonly #server = new DtlsSender();
  readonly #random: number;

  constructor(random: number) {
    this.#random = random;
  }

  hello(): Step {
    this.#client.messageSeq = 0;
    return ['client', concat(...this.#client.message('client_hello', helloBody(undefined, randomOf(this.#random))))];
  }

  /** Sent again, it has the same message in a record of its own. */
  flight(): Step[] {
    this.#server.messageSeq = 0;
    const chosen = encode(serverHello, {
      legacyVersion: dtlsVersion['DTLSv1.2'],
      random: randomOf(this.#random + 1),
      sessionId: new Uint8Array(),
      cipherSuite: 0x1301,
      compressionMethod: 0,
      extensions: [{ type: extensionType.supported_versions, data: dtlsVersion['DTLSv1.3'] }],
    });
    const answer = concat(...this.#server.message('server_hello', chosen), sealed(2, 60), sealed(2, 800));
    return [['server', answer], ...[300, 61].map((length): Step => ['server', sealed(2, length)])];
  }
}

const finished: Step = ['client', sealed(2, 61)];
const acknowledged: Step = ['server', sealed(3, 35)];
const data: readonly Step[] = [
  ['client', sealed(3, 100)],
  ['server', sealed(3, 100)],
];

async function told(...steps: readonly (Step | readonly Step[])[]) {
  const trace = new Trace();
  const talk = new UdpTalk(trace);
  const isStep = (one: Step | readonly Step[]): one is Step => typeof one === 'number' || typeof one[0] === 'string';
  for (const step of steps.flatMap((one): readonly Step[] => (isStep(one) ? [one] : one))) {
    if (typeof step === 'number') trace.wait(step);
    else talk.send(...step);
  }
  const { conversations, findings } = await reportOf(later(trace));
  const inOrder = conversations.toSorted((a, b) => a.firstPacket - b.firstPacket);
  return { outcomes: inOrder.map(({ outcome }) => outcome), findings };
}

describe('captures: DTLS 1.3', () => {
  const one = new Association(0x10);
  const whole = [one.hello(), ...one.flight(), finished, acknowledged, ...data];

  it('is complete when the server acknowledges the Finished, or goes on with data', async () => {
    for (const end of [whole.length, whole.length - 2]) {
      const { outcomes, findings } = await told(whole.slice(0, end));
      expect([outcomes, findings]).to.deep.equal([['completed'], []]);
    }
  });

  it('has stalled when the server sends its flight again and again; what of it lacks cannot be seen', async () => {
    const stalled = new Association(0x20);
    const again = [0, 1, 2, 3].flatMap((n): Step[] => [1_000 * 2 ** n, ...stalled.flight()]);
    for (const answer of [[], [35], [51]]) {
      const acks = answer.map((length): Step => ['client', sealed(2, length)]);
      const { outcomes, findings } = await told(stalled.hello(), stalled.flight(), acks, again);
      expect(outcomes, `ACK of ${answer[0]}`).to.deep.equal(['stalled']);
      expect(findings[0]?.evidence[0]?.text).to.match(/whether the answer is whole cannot be seen in TLS 1\.3$/);
    }
  });

  it('is left open when the client may have finished, or said why not', async () => {
    for (const last of [finished, ['client', sealed(2, 19)] as const]) {
      const begun = new Association(0x30);
      const { outcomes, findings } = await told(begun.hello(), begun.flight(), last);
      expect([outcomes, findings]).to.deep.equal([['unknown'], []]);
    }
  });

  it('may begin anew from the same port, as DTLS 1.2 may', async () => {
    const two = new Association(0x40);
    const begun = [...whole, 3_000, two.hello()];
    const server = data.slice(1);
    const done = await told(begun, server, two.flight(), finished, acknowledged, data);
    expect(done.outcomes).to.deep.equal(['completed', 'completed']);
    const refused = await told(begun, server, refusal);
    expect(refused.outcomes).to.deep.equal(['completed', 'alert']);
    expect(refused.findings.map(({ id }) => id)).to.deep.equal(['handshake.alert']);
    const forged = await told(begun, refusal, data);
    expect([forged.outcomes, forged.findings]).to.deep.equal([['completed', 'unknown'], []]);
  });
});
