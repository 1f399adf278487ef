/** A TLS 1.2 or DTLS 1.2 handshake (ECDHE-RSA) with real cryptography, the same bytes each time. */

import { sign } from 'node:crypto';
import { encodeHello, type HelloSpec } from '../../../../lib/hello/index.ts';
import {
  type AeadSuite,
  aeadSuite,
  extendedMasterSecret,
  finishedTls12,
  masterSecretTls12,
  type SessionKeys,
  sealerTls12,
  sessionKeysTls12,
} from '../../../../lib/session/index.ts';
import { nodeAead } from '../../../../lib/session/node.ts';
import {
  type Codec,
  certificateRequestTls12,
  certificateTls12,
  certificateVerify,
  cipherSuite,
  clientCertificateType,
  clientKeyExchange,
  concat,
  contentType,
  encode,
  extensionType,
  group,
  handshakeType,
  newSessionTicketTls12,
  type ServerHello,
  serverEcdhParams,
  serverHello,
  serverKeyExchange,
  signatureScheme,
  suiteTraits,
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
  offers,
  randomOf,
  records,
  type Seal,
  Transcript,
} from './messages.ts';

export interface Tls12Options {
  readonly hello: HelloSpec;
  readonly seed: number;
  readonly server: Identity;
  /** DER names that the server accepts client certificates of; without it no CertificateRequest is sent. */
  readonly authorities?: readonly Uint8Array[];
  /** What the client answers a request with; default: an empty list. */
  readonly client?: Identity;
  /** Default TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384. */
  readonly cipherSuite?: number;
  /** Whether the server sends a session ticket; default: when the hello asks for one. */
  readonly ticket?: boolean;
  readonly framing?: Framing;
}

/** How messages and their ClientHello are written; TLS unless given. */
export interface Framing {
  readonly version: number;
  readonly clientHello: Uint8Array;
  /** Numbers of the first messages after the ClientHello (message_seq of DTLS). */
  readonly first: { readonly client: number; readonly server: number };
  message(type: number, body: Uint8Array, sequence: number): Uint8Array;
}

export interface Tls12Handshake {
  readonly suite: AeadSuite;
  /** ServerHello to ServerHelloDone. */
  readonly serverFlight: readonly Uint8Array[];
  /** Certificate, ClientKeyExchange, CertificateVerify, where they are called for. */
  readonly clientFlight: readonly Uint8Array[];
  readonly clientFinished: Uint8Array;
  /** NewSessionTicket, before the server's change_cipher_spec; or nothing. */
  readonly ticket: readonly Uint8Array[];
  readonly serverFinished: Uint8Array;
  readonly keys: SessionKeys;
  readonly keyLog: string;
}

export function tls12Handshake(options: Tls12Options): Tls12Handshake {
  const { hello, server, authorities, cipherSuite: code = defaultSuite } = options;
  const suite = aeadSuite(code);
  const kind = suiteTraits(code);
  if (suite === undefined || kind === undefined) throw new RangeError('a suite without AEAD');
  const random = bytesFrom(options.seed);
  const framing = options.framing ?? tlsFraming(hello);
  const { version } = framing;
  const ticket = options.ticket ?? offers(hello, extensionType.session_ticket);
  const transcript = new Transcript();
  const numbers = { ...framing.first };
  const say = (from: 'client' | 'server', name: HandshakeName, body: Uint8Array): Uint8Array =>
    transcript.add(framing.message(handshakeType[name], body, numbers[from]++));
  transcript.add(framing.clientHello);

  const clientRandom = randomOf(hello);
  const serverRandom = random(32);
  const [clientKey, serverKey] = [x25519Key(random(32)), x25519Key(random(32))];
  const extended = offers(hello, extensionType.extended_master_secret);
  const serverFlight = [
    say(
      'server',
      'server_hello',
      encode(serverHello as Codec<ServerHello>, {
        legacyVersion: version,
        random: serverRandom,
        sessionId: ticket ? none : random(32),
        cipherSuite: code,
        compressionMethod: 0,
        extensions: [
          ...(offers(hello, extensionType.renegotiation_info)
            ? [{ type: extensionType.renegotiation_info, data: none } as const]
            : []),
          { type: extensionType.ec_point_formats, data: [0] },
          ...(ticket ? [{ type: extensionType.session_ticket, data: none } as const] : []),
          ...(extended ? [{ type: extensionType.extended_master_secret, data: none } as const] : []),
        ],
      }),
    ),
    say('server', 'certificate', encode(certificateTls12, { certificateList: [...server.certificates] })),
  ];
  const ecdh = { curveType: 3, namedCurve: group.x25519, publicPoint: rawPublicKey(serverKey) } as const;
  const signed = concat(clientRandom, serverRandom, encode(serverEcdhParams, ecdh));
  const exchange = { ecdh, signed: signature(server, signed) };
  serverFlight.push(
    say('server', 'server_key_exchange', encode(serverKeyExchange(kind, tlsVersion['TLSv1.2']), exchange)),
  );
  if (authorities !== undefined) serverFlight.push(say('server', 'certificate_request', requestFor(authorities)));
  serverFlight.push(say('server', 'server_hello_done', none));

  const clientFlight: Uint8Array[] = [];
  if (authorities !== undefined) {
    const certificateList = [...(options.client?.certificates ?? [])];
    clientFlight.push(say('client', 'certificate', encode(certificateTls12, { certificateList })));
  }
  const share = { ecdhYc: rawPublicKey(clientKey) };
  clientFlight.push(
    say('client', 'client_key_exchange', encode(clientKeyExchange(kind, tlsVersion['TLSv1.2']), share)),
  );
  const premaster = sharedSecret(clientKey, serverKey);
  const master = extended
    ? extendedMasterSecret(suite.hash, premaster, transcript.hash(suite.hash))
    : masterSecretTls12(suite.hash, premaster, clientRandom, serverRandom);
  if (authorities !== undefined && options.client !== undefined) {
    const proof = encode(certificateVerify, signature(options.client, transcript.bytes));
    clientFlight.push(say('client', 'certificate_verify', proof));
  }
  const finish = (from: 'client' | 'server'): Uint8Array =>
    say(from, 'finished', finishedTls12(suite.hash, master, from, transcript.hash(suite.hash)));
  const clientFinished = finish('client');
  const tickets = ticket
    ? [
        say(
          'server',
          'new_session_ticket',
          encode(newSessionTicketTls12, { ticketLifetimeHint: 7200, ticket: random(176) }),
        ),
      ]
    : [];
  return {
    suite,
    serverFlight,
    clientFlight,
    clientFinished,
    ticket: tickets,
    serverFinished: finish('server'),
    keys: sessionKeysTls12(suite, master, clientRandom, serverRandom),
    keyLog: keyLogLine('CLIENT_RANDOM', hello, master),
  };
}

/** What goes over a TLS connection after the ClientHello, flight by flight; then `seal` makes application data and alerts. */
export interface Tls12Streams {
  readonly server: Uint8Array;
  /** With change_cipher_spec and Finished. */
  readonly client: Uint8Array;
  readonly serverEnd: Uint8Array;
  readonly seal: Seal;
}

export function tls12Streams(handshake: Tls12Handshake): Tls12Streams {
  const { suite, keys } = handshake;
  const sealers = {
    client: sealerTls12(suite, keys.client, nodeAead),
    server: sealerTls12(suite, keys.server, nodeAead),
  };
  const version = tlsVersion['TLSv1.2'];
  const plain = (parts: readonly Uint8Array[]): Uint8Array => records(contentType.handshake, version, ...parts);
  const seal: Seal = (from, type, content) => encode(tlsRecord, sealers[from].seal(type, content));
  return {
    server: plain(handshake.serverFlight),
    client: concat(
      plain(handshake.clientFlight),
      changeCipherSpec,
      seal('client', contentType.handshake, handshake.clientFinished),
    ),
    serverEnd: concat(
      plain(handshake.ticket),
      changeCipherSpec,
      seal('server', contentType.handshake, handshake.serverFinished),
    ),
    seal,
  };
}

const defaultSuite = cipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;
const none = new Uint8Array(0);

function tlsFraming(hello: HelloSpec): Framing {
  return {
    version: tlsVersion['TLSv1.2'],
    clientHello: encodeHello(hello),
    first: { client: 1, server: 0 },
    message,
  };
}

/** RSA PKCS #1 v1.5, which has no randomness (RFC 8017 §8.2). */
function signature({ privateKey }: Identity, bytes: Uint8Array): { algorithm: number; signature: Uint8Array } {
  return { algorithm: signatureScheme.rsa_pkcs1_sha256, signature: new Uint8Array(sign('sha256', bytes, privateKey)) };
}

function requestFor(certificateAuthorities: readonly Uint8Array[]): Uint8Array {
  const { rsa_sign, ecdsa_sign } = clientCertificateType;
  const { rsa_pss_rsae_sha256, rsa_pkcs1_sha256, ecdsa_secp256r1_sha256 } = signatureScheme;
  return encode(certificateRequestTls12, {
    certificateTypes: [rsa_sign, ecdsa_sign],
    supportedSignatureAlgorithms: [ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, rsa_pkcs1_sha256],
    certificateAuthorities: [...certificateAuthorities],
  });
}
