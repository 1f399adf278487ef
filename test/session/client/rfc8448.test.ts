/** Handshakes whose every byte and secret somebody else wrote down: with their keys, our client says what theirs said. */

import { expect } from 'chai';
import { decodeHello } from '../../../lib/hello/index.ts';
import { type ClientCredential, createTlsClient, type TlsClient } from '../../../lib/session/index.ts';
import { concat, fromHex, signatureScheme, toHex } from '../../../lib/wire/index.ts';
import { corpusLines, corpusRecords } from '../corpus.ts';
import { fixedPrimitives } from './fixed-keys.ts';

interface Value {
  readonly section: string;
  readonly who: 'client' | 'server';
  readonly step: string;
  readonly label: string;
  readonly hex: string;
}

const lines = corpusLines<Value>('rfc8448-draft');
const at = new Date('2030-01-01T00:00:00Z');

/** Values of a section in order, chosen by who, and a part of step or label. */
function valuesOf(section: string, who: Value['who'], what: string): Uint8Array[] {
  return lines
    .filter((one) => one.section === section && one.who === who && (one.label === what || one.step.includes(what)))
    .filter((one) => one.label === what || one.label === 'complete record')
    .map(({ hex }) => fromHex(hex));
}

async function clientOf(section: string, credential: ClientCredential | null = null): Promise<TlsClient> {
  const [privateKey = new Uint8Array()] = valuesOf(section, 'client', 'private key');
  const [hello = new Uint8Array()] = valuesOf(section, 'client', 'ClientHello');
  return createTlsClient({
    hello: decodeHello(hello),
    goal: 'finished',
    primitives: await fixedPrimitives(privateKey),
    credential,
  });
}

/** What the client sends in answer to these bytes, given to it in pieces. */
function answerTo(client: TlsClient, bytes: Uint8Array, size: number): Uint8Array {
  const sent: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += size) sent.push(client.push(bytes.subarray(i, i + size), at).send);
  return concat(...sent);
}

describe('a client with the keys of RFC 8448', () => {
  before(function () {
    if (lines.length === 0) this.skip();
  });

  for (const section of ['Simple 1-RTT Handshake', 'Compatibility Mode']) {
    for (const size of [1, 7, 100_000]) {
      it(`sends the records of "${section}", whatever pieces of ${size} bytes`, async () => {
        const client = await clientOf(section);
        const [hello] = valuesOf(section, 'client', 'ClientHello');
        expect(decodeHello(hello as Uint8Array)).to.deep.equal(client.hello);
        const server = concat(
          ...valuesOf(section, 'server', 'send handshake record').slice(0, 1),
          ...valuesOf(section, 'server', 'send change_cipher_spec record'),
          ...valuesOf(section, 'server', 'send handshake record').slice(1, 2),
        );
        const expected = concat(
          ...valuesOf(section, 'client', 'send change_cipher_spec record'),
          ...valuesOf(section, 'client', 'send handshake record').slice(1, 2),
        );
        expect(toHex(answerTo(client, server, size))).to.equal(toHex(expected));
        expect(client.flight).to.deep.include({ finished: true, accepted: false, gap: null });
        expect(client.flight.proof?.verdict).to.equal('valid');
        const names = client.flight.messages.map(({ message }) => message);
        expect(names.filter((name) => name !== 'change-cipher-spec')).to.deep.equal([
          'server-hello',
          'encrypted-extensions',
          'certificate',
          'certificate-verify',
          'finished',
        ]);
      });
    }
  }

  it('reads the ticket that follows', async () => {
    const section = 'Simple 1-RTT Handshake';
    const client = await clientOf(section);
    for (const record of valuesOf(section, 'server', 'send handshake record')) client.push(record, at);
    expect(client.flight).to.include({ accepted: true });
    expect(client.flight.after.tickets).to.equal(1);
    expect(client.end('closed').end).to.equal('complete');
  });

  it('proves its certificate as the client of "Client Authentication" does', async () => {
    const section = 'Client Authentication';
    const [certificate = new Uint8Array()] = valuesOf(section, 'client', 'Certificate');
    const [verify = new Uint8Array()] = valuesOf(section, 'client', 'CertificateVerify');
    // Message header, empty context, length of the list, length of the certificate; extensions follow it.
    const der = certificate.subarray(4 + 1 + 3 + 3, certificate.length - 2);
    const client = await clientOf(section, {
      chain: [der],
      schemes: [signatureScheme.rsa_pss_rsae_sha256],
      // The salt of PSS is random: the recorded signature is the one to send.
      sign: () => verify.subarray(8),
    });
    const server = concat(...valuesOf(section, 'server', 'send handshake record').slice(0, 2));
    const expected = concat(...valuesOf(section, 'client', 'send handshake record').slice(1, 2));
    expect(toHex(answerTo(client, server, 1000))).to.equal(toHex(expected));
    expect(client.flight.clientCertificates).to.deep.equal([der]);
    expect(client.flight.certificateRequest?.signatureSchemes).to.include(signatureScheme.rsa_pss_rsae_sha256);
  });
});

describe('a client with the keys of an illustrated TLS 1.3 handshake', () => {
  const records = corpusRecords('illustrated-tls13');

  it('sends the recorded Finished, and reads the tickets and data that follow', async function () {
    if (records.size === 0) this.skip();
    const record = (name: string): Uint8Array => fromHex(records.get(name) ?? '');
    const client = createTlsClient({
      hello: decodeHello(record('clienthello').subarray(5)),
      goal: 'finished',
      // The private key counts up from 0x20.
      primitives: await fixedPrimitives(Uint8Array.from({ length: 32 }, (_, i) => 0x20 + i)),
    });
    const names = ['hello', 'ccs', 'encextensions', 'enccert', 'enccertverify', 'encfinished'];
    const sent = names.map((name) => client.push(record(`server${name}`), at).send);
    expect(toHex(concat(...sent))).to.equal(`${records.get('clientccs')}${records.get('clientencfinished')}`);
    for (const name of ['encticket1', 'encticket2', 'encdata']) client.push(record(`server${name}`), at);
    expect(client.flight.after).to.deep.include({ tickets: 2, dataBytes: 4 });
  });
});
