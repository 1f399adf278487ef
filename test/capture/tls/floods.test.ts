import { expect } from 'chai';
import { TlsReader } from '../../../lib/capture/tls/reader.ts';
import { certificateTls12, concat, encode, encodeRecord, fromHex, handshakeType } from '../../../lib/wire/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { alertRecord } from '../../support/capture/tls/messages.ts';
import { client, contextWith, cut, feed, handshakeRecord, mutual, type Piece, tls12 } from './streams.ts';

const [hello, serverFlight] = mutual as readonly [Piece, Piece];
const times = (count: number, part: Uint8Array): Uint8Array => concat(...Array.from({ length: count }, () => part));

describe('capture tls floods', () => {
  it('lists 20 alerts and counts all', () => {
    const { facts, dropped } = feed([hello, ['s', times(5000, alertRecord(90))]]);
    expect(facts.alerts).to.have.length(20);
    expect(facts.alertCount).to.deep.equal({ client: 0, server: 5000 });
    expect(facts.received).to.have.length(64);
    expect(dropped).to.deep.equal({ 'alert-not-listed': 4980 });
  });

  it('reads on after thousands of HelloRequests and empty records', () => {
    const empty = encodeRecord(22, 0x0303, new Uint8Array());
    const flood = concat(times(3000, handshakeRecord(0, new Uint8Array())), times(3000, empty));
    const { facts } = feed([hello, ['s', flood], ...mutual.slice(1)]);
    expect(facts.messages.server).to.equal(3005);
    expect(facts.received).to.have.length(64);
    expect(facts.complete).to.equal(true);
    expect(facts.certificates.server).to.have.length(3);
  });

  it('lists sixteen hellos of each side', () => {
    const { facts, dropped } = feed([
      ...Array.from({ length: 30 }, () => hello),
      ...Array.from({ length: 24 }, () => serverFlight),
    ]);
    expect(facts.clientHellos).to.have.length(16);
    expect(facts.serverHellos).to.have.length(16);
    expect(dropped).to.deep.equal({ 'client-hello-not-listed': 14, 'server-hello-not-listed': 8 });
  });

  it('passes over a message of 16 MiB without keeping it, and says so', () => {
    const context = contextWith({ handshakeBytes: 2 ** 25 });
    const reader = new TlsReader(context);
    reader.data(0, hello[1], 0, hello[1].length);
    const start = encodeRecord(22, 0x0303, fromHex('0bffffff'));
    reader.data(1, start, 0, start.length);
    const record = encodeRecord(22, 0x0303, new Uint8Array(16_384));
    for (let i = 0; i < 1024; i++) reader.data(1, record, 0, record.length);
    const { facts } = reader;
    expect(context.counters.toJSON()).to.deep.equal({ 'handshake-message-too-long': 1 });
    expect(facts.certificateAbsence.server).to.equal('truncated');
    // One byte more than the message: the next has begun.
    expect(facts.messages.server).to.equal(0);
  });

  it('stops reading a direction whose handshake has no end', () => {
    const context = contextWith({ handshakeBytes: 100_000 });
    const reader = new TlsReader(context);
    reader.data(0, hello[1], 0, hello[1].length);
    const record = encodeRecord(22, 0x0303, concat(fromHex('17003ffc'), new Uint8Array(16_380)));
    const wanted = Array.from({ length: 8 }, () => reader.data(1, record, 0, record.length));
    expect(wanted).to.deep.equal([true, true, true, true, true, true, false, false]);
    expect(context.counters.toJSON()).to.deep.equal({ 'handshake-too-long': 1 });
    expect(reader.facts.gap.server).to.equal(true);
  });

  it('does not keep more of unfinished messages than 32 MiB over all conversations', () => {
    const context = contextWith();
    const start = encodeRecord(22, 0x0303, concat(fromHex('0b03ffff'), bytesFrom(3)(16_000)));
    const readers = Array.from({ length: 3000 }, () => {
      const reader = new TlsReader(context);
      reader.data(0, hello[1], 0, hello[1].length);
      reader.data(1, start, 0, start.length);
      return reader;
    });
    const { 'handshake-buffers-full': full = 0 } = context.counters.toJSON();
    expect(full).to.be.within(2400, 2999);
    for (const reader of readers) reader.end();
    const after = feed(cut(mutual, 300), context).facts;
    expect(after.certificates.server).to.have.length(3);
  });

  it('keeps 32 certificates of a list and counts the list', () => {
    const certificateList = Array.from({ length: 500 }, (_, i) => bytesFrom(i)(40));
    const record = handshakeRecord(handshakeType.certificate, encode(certificateTls12, { certificateList }).slice());
    expect(record.length).to.be.greaterThan(16_384);
    const { facts, dropped, certificates } = feed([hello, ['s', record]]);
    expect(facts.certificates.server).to.have.length(32);
    expect(certificates).to.equal(32);
    expect(dropped['certificate-list-too-long']).to.equal(1);
    expect(dropped['record-longer-than-allowed']).to.equal(1);
  });

  it('reads a CertificateRequest of 63 KiB, and the same one in every handshake', () => {
    const name = fromHex(`3081 8a 318187 308184 0603 5504 0a 0c7d ${'41'.repeat(125)}`);
    const authorities = Array.from({ length: 450 }, (_, i) => {
      const der = name.slice();
      der.set(new TextEncoder().encode(String(i).padStart(5, '0')), der.length - 5);
      return der;
    });
    const context = contextWith();
    const pieces = cut(tls12({ authorities, client }), 1448);
    const [first, second] = [feed(pieces, context).facts, feed(pieces, context).facts];
    expect(first.certificateRequest?.authorities).to.have.length(450);
    expect(first.certificateRequest?.authorities[449]).to.match(/^O=A{120}00449$/);
    expect(second.certificateRequest?.authorities).to.equal(first.certificateRequest?.authorities);
    expect(first.certificates.client).to.have.length(2);
  });

  it('shows names of authorities that cannot be read as hex, and hostile ones without control characters', () => {
    const hostile = fromHex('3013 3111 300f 0603 5504 03 0c08 3c62 3e0d 0a1b 5b6d');
    const { facts } = feed(tls12({ authorities: [fromHex('3003020101'), hostile], client }));
    const { authorities = [] } = facts.certificateRequest ?? {};
    expect(authorities[0]).to.equal('#3003020101');
    expect(authorities[1]).not.to.match(/[\p{Cc}]/u);
  });
});
