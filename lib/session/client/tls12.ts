/** A TLS 1.2 handshake from the ServerHelloDone on (RFC 5246 §7.3): our key, the proof of our certificate, both Finished. */

import {
  clientKeyExchange,
  concat,
  contentType,
  decode,
  encode,
  encodeRecord,
  extensionType,
  findExtension,
  fromHex,
  handshakeType,
  helloRequest,
  newSessionTicketTls12,
  type ServerHello,
  type ServerKeyExchange,
  type SuiteTraits,
  sameBytes,
  tlsVersion,
} from '../../wire/index.ts';
import { publicKeyOf } from '../../x509/names.ts';
import { aeadSuite, hasAead, type SuiteHash } from '../aead.ts';
import { ianaName } from '../handshake-flight.ts';
import { extendedMasterSecret, finishedTls12, masterSecretTls12, sessionKeysTls12 } from '../key-schedule-tls12.ts';
import { Malformed } from '../malformed.ts';
import { openerTls12, type RecordOpener, type RecordSealer, sealerTls12 } from '../protection.ts';
import { authenticationTls12 } from './authentication.ts';
import { cbcKeys, cbcSuite, openerCbc, sealerCbc } from './cbc.ts';
import type { ClientGap } from './flight.ts';
import { type ClientState, handshakeRecords, messageOf, type Outcome, type Phase } from './state.ts';

/** What the server said before ServerHelloDone. */
export interface ServerSide {
  readonly hello: ServerHello;
  readonly cipherSuite: number;
  readonly traits: SuiteTraits;
  readonly keyExchange: ServerKeyExchange | null;
}

/** Protection of both directions. */
interface Protection {
  readonly opener: RecordOpener;
  readonly sealer: RecordSealer;
}

export class Tls12Phase implements Phase {
  readonly sealer: RecordSealer;
  readonly #state: ClientState;
  readonly #hash: SuiteHash;
  readonly #master: Uint8Array;
  readonly #opener: RecordOpener;
  #changed = false;
  #ticket = false;

  private constructor(state: ClientState, hash: SuiteHash, master: Uint8Array, { opener, sealer }: Protection) {
    this.#state = state;
    this.#hash = hash;
    this.#master = master;
    this.#opener = opener;
    this.sealer = sealer;
  }

  /** Sends our flight. @returns why that cannot be done, where it cannot */
  static begin(state: ClientState, server: ServerSide): Tls12Phase | ClientGap {
    const { traits, hello } = server;
    if (traits.hash !== 'SHA256' && traits.hash !== 'SHA384') return 'cipher-suite';
    const agreed = agree(state, server);
    if (typeof agreed === 'string') return agreed;
    const { transcript, facts } = state;
    const asked = facts.certificateRequest !== null;
    const { certificate, verify } = authenticationTls12(state);
    const messages = [...(asked ? [certificate] : []), agreed.message];
    for (const message of messages) transcript.add(message);
    const extended = findExtension(hello.extensions, extensionType.extended_master_secret) !== undefined;
    const master = extended
      ? extendedMasterSecret(traits.hash, agreed.premaster, transcript.digest(traits.hash))
      : masterSecretTls12(traits.hash, agreed.premaster, state.clientRandom, hello.random);
    const protection = protectionOf(state, server, master);
    if (protection === null) return 'cipher-suite';
    state.secret('CLIENT_RANDOM', master);
    const phase = new Tls12Phase(state, traits.hash, master, protection);
    phase.#send(messages, asked ? (verify?.() ?? null) : null);
    return phase;
  }

  take(type: number, body: Uint8Array, raw: Uint8Array): Outcome {
    if (type === handshakeType.hello_request) return this.#passOver(body);
    if (type === handshakeType.new_session_ticket && !this.#changed && !this.#ticket) {
      decode(newSessionTicketTls12, body);
      this.#ticket = true;
      const { facts } = this.#state;
      facts.after = { ...facts.after, tickets: facts.after.tickets + 1 };
      this.#state.transcript.add(raw);
      return 'more';
    }
    if (type !== handshakeType.finished || !this.#changed)
      throw new Malformed(`${ianaName(type)} came where TLS 1.2 has change_cipher_spec and finished.`);
    const expected = finishedTls12(this.#hash, this.#master, 'server', this.#state.transcript.digest(this.#hash));
    if (!sameBytes(body, expected)) throw new Malformed('The verify_data of Finished is wrong.');
    this.#state.facts.finished = true;
    this.#state.facts.accepted = true;
    return 'complete';
  }

  changeCipherSpec(): void {
    if (this.#changed) throw new Malformed('change_cipher_spec came twice.');
    this.#changed = true;
    this.#state.stream.protect(this.#opener);
  }

  /** A client ignores it while it shakes hands, and it counts in no transcript (RFC 5246 §7.4.1.1). */
  #passOver(body: Uint8Array): Outcome {
    decode(helloRequest, body);
    const { facts, limits } = this.#state;
    const helloRequests = facts.after.helloRequests + 1;
    facts.after = { ...facts.after, helloRequests };
    if (helloRequests > limits.helloRequests)
      throw new Malformed(`The server sent more than ${limits.helloRequests} HelloRequests.`);
    return 'more';
  }

  #send(messages: readonly Uint8Array[], verify: Uint8Array | null): void {
    const { transcript, out } = this.#state;
    const version = tlsVersion['TLSv1.2'];
    if (verify !== null) transcript.add(verify);
    const clear = verify === null ? messages : [...messages, verify];
    const finished = messageOf(
      'finished',
      finishedTls12(this.#hash, this.#master, 'client', transcript.digest(this.#hash)),
    );
    transcript.add(finished);
    out.push(
      handshakeRecords(clear, version, null),
      encodeRecord(contentType.change_cipher_spec, version, Uint8Array.of(1)),
      handshakeRecords([finished], version, this.sealer),
    );
  }
}

interface Agreed {
  readonly premaster: Uint8Array;
  /** ClientKeyExchange. */
  readonly message: Uint8Array;
}

/** The premaster secret (RFC 5246 §8.1, RFC 8422 §5.10). @throws Malformed when the server's key is no valid one */
function agree(state: ClientState, { traits, keyExchange }: ServerSide): Agreed | ClientGap {
  const { primitives, facts, hello } = state;
  const codec = clientKeyExchange(traits, tlsVersion['TLSv1.2']);
  const message = (fields: object): Uint8Array =>
    messageOf('client_key_exchange', encode(codec, { ...noFields, ...fields }));
  if (traits.keyExchange === 'ECDHE' && keyExchange?.ecdh !== undefined) {
    const key = primitives.keyAgreement(keyExchange.ecdh.namedCurve);
    if (key === null) return 'group';
    const premaster = key.agree(keyExchange.ecdh.publicPoint);
    if (premaster === null) throw new Malformed('The key in ServerKeyExchange is no point of its curve.');
    return { premaster, message: message({ ecdhYc: key.publicKey }) };
  }
  if (traits.keyExchange === 'DHE' && keyExchange?.dh !== undefined) {
    const { p, g, ys } = keyExchange.dh;
    const key = primitives.finiteField(p, g);
    const premaster = key?.agree(ys) ?? null;
    if (key === null || premaster === null) return 'group';
    // Leading zeros do not count here, as they do everywhere else (RFC 5246 §8.1.2).
    const first = premaster.findIndex((octet) => octet !== 0);
    return { premaster: premaster.subarray(Math.max(first, 0)), message: message({ dhYc: key.publicKey }) };
  }
  if (traits.keyExchange !== 'RSA') return 'cipher-suite';
  const premaster = concat(fromHex(hello.legacyVersion.slice(2)), primitives.random(46));
  const key = publicKeyOf(facts.certificates[0] ?? new Uint8Array());
  const encrypted = key === null ? null : primitives.encryptForRsa(key, premaster);
  if (encrypted === null) return 'credential';
  return { premaster, message: message({ encryptedPreMasterSecret: encrypted }) };
}

/** Every field of the message that the suite may have. */
const noFields = {
  pskIdentity: undefined,
  ecdhYc: undefined,
  dhYc: undefined,
  encryptedPreMasterSecret: undefined,
  other: undefined,
};

function protectionOf(state: ClientState, { hello, cipherSuite }: ServerSide, master: Uint8Array): Protection | null {
  const { primitives, clientRandom } = state;
  const aead = aeadSuite(cipherSuite);
  if (aead !== undefined) {
    if (!hasAead(aead, primitives.aead)) return null;
    const keys = sessionKeysTls12(aead, master, clientRandom, hello.random);
    return {
      opener: openerTls12(aead, keys.server, primitives.aead),
      sealer: sealerTls12(aead, keys.client, primitives.aead),
    };
  }
  const suite = cbcSuite(cipherSuite);
  if (suite === undefined) return null;
  const keys = cbcKeys(suite, master, clientRandom, hello.random);
  const encryptThenMac = findExtension(hello.extensions, extensionType.encrypt_then_mac) !== undefined;
  const common = { suite, encryptThenMac, cbc: primitives.cbc };
  const sealer = sealerCbc({ ...common, keys: keys.client }, (length) => primitives.random(length));
  return sealer && { opener: openerCbc({ ...common, keys: keys.server }), sealer };
}
