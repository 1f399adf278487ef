/** A TLS 1.3 handshake (X25519, Ed25519 certificate) with real cryptography, the same bytes each time. */

import { sign } from 'node:crypto';
import { encodeHello, type HelloSpec } from '../../../../lib/hello/index.ts';
import {
  type AeadSuite,
  aeadSuite,
  deriveSecret,
  earlySecret,
  finishedTls13,
  handshakeSecret,
  masterSecretTls13,
  type SuiteHash,
  sealerTls13,
} from '../../../../lib/session/index.ts';
import { nodeAead } from '../../../../lib/session/node.ts';
import {
  type Codec,
  certificateRequestTls13,
  certificateTls13,
  certificateVerify,
  cipherSuite,
  concat,
  contentType,
  encode,
  encryptedExtensions,
  extensionType,
  fromHex,
  handshakeType,
  type ServerHello,
  serverHello,
  signatureScheme,
  tlsRecord,
  tlsVersion,
} from '../../../../lib/wire/index.ts';
import { bytesFrom } from '../random.ts';
import { rawPublicKey, sharedSecret, x25519Key } from './keys.ts';
import {
  changeCipherSpec,
  type HandshakeName,
  type Identity,
  keyLogLine,
  message,
  records,
  type Seal,
  Transcript,
  x25519,
} from './messages.ts';

export interface Tls13Options {
  /** Its X25519 share is of `clientSeed` (see `withShare`). */
  readonly hello: HelloSpec;
  readonly clientSeed: Uint8Array;
  readonly seed: number;
  /** With an Ed25519 key. */
  readonly server: Identity;
  /** Asked for, and given, when present. */
  readonly client?: Identity;
  /** Default TLS_AES_256_GCM_SHA384. */
  readonly cipherSuite?: number;
  readonly alpn?: string;
}

/** What goes over the connection after the ClientHello; then `seal` makes application data, tickets and alerts. */
export interface Tls13Streams {
  /** ServerHello to Finished. */
  readonly server: Uint8Array;
  readonly client: Uint8Array;
  readonly keyLog: string;
  readonly seal: Seal;
}

export function tls13Streams(options: Tls13Options): Tls13Streams {
  const { hello, cipherSuite: code = cipherSuite.TLS_AES_256_GCM_SHA384 } = options;
  const suite = aeadSuite(code) as AeadSuite;
  const { hash } = suite;
  const random = bytesFrom(options.seed);
  const transcript = new Transcript();
  transcript.add(encodeHello(hello));
  const say = (name: HandshakeName, body: Uint8Array): Uint8Array => transcript.add(message(handshakeType[name], body));

  const serverKey = x25519Key(random(32));
  const serverHelloMessage = say(
    'server_hello',
    encode(serverHello as Codec<ServerHello>, {
      legacyVersion: tlsVersion['TLSv1.2'],
      random: random(32),
      sessionId: fromHex(hello.sessionId),
      cipherSuite: code,
      compressionMethod: 0,
      extensions: [
        { type: extensionType.supported_versions, data: tlsVersion['TLSv1.3'] },
        { type: extensionType.key_share, data: { group: x25519, keyExchange: rawPublicKey(serverKey) } },
      ],
    }),
  );
  const handshake = handshakeSecret(
    hash,
    earlySecret(hash, null),
    sharedSecret(x25519Key(options.clientSeed), serverKey),
  );
  const derive = (secret: Uint8Array, label: Parameters<typeof deriveSecret>[2]): Uint8Array =>
    deriveSecret(hash, secret, label, transcript.hash(hash));
  const clientSecret = derive(handshake, 'c hs traffic');
  const serverSecret = derive(handshake, 's hs traffic');

  const serverMessages = [say('encrypted_extensions', extensionsFor(options.alpn))];
  if (options.client !== undefined) serverMessages.push(say('certificate_request', request));
  serverMessages.push(...proof(options.server, 'server', transcript, hash, say));
  serverMessages.push(say('finished', finishedTls13(hash, serverSecret, transcript.hash(hash))));
  const master = masterSecretTls13(hash, handshake);
  const [clientData, serverData] = [derive(master, 'c ap traffic'), derive(master, 's ap traffic')];
  const exporter = derive(master, 'exp master');
  const clientMessages = options.client === undefined ? [] : proof(options.client, 'client', transcript, hash, say);
  clientMessages.push(say('finished', finishedTls13(hash, clientSecret, transcript.hash(hash))));

  const sealed = (secret: Uint8Array, messages: readonly Uint8Array[]): Uint8Array[] => {
    const sealer = sealerTls13(suite, secret, nodeAead);
    return messages.map((part) => encode(tlsRecord, sealer.seal(contentType.handshake, part)));
  };
  const sealers = {
    client: sealerTls13(suite, clientData, nodeAead),
    server: sealerTls13(suite, serverData, nodeAead),
  };
  return {
    server: concat(
      records(contentType.handshake, tlsVersion['TLSv1.2'], serverHelloMessage),
      changeCipherSpec,
      ...sealed(serverSecret, serverMessages),
    ),
    client: concat(changeCipherSpec, ...sealed(clientSecret, clientMessages)),
    keyLog:
      keyLogLine('SERVER_HANDSHAKE_TRAFFIC_SECRET', hello, serverSecret) +
      keyLogLine('CLIENT_HANDSHAKE_TRAFFIC_SECRET', hello, clientSecret) +
      keyLogLine('EXPORTER_SECRET', hello, exporter) +
      keyLogLine('SERVER_TRAFFIC_SECRET_0', hello, serverData) +
      keyLogLine('CLIENT_TRAFFIC_SECRET_0', hello, clientData),
    seal: (from, type, content) => encode(tlsRecord, sealers[from].seal(type, content)),
  };
}

const none = new Uint8Array(0);

function extensionsFor(alpn: string | undefined): Uint8Array {
  const chosen =
    alpn === undefined
      ? []
      : [{ type: extensionType.application_layer_protocol_negotiation, data: [new TextEncoder().encode(alpn)] }];
  return encode(encryptedExtensions as Codec<unknown>, { extensions: chosen });
}

const request = encode(certificateRequestTls13, {
  certificateRequestContext: none,
  extensions: [
    {
      type: extensionType.signature_algorithms,
      data: [signatureScheme.ed25519, signatureScheme.ecdsa_secp256r1_sha256, signatureScheme.rsa_pss_rsae_sha256],
    },
  ],
});

/** Certificate and CertificateVerify (RFC 8446 §4.4.3). */
function proof(
  { certificates, privateKey }: Identity,
  side: 'client' | 'server',
  transcript: Transcript,
  hash: SuiteHash,
  say: (name: HandshakeName, body: Uint8Array) => Uint8Array,
): Uint8Array[] {
  const certificateList = certificates.map((certificateData) => ({ certificateData, extensions: [] }));
  const certificate = say(
    'certificate',
    encode(certificateTls13, { certificateRequestContext: none, certificateList }),
  );
  const content = concat(
    new Uint8Array(64).fill(0x20),
    new TextEncoder().encode(`TLS 1.3, ${side} CertificateVerify\0`),
    transcript.hash(hash),
  );
  const signature = new Uint8Array(sign(null, content, privateKey));
  return [
    certificate,
    say('certificate_verify', encode(certificateVerify, { algorithm: signatureScheme.ed25519, signature })),
  ];
}
