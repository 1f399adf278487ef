/** What may come once a TLS 1.3 handshake is finished (RFC 8446 §4.6). */

import { expect } from 'chai';
import { encodeHello, type HelloOptions } from '../../../lib/hello/index.ts';
import {
  finishedTls13,
  nextTrafficSecret,
  openerTls13,
  sealerTls13,
  suiteDigest,
  type TlsClient,
} from '../../../lib/session/index.ts';
import { nodePrimitives } from '../../../lib/session/node.ts';
import {
  certificateRequestTls13,
  concat,
  contentType,
  encode,
  extensionType,
  keyUpdate,
  signatureScheme,
} from '../../../lib/wire/index.ts';
import { at, handshake } from '../server-flights.ts';
import { clientFor, random } from './clients.ts';
import { answer, type ServerFlight, sealed } from './tls13-server.ts';

const postHandshakeAuth = { type: '0x0031', data: '' } as const;

describe('a client after the handshake', () => {
  async function finished(options: Partial<HelloOptions> = {}): Promise<{ client: TlsClient; server: ServerFlight }> {
    const client = await clientFor(options, 'finished');
    const server = answer(encodeHello(client.hello));
    const { progress } = client.push(concat(server.clear, server.sealed), at);
    expect(progress).to.equal('finished');
    return { client, server };
  }
  const request = handshake(
    'certificate_request',
    encode(certificateRequestTls13, {
      certificateRequestContext: Uint8Array.of(1, 2, 3),
      extensions: [{ type: extensionType.signature_algorithms, data: [signatureScheme.ecdsa_secp256r1_sha256] }],
    }),
  );

  it('names post-handshake authentication, and answers that it has no certificate', async () => {
    const { client, server } = await finished({ extra: [postHandshakeAuth] });
    const { send } = client.push(sealed(server.after, request), at);
    expect(client.flight.after.certificateRequest?.signatureSchemes).to.deep.equal([
      signatureScheme.ecdsa_secp256r1_sha256,
    ]);
    // An empty Certificate with the context of the request, Finished, the type, and the tag.
    expect(send).to.have.length(5 + (4 + 4 + 3) + (4 + 32) + 1 + 16);
    expect(client.push(sealed(server.after, request), at).send).to.have.length(0);
  });

  it('calls post-handshake authentication that it did not offer malformed', async () => {
    const { client, server } = await finished();
    client.push(sealed(server.after, request), at);
    expect(client.flight.detail).to.match(/post_handshake_auth was not offered/);
  });

  const update = handshake('key_update', encode(keyUpdate, { requestUpdate: 1 }));

  it('answers a KeyUpdate, and opens nothing more with the keys before it', async () => {
    const { client, server } = await finished();
    const { send } = client.push(sealed(server.after, update), at);
    expect(send).to.have.length(5 + 5 + 1 + 16);
    expect(client.flight.accepted).to.equal(true);
    client.push(sealed(server.after, update), at);
    expect(client.flight.detail).to.match(/cannot be opened/);
  });

  it('follows 32 KeyUpdates and no more, as it reads 32 messages of any kind', async () => {
    const { client, server } = await finished();
    let { server: secret } = server.secrets;
    for (let count = 1; count <= 33; count++) {
      client.push(sealed(sealerTls13(server.suite, secret, nodePrimitives.aead), update), at);
      expect(client.flight.end, `update ${count}`).to.equal(count <= 32 ? null : 'malformed');
      secret = nextTrafficSecret(server.suite.hash, secret);
    }
    expect(client.flight.detail).to.match(/more than 32 messages after the handshake/);
  });

  it('reads data in any number of records', async () => {
    const { client, server } = await finished();
    client.push(sealed(server.after, random(200), { recordSize: 1 }, contentType.application_data), at);
    expect(client.flight.end).to.equal(null);
    expect(client.flight.after.dataBytes).to.equal(200);
    expect(client.flight.messages.length).to.be.below(10);
  });

  it('takes data and close_notify for what they are', async () => {
    const { client, server } = await finished();
    client.push(sealed(server.after, random(20), {}, contentType.application_data), at);
    expect(client.flight).to.deep.include({ accepted: true });
    expect(client.flight.after.dataBytes).to.equal(20);
    client.push(sealed(server.after, Uint8Array.of(1, 0), {}, contentType.alert), at);
    expect(client.flight).to.deep.include({ end: 'complete', alert: null });
  });

  it('tells the alert with which a server refuses a client without a certificate', async () => {
    const { client, server } = await finished();
    client.push(sealed(server.after, Uint8Array.of(2, 116), {}, contentType.alert), at);
    expect(client.flight).to.include({ end: 'alert', finished: true, accepted: false });
    expect(client.flight.alert?.name).to.equal('certificate_required');
  });

  it('holds an alert for the end whatever its level says, but for user_canceled', async () => {
    const { client, server } = await finished();
    client.push(sealed(server.after, Uint8Array.of(1, 90), {}, contentType.alert), at);
    expect(client.flight.end).to.equal(null);
    client.push(sealed(server.after, Uint8Array.of(1, 116), {}, contentType.alert), at);
    expect(client.flight).to.include({ end: 'alert', accepted: false });
  });

  it('sends a Finished that the server can check, and says goodbye', async () => {
    const client = await clientFor({ sessionId: '' }, 'finished');
    const hello = encodeHello(client.hello);
    const server = answer(hello);
    const { send } = client.push(concat(server.clear, server.sealed), at);
    expect(send).to.have.length(5 + 4 + 32 + 1 + 16);
    const opened = openerTls13(server.suite, server.secrets.clientHandshake, nodePrimitives.aead);
    const digest = suiteDigest('SHA256', server.transcript);
    expect(opened.open(contentType.application_data, 0x0303, send.subarray(5))?.fragment.subarray(4)).to.deep.equal(
      finishedTls13('SHA256', server.secrets.clientHandshake, digest),
    );
    expect(client.farewell()).to.have.length(5 + 2 + 1 + 16);
    expect(client.end('enough').end).to.equal('complete');
  });
});
