import { expect } from 'chai';
import * as fc from 'fast-check';
import * as tables from '../../lib/wire/extensions/tables.ts';
import * as wire from '../../lib/wire/index.ts';
import { bytes, extensions, fields, list, u8, u16, u24, u32 } from './arbitraries.ts';
import { bodies } from './bodies.ts';
import { codecLaws, refusal } from './codec-laws.ts';
import { bodiesOf, codecOf, recordedMessages, rfc8448 } from './sessions.ts';

const { handshakeType: type } = wire;
const der = bytes(1);
const status = bodies.get(wire.certificateStatus) as fc.Arbitrary<wire.CertificateStatus>;

codecLaws('Certificate up to TLS 1.2', wire.certificateTls12, fields({ certificateList: list(der) }), {
  vectors: ['000000', ...bodiesOf(type.certificate, 'tls12-ecdhe')],
});

codecLaws(
  'Certificate of TLS 1.3',
  wire.certificateTls13,
  fields({
    certificateRequestContext: bytes(),
    certificateList: list(
      fields({ certificateData: der, extensions: extensions(tables.certificateEntryExtensions, bodies) }),
    ),
  }),
  { vectors: bodiesOf(type.certificate, 'tls13-hrr') },
);

codecLaws(
  'CompressedCertificate',
  wire.compressedCertificate,
  fields({ algorithm: u16, uncompressedLength: u24, compressedCertificateMessage: bytes(1) }),
  { vectors: ['00020001000000030a0b0c'] },
);

const algorithmAndSignature = fields({ algorithm: u16, signature: bytes() });
codecLaws('CertificateVerify', wire.certificateVerify, algorithmAndSignature, {
  vectors: bodiesOf(type.certificate_verify),
});
codecLaws('CertificateVerify up to TLS 1.1', wire.certificateVerifyTls10, fields({ signature: bytes() }), {
  vectors: ['000401020304'],
});

const requested = { certificateTypes: list(u8, 1), certificateAuthorities: list(bytes(1)) };
codecLaws('CertificateRequest up to TLS 1.1', wire.certificateRequestTls10, fields(requested), {
  vectors: bodiesOf(type.certificate_request, 'tls11-dhe'),
});
codecLaws(
  'CertificateRequest of TLS 1.2',
  wire.certificateRequestTls12,
  fields({ ...requested, supportedSignatureAlgorithms: list(u16, 1) }),
  { vectors: bodiesOf(type.certificate_request, 'tls12-ecdhe') },
);
codecLaws(
  'CertificateRequest of TLS 1.3',
  wire.certificateRequestTls13,
  fields({
    certificateRequestContext: bytes(),
    extensions: extensions(tables.certificateRequestExtensions, bodies),
  }),
  { vectors: bodiesOf(type.certificate_request, 'tls13-hrr') },
);

codecLaws(
  'EncryptedExtensions',
  wire.encryptedExtensions,
  fields({ extensions: extensions(tables.encryptedExtensionsExtensions, bodies) }),
  { vectors: [rfc8448('encryptedExtensions'), ...bodiesOf(type.encrypted_extensions)] },
);

codecLaws(
  'NewSessionTicket up to TLS 1.2',
  wire.newSessionTicketTls12,
  fields({ ticketLifetimeHint: u32, ticket: bytes() }),
  { vectors: bodiesOf(type.new_session_ticket, 'tls11-dhe') },
);
codecLaws(
  'NewSessionTicket of TLS 1.3',
  wire.newSessionTicketTls13,
  fields({
    ticketLifetime: u32,
    ticketAgeAdd: u32,
    ticketNonce: bytes(),
    ticket: bytes(1),
    extensions: extensions(tables.newSessionTicketExtensions, bodies),
  }),
  { vectors: [...bodiesOf(type.new_session_ticket, 'tls13-hrr'), '00000e10aabbccdd010000020b0c0008002a000400004000'] },
);

const nothing = fc.constant({});
codecLaws('HelloRequest', wire.helloRequest, nothing, { vectors: [''] });
codecLaws('ServerHelloDone', wire.serverHelloDone, nothing, { vectors: [''] });
codecLaws('EndOfEarlyData', wire.endOfEarlyData, nothing, { vectors: [''] });
codecLaws('HelloVerifyRequest', wire.helloVerifyRequest, fields({ serverVersion: u16, cookie: bytes() }), {
  vectors: ['feff03c0ffee'],
});
codecLaws('Finished', wire.finished, fields({ verifyData: bytes() }), {
  vectors: bodiesOf(type.finished, 'tls12-rsa'),
  legalCuts: () => 'all',
  openEnded: true,
});
codecLaws('KeyUpdate', wire.keyUpdate, fields({ requestUpdate: fc.constantFrom(0, 1) }), { vectors: ['00', '01'] });
codecLaws('NextProtocol', wire.nextProtocol, fields({ selectedProtocol: bytes(), padding: bytes() }), {
  vectors: ['02683203000000'],
});
codecLaws('CertificateStatus', wire.certificateStatus, status, {
  vectors: ['0100000430020a00', '020000060000030a0b0c'],
});
codecLaws('alert', wire.alert, fields({ level: u8, description: u8 }), { vectors: ['0228', '0100'] });
codecLaws('change_cipher_spec', wire.changeCipherSpec, fields({ type: fc.constant(1 as const) }), { vectors: ['01'] });
codecLaws('handshake message', wire.handshakeMessage, fields({ type: u8, body: bytes() }), {
  vectors: ['0e000000', '1400000c0102030405060708090a0b0c'],
});
codecLaws('record', wire.tlsRecord, fields({ type: u8, version: u16, fragment: bytes() }), {
  vectors: ['15030300020228'],
});

describe('handshake messages', () => {
  it('reads every message of the recorded sessions and writes it back', () => {
    const messages = recordedMessages();
    expect(messages.length).to.be.greaterThan(60);
    for (const message of messages) {
      const codec = codecOf(message);
      expect(wire.encode(codec, wire.decode(codec, message.body)), message.session).to.deep.equal(message.body);
    }
  });

  it('does not guess the form of a message before version and suite are known', () => {
    const before = { version: null, cipherSuite: null };
    expect(wire.handshakeBody(type.client_hello, before)).to.equal(wire.clientHello);
    expect(wire.handshakeBody(type.certificate, before)).to.equal(undefined);
    const early = { version: wire.tlsVersion['TLSv1.2'], cipherSuite: null };
    expect(wire.handshakeBody(type.server_key_exchange, early)).to.equal(undefined);
    expect(wire.handshakeBody(type.certificate, early)).to.equal(wire.certificateTls12);
    expect(wire.handshakeBody(99, early)).to.equal(undefined);
  });

  it('says which certificate is cut', () => {
    const [body] = bodiesOf(type.certificate, 'tls13-hrr').map(wire.fromHex);
    const cut = wire.malform(wire.certificateTls13, body as Uint8Array, {
      'certificateList.0.certificateData.#length': 9,
    });
    expect(refusal(wire.certificateTls13, cut).path).to.match(/^certificateList\./);
  });
});
