/** A TLS 1.3 server in one function, made of our own codecs and key schedule, that can be told to do each thing wrong. */

import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync, sign } from 'node:crypto';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { createTestPki, type TestCertificate } from '../../../lib/lab/index.ts';
import {
  type AeadSuite,
  aeadSuite,
  deriveSecret,
  earlySecret,
  finishedTls13,
  handshakeSecret,
  masterSecretTls13,
  type RecordSealer,
  sealerTls13,
  suiteDigest,
} from '../../../lib/session/index.ts';
import { nodePrimitives } from '../../../lib/session/node.ts';
import {
  type Codec,
  certificateTls13,
  certificateVerify,
  cipherSuite,
  clientHello,
  codeText,
  concat,
  contentType,
  decode,
  encode,
  encodeRecord,
  encryptedExtensions,
  extensionType,
  findExtension,
  fromHex,
  group,
  handshakeMessage,
  type handshakeType,
  type ServerHello,
  serverHello,
  signatureScheme,
  tlsVersion,
} from '../../../lib/wire/index.ts';
import { handshake } from '../server-flights.ts';

type MessageType = keyof typeof handshakeType;

export interface Knobs {
  readonly suite?: number;
  readonly group?: number;
  /** Session id in place of the hello's. */
  readonly sessionId?: Uint8Array;
  /** Messages before this hello, of a HelloRetryRequest. */
  readonly before?: readonly Uint8Array[];
  /** Put in after EncryptedExtensions. */
  readonly request?: Uint8Array;
  /** Replaces messages before they count in the transcript. */
  readonly edit?: (type: MessageType, message: Uint8Array) => readonly Uint8Array[];
  /** Content bytes of an encrypted record; default all in one. */
  readonly recordSize?: number;
  readonly padding?: number;
}

export interface ServerFlight {
  /** ServerHello, then the encrypted records. */
  readonly clear: Uint8Array;
  readonly sealed: Uint8Array;
  /** Seals with the keys of the handshake, after what is sealed already. */
  readonly handshake: RecordSealer;
  /** Handshake messages up to Finished. */
  readonly transcript: Uint8Array;
  /** Seals what comes after the handshake. */
  readonly after: RecordSealer;
  readonly suite: AeadSuite;
  readonly secrets: { readonly clientHandshake: Uint8Array; readonly client: Uint8Array; readonly server: Uint8Array };
}

const pki = createTestPki({ now: new Date() });
export const leaf: TestCertificate = pki.issue({ key: 'P-256', names: ['localhost'] });

export const tls12Version = tlsVersion['TLSv1.2'];

export function certificateMessage(list: readonly Uint8Array[] = [leaf.der]): Uint8Array {
  const certificateList = list.map((certificateData) => ({ certificateData, extensions: [] }));
  return handshake(
    'certificate',
    encode(certificateTls13, { certificateRequestContext: new Uint8Array(), certificateList }),
  );
}

/** Answers a ClientHello (with its header) to the end of the server's flight. */
export function answer(hello: Uint8Array, knobs: Knobs = {}): ServerFlight {
  const { suite: code = cipherSuite.TLS_AES_128_GCM_SHA256, edit = (_, message) => [message], before = [] } = knobs;
  const offer = decode(clientHello, decode(handshakeMessage, hello).body);
  const shares = findExtension(offer.extensions, extensionType.key_share) ?? [];
  const wanted = knobs.group ?? shares[0]?.group ?? 0;
  const theirs = shares.find((share) => share.group === wanted);
  if (theirs === undefined) throw new Error(`no share of ${codeText(wanted)}`);
  const { share, shared } = agree(wanted, theirs.keyExchange);
  const suite = aeadSuite(code) as AeadSuite;
  const { hash } = suite;
  const transcript: Uint8Array[] = [...before, hello];
  const digest = (): Uint8Array => suiteDigest(hash, concat(...transcript));
  const chosen: ServerHello = {
    legacyVersion: tls12Version,
    random: new Uint8Array(32).fill(9),
    sessionId: knobs.sessionId ?? offer.sessionId,
    cipherSuite: code,
    compressionMethod: 0,
    extensions: [
      { type: extensionType.supported_versions, data: tlsVersion['TLSv1.3'] },
      { type: extensionType.key_share, data: { group: wanted, keyExchange: share } },
    ],
  };
  const [first = new Uint8Array()] = edit(
    'server_hello',
    handshake('server_hello', encode(serverHello as Codec<ServerHello>, chosen)),
  );
  transcript.push(first);
  const secret = handshakeSecret(hash, earlySecret(hash, null), shared);
  const clientHandshake = deriveSecret(hash, secret, 'c hs traffic', digest());
  const serverHandshake = deriveSecret(hash, secret, 's hs traffic', digest());
  const sent: Uint8Array[] = [];
  const add = (type: MessageType, message: Uint8Array): void => {
    const edited = edit(type, message);
    transcript.push(...edited);
    sent.push(...edited);
  };
  add('encrypted_extensions', handshake('encrypted_extensions', encode(encryptedExtensions, { extensions: [] })));
  if (knobs.request !== undefined) add('certificate_request', knobs.request);
  add('certificate', certificateMessage());
  const content = concat(
    new Uint8Array(64).fill(0x20),
    new TextEncoder().encode('TLS 1.3, server CertificateVerify\0'),
    digest(),
  );
  const signature = new Uint8Array(sign('sha256', content, leaf.privateKey));
  add(
    'certificate_verify',
    handshake(
      'certificate_verify',
      encode(certificateVerify, { algorithm: signatureScheme.ecdsa_secp256r1_sha256, signature }),
    ),
  );
  add('finished', handshake('finished', finishedTls13(hash, serverHandshake, digest())));
  const master = masterSecretTls13(hash, secret);
  const [client, server] = [
    deriveSecret(hash, master, 'c ap traffic', digest()),
    deriveSecret(hash, master, 's ap traffic', digest()),
  ];
  const sealer = sealerTls13(suite, serverHandshake, nodePrimitives.aead);
  return {
    handshake: sealer,
    transcript: concat(...transcript),
    clear: encodeRecord(contentType.handshake, tls12Version, first),
    sealed: sealed(sealer, concat(...sent), knobs),
    after: sealerTls13(suite, server, nodePrimitives.aead),
    suite,
    secrets: { clientHandshake, client, server },
  };
}

/** Content as records. */
export function sealed(
  sealer: RecordSealer,
  content: Uint8Array,
  { recordSize = 2 ** 14, padding = 0 }: Pick<Knobs, 'recordSize' | 'padding'> = {},
  type: number = contentType.handshake,
): Uint8Array {
  const records: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += recordSize) {
    const record = sealer.seal(type, content.subarray(at, at + recordSize), padding);
    records.push(encodeRecord(record.type, record.version, record.fragment));
  }
  return concat(...records);
}

function agree(code: number, theirs: Uint8Array): { share: Uint8Array; shared: Uint8Array } {
  switch (code) {
    case group.x25519:
      return x25519(theirs);
    case group.secp256r1:
      return p256(theirs);
    case group.X25519MLKEM768: {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(theirs.slice(0, 1184));
      const { share, shared } = x25519(theirs.slice(1184));
      return { share: concat(cipherText, share), shared: concat(sharedSecret, shared) };
    }
    case group.SecP256r1MLKEM768: {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(theirs.slice(65));
      const { share, shared } = p256(theirs.slice(0, 65));
      return { share: concat(share, cipherText), shared: concat(shared, sharedSecret) };
    }
    default:
      throw new Error('not a group of this server');
  }
}

function x25519(theirs: Uint8Array): { share: Uint8Array; shared: Uint8Array } {
  const prefix = fromHex('302a300506032b656e032100');
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const peer = createPublicKey({ key: Buffer.from(concat(prefix, theirs)), format: 'der', type: 'spki' });
  return {
    share: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(prefix.length)),
    shared: new Uint8Array(diffieHellman({ privateKey, publicKey: peer })),
  };
}

function p256(theirs: Uint8Array): { share: Uint8Array; shared: Uint8Array } {
  const key = createECDH('prime256v1');
  return { share: new Uint8Array(key.generateKeys()), shared: new Uint8Array(key.computeSecret(theirs)) };
}
