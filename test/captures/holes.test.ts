/** Captures that lack packets: what the two sides said all the same is not told as never said. */

import { expect } from 'chai';
import { contentType } from '../../lib/wire/index.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { alertRecord } from '../support/capture/tls/messages.ts';
import { later, reportOf, tls12 } from './scenes.ts';

const { hello, server, client, serverEnd, seal } = tls12();
const data = new Uint8Array(400).fill(7);

/** Outcome, and findings about how the handshake ended. */
async function told(trace: Trace): Promise<string> {
  const { conversations, findings } = await reportOf(later(trace));
  const ends = findings.filter(({ id }) => id.startsWith('handshake.')).map(({ id }) => id);
  return [conversations[0]?.outcome, ...ends].join(' ');
}

/** A whole connection, of which the capture lacks these segments. */
function whole(unseen: { readonly client?: readonly number[]; readonly server?: readonly number[] }): Trace {
  const trace = new Trace();
  const talk = new Talk(trace).connect();
  talk.send('client', hello);
  talk.send('server', server, { size: 500, unseen: [1] });
  talk.send('client', client, { size: 80, ...(unseen.client && { unseen: unseen.client }) });
  talk.send('server', serverEnd, { size: 6, ...(unseen.server && { unseen: unseen.server }) });
  talk.send('client', seal('client', contentType.application_data, data), { unseen: [0] });
  talk.send('server', seal('server', contentType.application_data, data), { unseen: [0] });
  talk.close('server');
  return trace;
}

describe('captures: packets that were not captured', () => {
  it('may have finished a handshake, which then is not told as closed', async () => {
    expect(client.length).to.be.within(81, 160);
    for (const [name, unseen] of [
      ['key exchange', { client: [0] }],
      ['Finished of the client', { client: [1] }],
      ['both', { client: [0, 1] }],
      ['first answer to them', { server: [0] }],
    ] as const) {
      expect(await told(whole(unseen)), name).to.be.oneOf(['unknown', 'completed']);
    }
  });

  it('leave no doubt where the client said no more than its hello', async () => {
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    talk.send('client', hello);
    talk.send('server', server, { size: 500, unseen: [1] });
    talk.close('client');
    expect(await told(trace)).to.equal('closed handshake.closed');
  });

  it('may include the SYN-ACK of an answer that was captured in another order', async () => {
    const answer = async (synAck: boolean, order: readonly number[]): Promise<string> => {
      const trace = new Trace();
      const talk = new Talk(trace).syn().synAck({ unseen: !synAck }).ack('client');
      talk.send('client', hello);
      talk.send('server', server, { size: 500, order });
      talk.send('client', client);
      talk.send('server', serverEnd);
      talk.send('client', seal('client', contentType.application_data, data));
      talk.close('client');
      return told(trace);
    };
    const last = Math.ceil(server.length / 500) - 1;
    const order = [1, 0, ...Array.from({ length: last - 1 }, (_, i) => i + 2)];
    expect(await answer(false, order)).to.equal('completed');
    expect(await answer(true, order)).to.equal('completed');
  });

  it('do not keep an answer in another protocol from being told that can be known', async () => {
    const answered = async (synAck: boolean, answer: Uint8Array): Promise<string> => {
      const trace = new Trace();
      const talk = new Talk(trace).syn().synAck({ unseen: !synAck }).ack('client');
      talk.send('client', hello);
      talk.send('server', answer);
      talk.close('server');
      return told(trace);
    };
    const http = new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(await answered(false, http)).to.equal('unknown handshake.not-tls');
    const binary = new Uint8Array(300).fill(0xee);
    expect(await answered(true, binary)).to.equal('unknown handshake.not-tls');
    expect(await answered(false, binary)).to.equal('unknown');
  });

  it('may be the answer, which then is not told as none', async () => {
    const silent = async (synAck: boolean, end: 'client' | 'server'): Promise<string> => {
      const trace = new Trace();
      const talk = new Talk(trace).syn().synAck({ unseen: !synAck }).ack('client');
      talk.send('client', hello);
      talk.send('server', server, { size: 500, unseen: [...server.keys()] });
      trace.wait(8_000);
      talk.close(end);
      return told(trace);
    };
    for (const end of ['client', 'server'] as const) {
      expect(await silent(true, end), end).to.equal('unknown');
      expect(await silent(false, end), end).to.equal('unknown');
    }
  });

  it('of a server that had said all are its answer to a client that went on, unless they are as few as those of an alert', async () => {
    const left = async (end: Uint8Array): Promise<string> => {
      const trace = new Trace();
      const talk = new Talk(trace).connect();
      talk.send('client', hello);
      talk.send('server', server);
      talk.send('server', end, { unseen: [0] });
      talk.reset('server');
      return told(trace);
    };
    expect(await left(serverEnd)).to.equal('unknown');
    expect(await left(alertRecord(40))).to.equal('reset handshake.reset');
  });
});
