/** Our client in TLS 1.2: the signature of the key exchange, what is wrong by itself, and what it lacks. Whole handshakes: test/live/client.test.ts. */

import { sign } from 'node:crypto';
import { expect } from 'chai';
import { buildHello, type HelloOptions } from '../../../lib/hello/index.ts';
import { type ClientFlight, type ClientGoal, createTlsClient, type TlsClient } from '../../../lib/session/index.ts';
import { nodeClientPrimitives } from '../../../lib/session/node.ts';
import {
  concat,
  encode,
  fromHex,
  group,
  serverEcdhParams,
  serverKeyExchange,
  signatureScheme,
  suiteTraits,
} from '../../../lib/wire/index.ts';
import {
  alertRecord,
  at,
  certificates,
  changeCipherSpecRecord,
  handshake,
  helloDone,
  helloOf,
  leaf as junk,
  records,
  random as serverRandom,
} from '../server-flights.ts';
import { noAead, random } from './clients.ts';
import { leaf } from './tls13-server.ts';

const suite = 0xc02b;
const kind = suiteTraits(suite) ?? { keyExchange: 'ECDHE', authentication: 'ECDSA' };
const tls12 = 0x0303;

async function clientFor(options: Partial<HelloOptions> = {}, goal: ClientGoal = 'finished'): Promise<TlsClient> {
  const hello = buildHello({ versions: [tls12], cipherSuites: [suite], random, ...options });
  return createTlsClient({ hello, goal, primitives: await nodeClientPrimitives([]) });
}

const clientRandom = random(32);
/** The base point of X25519 (RFC 7748 §6.1): a valid key. */
const point = concat(Uint8Array.of(9), new Uint8Array(31));

const usualScheme: number = signatureScheme.ecdsa_secp256r1_sha256;

function keyExchange({ scheme = usualScheme, over = clientRandom, key = point } = {}): Uint8Array {
  const ecdh = { curveType: 3 as const, namedCurve: group.x25519, publicPoint: key };
  const content = concat(over, serverRandom, encode(serverEcdhParams, ecdh));
  const signature = new Uint8Array(sign('sha256', content, leaf.privateKey));
  const body = encode(serverKeyExchange(kind, tls12), { ecdh, signed: { algorithm: scheme, signature } });
  return handshake('server_key_exchange', body);
}

function flight(exchange: Uint8Array, der = leaf.der, hello = helloOf({ cipherSuite: suite })): Uint8Array {
  return records(concat(hello, certificates(der), exchange, helloDone));
}

async function flightOf(bytes: Uint8Array, goal: ClientGoal = 'server-flight', options = {}): Promise<ClientFlight> {
  const client = await clientFor(options, goal);
  client.push(bytes, at);
  return client.flight;
}

describe('a client in TLS 1.2', () => {
  it('checks who signed the key exchange', async () => {
    expect(await flightOf(flight(keyExchange()))).to.deep.include({
      end: 'complete',
      proof: { scheme: signatureScheme.ecdsa_secp256r1_sha256, verdict: 'valid' },
    });
    const replayed = await flightOf(flight(keyExchange({ over: new Uint8Array(32) })));
    expect(replayed).to.deep.include({
      end: 'malformed',
      detail: 'The signature of ServerKeyExchange does not fit the certificate.',
    });
    expect(replayed.certificates).to.have.length(1);
    expect(replayed.proof?.verdict).to.equal('wrong');
  });

  it('does not say of a signature that it is wrong where it cannot check it', async () => {
    const flightOfJunk = await flightOf(flight(keyExchange(), junk));
    expect(flightOfJunk).to.deep.include({ end: 'complete' });
    expect(flightOfJunk.proof?.verdict).to.equal('unsupported');
  });

  it('refuses a scheme that was not offered', async () => {
    const { end, detail } = await flightOf(flight(keyExchange({ scheme: 0x0905 })));
    expect(end).to.equal('malformed');
    expect(detail).to.match(/mldsa65 \(0x0905\), which was not offered/);
  });

  it('refuses a key that is no point of its curve', async () => {
    const zero = new Uint8Array(32);
    const { end, detail } = await flightOf(flight(keyExchange({ key: zero })), 'finished');
    expect(end).to.equal('malformed');
    expect(detail).to.match(/no point of its curve/);
  });

  it('sends its flight once the server is done, and nothing when the flight is all that is wanted', async () => {
    for (const goal of ['finished', 'server-flight'] as const) {
      const client = await clientFor({}, goal);
      const { send, progress } = client.push(flight(keyExchange()), at);
      expect(progress).to.equal(goal === 'finished' ? 'more' : 'enough');
      // ClientKeyExchange, change_cipher_spec, and Finished sealed with 8 bytes of nonce and 16 of tag.
      expect(send).to.have.length(goal === 'finished' ? 5 + 4 + 33 + 6 + (5 + 8 + 16 + 16) : 0);
    }
  });

  it('opens nothing but with the keys agreed on, and wants change_cipher_spec before Finished', async () => {
    const client = await clientFor();
    client.push(flight(keyExchange()), at);
    client.push(records(handshake('finished', new Uint8Array(12))), at);
    expect(client.flight.detail).to.match(/finished came where TLS 1\.2 has change_cipher_spec/);
    const other = await clientFor();
    other.push(flight(keyExchange()), at);
    other.push(concat(changeCipherSpecRecord, records(new Uint8Array(40))), at);
    expect(other.flight.detail).to.match(/cannot be opened/);
  });

  it('passes over HelloRequests while it waits for Finished, up to a limit', async () => {
    const client = await clientFor();
    client.push(flight(keyExchange()), at);
    const request = records(handshake('hello_request', new Uint8Array()));
    for (let count = 1; count <= 17; count++) {
      client.push(request, at);
      expect(client.flight.end, `request ${count}`).to.equal(count <= 16 ? null : 'malformed');
    }
    expect(client.flight.after.helloRequests).to.equal(17);
    expect(client.flight.detail).to.match(/more than 16 HelloRequests/);
  });

  it('lacks an algorithm that Node was built without, and says nothing of the server', async () => {
    const hello = buildHello({ versions: [tls12], cipherSuites: [suite], random });
    const whole = await nodeClientPrimitives([]);
    const client = createTlsClient({ hello, goal: 'finished', primitives: { ...whole, aead: noAead } });
    client.push(flight(keyExchange()), at);
    expect(client.flight).to.include({ end: 'stopped', gap: 'cipher-suite', detail: null });
  });

  it('tells the alert that answers its Finished', async () => {
    const client = await clientFor();
    client.push(flight(keyExchange()), at);
    client.push(alertRecord(2, 51), at);
    expect(client.flight).to.include({ end: 'alert', finished: false });
    expect(client.flight.alert?.name).to.equal('decrypt_error');
  });

  it('sees that a server which has TLS 1.3 was made to choose less', async () => {
    const marked = concat(serverRandom.subarray(0, 24), fromHex('444f574e47524401'));
    const hello = helloOf({ cipherSuite: suite, random: marked });
    const client = await clientFor({ versions: [tls12, 0x0304], cipherSuites: [suite, 0x1301] });
    client.push(records(hello), at);
    expect(client.flight.detail).to.match(/^The server random says that the server has TLS 1\.3/);
    // To one that did not offer it, the mark says nothing.
    const older = await clientFor();
    older.push(records(hello), at);
    expect(older.flight.end).to.equal(null);
  });

  it('says that it has no session to resume', async () => {
    const client = await clientFor();
    client.push(concat(records(helloOf({ cipherSuite: suite })), changeCipherSpecRecord), at);
    expect(client.flight).to.include({ end: 'stopped', gap: 'resumption', resumed: true });
  });

  it('reads a flight of TLS 1.1, and says that it does not finish it', async () => {
    const old = { versions: [0x0302], cipherSuites: [0xc009] };
    const hello = helloOf({ legacyVersion: 0x0302, cipherSuite: 0xc009 });
    const codec = serverKeyExchange(kind, 0x0302);
    const ecdh = { curveType: 3 as const, namedCurve: group.x25519, publicPoint: point };
    const body = encode(codec, { ecdh, signed: { algorithm: undefined, signature: random(70) } });
    const bytes = flight(handshake('server_key_exchange', body), leaf.der, hello);
    expect(await flightOf(bytes, 'server-flight', old)).to.deep.include({ end: 'complete', gap: null });
    expect(await flightOf(bytes, 'finished', old)).to.deep.include({ end: 'stopped', gap: 'version' });
  });
});
