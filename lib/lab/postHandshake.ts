/**
 * A TLS 1.3 server that asks for a client certificate only once the handshake is finished (RFC 8446 §4.6.2), which node's servers
 * cannot do. It speaks to clients that offer post_handshake_auth and an X25519 share; others are passed on.
 */

import {
  aeadSuite,
  deriveSecret,
  earlySecret,
  finishedTls13,
  handshakeSecret,
  masterSecretTls13,
  openerTls13,
  type RecordSealer,
  sealerTls13,
  suiteDigest,
  verifyContent,
} from '../session/index.ts';
import { nodeClientPrimitives, nodeCredential } from '../session/node.ts';
import {
  alertDescription,
  alertLevel,
  type ClientHello,
  type Codec,
  certificateRequestTls13,
  certificateTls13,
  certificateVerify,
  concat,
  contentType,
  encode,
  encodeRecord,
  encryptedExtensions,
  extensionType,
  findExtension,
  groups,
  RecordDeframer,
  type ServerHello,
  serverHello,
  signatureSchemes,
  tlsVersion,
} from '../wire/index.ts';
import { encodeName } from './certificate.ts';
import type { RawConnection, RawHandlers } from './headend.ts';
import { chainOf, type TestCertificate } from './pki.ts';
import { framed } from './reshape.ts';

/** TLS_AES_128_GCM_SHA256, which every client of TLS 1.3 must have (RFC 8446 §9.1). */
const cipherSuite = 0x1301;
const hash = 'SHA256';
const x25519 = groups.codeOf('x25519') ?? 0;
/** What RSA keys sign with in TLS 1.3 (RFC 8446 §4.2.3). */
const scheme = signatureSchemes.codeOf('rsa_pss_rsae_sha256') ?? 0;

/** @param leaf with an RSA key; the CA above it is sent along, and named as the one whose certificates are taken. */
export function asksAfterHandshake(leaf: TestCertificate): RawHandlers {
  const judges = new WeakMap<RawConnection, Promise<(bytes: Uint8Array) => boolean>>();
  return {
    hello(connection, { clientHello, message }) {
      const share = shareIn(clientHello);
      if (clientHello === null || share === null) connection.passOn();
      else judges.set(connection, answer(connection, leaf, { clientHello, message, share }));
    },
    later(connection, bytes) {
      void judges
        .get(connection)
        ?.then((judge) => (judge(bytes) ? connection.end() : undefined))
        // What is no TLS ends it too.
        .catch(() => connection.end());
    },
  };
}

interface Asked {
  readonly clientHello: ClientHello;
  readonly message: Uint8Array;
  readonly share: Uint8Array;
}

/** The X25519 share of a client that can be asked later; null for all others. */
function shareIn(clientHello: ClientHello | null): Uint8Array | null {
  const extensions = clientHello?.extensions ?? [];
  const asksLater = findExtension(extensions, extensionType.post_handshake_auth) !== undefined;
  if (!asksLater || clientHello?.cipherSuites.includes(cipherSuite) !== true) return null;
  const shares = findExtension(extensions, extensionType.key_share) ?? [];
  return shares.find(({ group }) => group === x25519)?.keyExchange ?? null;
}

/** Sends the flight and, behind it, the request. @returns what takes the client's bytes and says whether it has answered and was refused. */
async function answer(
  connection: RawConnection,
  leaf: TestCertificate,
  { clientHello, message, share }: Asked,
): Promise<(bytes: Uint8Array) => boolean> {
  const primitives = await nodeClientPrimitives([x25519]);
  const own = primitives.keyAgreement(x25519);
  const shared = own?.agree(share) ?? null;
  const suite = aeadSuite(cipherSuite);
  if (own === null || shared === null || suite === undefined) return () => true;
  const first = serverHelloFor(clientHello, own.publicKey, primitives.random(32));
  const handshake = handshakeSecret(hash, earlySecret(hash, null), shared);
  const hello = suiteDigest(hash, concat(message, first));
  const secret = deriveSecret(hash, handshake, 's hs traffic', hello);
  const flight = flightOf(leaf, [message, first], secret);
  const master = masterSecretTls13(hash, handshake);
  const finished = suiteDigest(hash, concat(message, first, ...flight));
  const later = sealerTls13(suite, deriveSecret(hash, master, 's ap traffic', finished), primitives.aead);

  connection.send(encodeRecord(contentType.handshake, tlsVersion['TLSv1.2'], first));
  connection.send(sealed(sealerTls13(suite, secret, primitives.aead), contentType.handshake, concat(...flight)));
  // To the client it looks as if it came once its Finished was there: what the server sends keeps its order.
  connection.send(sealed(later, contentType.handshake, requestFor(leaf)));

  const application = openerTls13(suite, deriveSecret(hash, master, 'c ap traffic', finished), primitives.aead);
  const records = new RecordDeframer();
  return (bytes) => {
    for (const { type, version, fragment } of records.push(bytes)) {
      // The client's Finished has other keys; the first record that these open is its answer.
      if (type !== contentType.application_data || application.open(type, version, fragment) === null) continue;
      const refusal = Uint8Array.of(alertLevel.fatal, alertDescription.certificate_required);
      connection.send(sealed(later, contentType.alert, refusal));
      return true;
    }
    return false;
  };
}

function serverHelloFor({ sessionId }: ClientHello, keyExchange: Uint8Array, random: Uint8Array): Uint8Array {
  const hello: ServerHello = {
    legacyVersion: tlsVersion['TLSv1.2'],
    random,
    sessionId,
    cipherSuite,
    compressionMethod: 0,
    extensions: [
      { type: extensionType.supported_versions, data: tlsVersion['TLSv1.3'] },
      { type: extensionType.key_share, data: { group: x25519, keyExchange } },
    ],
  };
  return framed('server_hello', encode(serverHello as Codec<ServerHello>, hello));
}

/** EncryptedExtensions, Certificate, CertificateVerify and Finished. */
function flightOf(leaf: TestCertificate, before: readonly Uint8Array[], secret: Uint8Array): Uint8Array[] {
  const chain = [...chainOf(leaf), ...(leaf.issuer === null ? [] : [leaf.issuer])].map(({ der }) => der);
  const credential = nodeCredential({ chain, keyPem: leaf.privateKeyPem });
  const messages = [
    framed('encrypted_extensions', encode(encryptedExtensions, { extensions: [] })),
    framed(
      'certificate',
      encode(certificateTls13, {
        certificateRequestContext: new Uint8Array(),
        certificateList: chain.map((certificateData) => ({ certificateData, extensions: [] })),
      }),
    ),
  ];
  const digest = (): Uint8Array => suiteDigest(hash, concat(...before, ...messages));
  const signature = credential.sign(scheme, verifyContent('server', digest()));
  messages.push(framed('certificate_verify', encode(certificateVerify, { algorithm: scheme, signature })));
  messages.push(framed('finished', finishedTls13(hash, secret, digest())));
  return messages;
}

function requestFor({ issuer }: TestCertificate): Uint8Array {
  const authorities = issuer === null ? [] : [encodeName(issuer.subject)];
  return framed(
    'certificate_request',
    encode(certificateRequestTls13, {
      certificateRequestContext: Uint8Array.of(1),
      extensions: [
        { type: extensionType.signature_algorithms, data: [scheme] },
        { type: extensionType.certificate_authorities, data: authorities },
      ],
    }),
  );
}

function sealed(sealer: RecordSealer, type: number, content: Uint8Array): Uint8Array {
  const { type: outer, version, fragment } = sealer.seal(type, content);
  return encodeRecord(outer, version, fragment);
}
