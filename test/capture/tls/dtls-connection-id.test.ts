/** Records with a connection ID (RFC 9146), whose type is encrypted: what is a Finished, what is data, and what a key log opens. */

import { expect } from 'chai';
import type { TlsFacts } from '../../../lib/capture/tls/facts.ts';
import { KeyLog } from '../../../lib/session/index.ts';
import { concat, contentType } from '../../../lib/wire/index.ts';
import { contextWith, factsOf, type Sent } from './dtls-datagrams.ts';
import { DtlsIdExchange, idKeyLog } from './dtls-ids.ts';

const log = new KeyLog();
log.add(idKeyLog);
const empty = new Uint8Array(0);

function counts({ complete, encryptedHandshakes, applicationData }: TlsFacts): unknown {
  return [complete, Object.values(encryptedHandshakes), Object.values(applicationData)];
}

describe('DtlsReader on records with a connection ID', () => {
  it('takes the first behind each change_cipher_spec for the Finished, and the others for data', () => {
    const done = new DtlsIdExchange().finish(0).finish(1);
    expect(counts(factsOf(done.sent))).to.deep.equal([true, [1, 1], [0, 0]]);
    expect(counts(factsOf(done.data(0).data(1).data(1).sent))).to.deep.equal([true, [1, 1], [1, 2]]);
  });

  it('knows a flight that is sent again, and a packet that was captured twice', () => {
    const exchange = new DtlsIdExchange().finish(0);
    const facts = factsOf([...exchange.sent, exchange.sent.at(-1) as Sent]);
    expect(counts(facts)).to.deep.equal([false, [1, 0], [0, 0]]);
    for (let i = 0; i < 3; i++) exchange.finish(0);
    expect(counts(factsOf(exchange.sent))).to.deep.equal([false, [1, 0], [0, 0]]);
    exchange.finish(1).finish(0).finish(1).data(0);
    expect(factsOf(exchange.sent).renegotiated).to.equal(false);
    expect(counts(factsOf(exchange.sent))).to.deep.equal([true, [1, 1], [1, 0]]);
  });

  it('reads several of them in a datagram, as long as the hellos tell how long the IDs are', () => {
    const exchange = new DtlsIdExchange().finish(0);
    const parts = [exchange.finished(1), ...[1, 2].map(() => exchange.sealed(1, contentType.application_data, empty))];
    const joined = [...exchange.sent, [1, concat(exchange.change(1), ...parts)] as Sent];
    expect(counts(factsOf(joined))).to.deep.equal([true, [1, 1], [0, 2]]);
    const withoutHello = joined.filter(([direction], at) => direction === 1 || at > 0);
    expect(counts(factsOf(withoutHello)), 'one record as far as is known').to.deep.equal([true, [1, 1], [0, 0]]);
  });

  it('takes the lengths from the hellos alone, whatever stands in the records', () => {
    for (const [ofClient, ofServer] of [
      [null, null],
      [empty, empty],
      [new Uint8Array(200), new Uint8Array(255)],
    ] as const) {
      const exchange = new DtlsIdExchange(ofClient, ofServer).finish(0).finish(1).data(0).data(1);
      const context = contextWith({}, log);
      expect(counts(factsOf(exchange.sent, context))).to.deep.equal([true, [1, 1], [1, 1]]);
      expect(context.counters.toJSON()).to.deep.equal({});
    }
  });

  it('opens Finished and alerts with secrets, and knows data from them', () => {
    const exchange = new DtlsIdExchange().finish(0).finish(1).data(0).data(1, 500);
    exchange.add(0, exchange.sealed(0, contentType.alert, Uint8Array.of(1, 0)));
    const facts = factsOf(exchange.sent, contextWith({}, log));
    expect(facts).to.deep.include({ decrypted: true, complete: true, renegotiated: false });
    expect(facts.alerts.map(({ from, name }) => [from, name])).to.deep.equal([['client', 'close_notify']]);
    expect(facts.received.map(({ message }) => message).slice(-3)).to.deep.equal([
      'change-cipher-spec',
      'finished',
      'application-data',
    ]);
    expect(counts(facts)).to.deep.equal([true, [0, 0], [1, 1]]);
  });

  it('leaves closed what has another ID than it was sealed with', () => {
    const exchange = new DtlsIdExchange();
    const finished = exchange.finished(0);
    exchange.add(0, concat(exchange.change(0), finished.with(11, 0x77)));
    expect(factsOf(exchange.sent, contextWith({}, log))).to.deep.include({ decrypted: false });
    expect(counts(factsOf(exchange.sent, contextWith({}, log)))).to.deep.equal([false, [1, 0], [0, 0]]);
  });

  it('takes records without a change_cipher_spec before them for data', () => {
    const exchange = new DtlsIdExchange();
    exchange.finished(0);
    expect(counts(factsOf(exchange.data(0).data(0).sent))).to.deep.equal([false, [0, 0], [2, 0]]);
  });
});
