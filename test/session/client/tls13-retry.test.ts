/** A client that a server asks for another hello (RFC 8446 §4.1.4). */

import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { encodeHello } from '../../../lib/hello/index.ts';
import { createTlsClient } from '../../../lib/session/index.ts';
import { nodeClientPrimitives } from '../../../lib/session/node.ts';
import { concat, encode, group, handshakeMessage, handshakeType } from '../../../lib/wire/index.ts';
import { at, records } from '../server-flights.ts';
import { clientFor, names, random, retryMessage, retryRecord, wholeFlight } from './clients.ts';
import { answer } from './tls13-server.ts';

describe('a client that is asked to retry', () => {
  it('sends the same hello with the share asked for and the cookie, and goes on', async () => {
    const client = await clientFor();
    const cookie = random(50);
    const { send } = client.push(retryRecord(group.secp256r1, cookie), at);
    // change_cipher_spec, for middleboxes, then the hello.
    expect(send.subarray(0, 6)).to.deep.equal(Uint8Array.of(20, 3, 3, 0, 1, 1));
    const second = send.subarray(6 + 5);
    const { hello } = client;
    expect(second.subarray(4, 4 + 2 + 32)).to.deep.equal(encodeHello(hello).subarray(4, 4 + 2 + 32));
    const digest = new Uint8Array(createHash('sha256').update(encodeHello(hello)).digest());
    const before = [
      encode(handshakeMessage, { type: handshakeType.message_hash, body: digest }),
      retryMessage(group.secp256r1, cookie),
    ];
    const flight = answer(second, { before });
    client.push(concat(flight.clear, flight.sealed), at);
    expect(client.flight).to.deep.include({ end: 'complete', detail: null });
    expect(names(client.flight)).to.deep.equal(['hello-retry-request', ...wholeFlight]);
    expect(client.flight.helloRetryRequest).to.not.equal(null);
    expect(client.flight.negotiated?.group).to.equal(group.secp256r1);
  });

  it('keeps to a retry of groups that are given as bytes, which it does not read', async () => {
    const { hello } = await clientFor({ keyShares: [group.x25519] });
    const raw = { type: '0x000a', data: '0004001d0017' } as const;
    const extensions = (hello.extensions ?? []).map((one) => (one.type === '0x000a' ? raw : one));
    const client = createTlsClient({
      hello: { ...hello, extensions },
      goal: 'server-flight',
      primitives: await nodeClientPrimitives([]),
    });
    expect(client.push(retryRecord(group.secp256r1), at).send).to.not.have.length(0);
    expect(client.flight.end).to.equal(null);
  });

  it('calls a cookie for which no hello has room malformed', async () => {
    const client = await clientFor();
    const message = retryMessage(group.secp256r1, new Uint8Array(65_400));
    for (let from = 0; from < message.length; from += 16_000)
      client.push(records(message.subarray(from, from + 16_000)), at);
    expect(client.flight)
      .to.include({ end: 'malformed' })
      .and.to.have.property('detail')
      .that.matches(/cookie/);
  });

  const wrongs: readonly [what: string, records: readonly Uint8Array[], detail: RegExp][] = [
    ['a second request', [retryRecord(group.secp256r1), retryRecord(group.secp256r1)], /second HelloRetryRequest/],
    ['a request for nothing', [retryRecord(null)], /asks for nothing/],
    ['a request for a group that was not offered', [retryRecord(group.x448)], /0x001e, which was not offered/],
    ['a request for a share that was sent', [retryRecord(group.x25519)], /whose share was in the hello/],
  ];
  for (const [what, records, detail] of wrongs) {
    it(`calls ${what} malformed`, async () => {
      const client = await clientFor();
      for (const record of records) client.push(record, at);
      expect(client.flight).to.include({ end: 'malformed' }).and.to.have.property('detail').that.matches(detail);
    });
  }
});
