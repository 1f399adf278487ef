/** A TLS 1.3 handshake from the ServerHello on (RFC 8446 §2, §4.3, §4.4), and what comes after it (§4.6). */

import {
  certificateTls13,
  certificateVerify,
  contentType,
  decode,
  encode,
  encodeRecord,
  encryptedExtensions,
  extensionType,
  extensionTypes,
  findExtension,
  handshakeType,
  keyUpdate,
  keyUpdateRequest,
  newSessionTicketTls13,
  sameBytes,
  tlsVersion,
} from '../../wire/index.ts';
import { publicKeyOf } from '../../x509/names.ts';
import type { AeadSuite } from '../aead.ts';
import { decompressCertificate } from '../compressed-certificate.ts';
import { ianaName } from '../handshake-flight.ts';
import {
  deriveSecret,
  earlySecret,
  finishedTls13,
  handshakeSecret,
  masterSecretTls13,
  nextTrafficSecret,
} from '../key-schedule-tls13.ts';
import { Malformed } from '../malformed.ts';
import { openerTls13, type RecordSealer, sealerTls13 } from '../protection.ts';
import { certificateRequestFacts } from '../server-messages.ts';
import { authenticationTls13 } from './authentication.ts';
import { offeredSchemes, offersExtension } from './own-hello.ts';
import { checkScheme, verifyContent } from './signed.ts';
import { type ClientState, handshakeRecords, keptCertificates, messageOf, type Outcome, type Phase } from './state.ts';

/** What may come next. */
type Stage = 'encrypted-extensions' | 'certificate-or-request' | 'certificate' | 'verify' | 'finished' | 'after';

const stages: Readonly<Record<Stage, readonly number[]>> = {
  'encrypted-extensions': [handshakeType.encrypted_extensions],
  'certificate-or-request': [
    handshakeType.certificate_request,
    handshakeType.certificate,
    handshakeType.compressed_certificate,
  ],
  certificate: [handshakeType.certificate, handshakeType.compressed_certificate],
  verify: [handshakeType.certificate_verify],
  finished: [handshakeType.finished],
  after: [handshakeType.new_session_ticket, handshakeType.key_update, handshakeType.certificate_request],
};

const tls13 = { version: tlsVersion['TLSv1.3'] };

/** Messages that are read once the handshake is finished; BoringSSL follows as many KeyUpdates. */
const mostAfter = 32;

export class Tls13Phase implements Phase {
  sealer: RecordSealer | null = null;
  readonly #state: ClientState;
  readonly #suite: AeadSuite;
  readonly #master: Uint8Array;
  /** Traffic secrets in force. */
  #client: Uint8Array;
  #server: Uint8Array;
  #stage: Stage = 'encrypted-extensions';
  #messagesAfter = 0;

  /** Begins once the transcript holds the ServerHello. @param shared the (EC)DHE secret */
  constructor(state: ClientState, suite: AeadSuite, shared: Uint8Array) {
    this.#state = state;
    this.#suite = suite;
    const { hash } = suite;
    const secret = handshakeSecret(hash, earlySecret(hash, null), shared);
    const digest = state.transcript.digest(hash);
    this.#client = deriveSecret(hash, secret, 'c hs traffic', digest);
    this.#server = deriveSecret(hash, secret, 's hs traffic', digest);
    this.#master = masterSecretTls13(hash, secret);
    state.secret('CLIENT_HANDSHAKE_TRAFFIC_SECRET', this.#client);
    state.secret('SERVER_HANDSHAKE_TRAFFIC_SECRET', this.#server);
    state.stream.protect(openerTls13(suite, this.#server, state.primitives.aead));
    this.sealer = sealerTls13(suite, this.#client, state.primitives.aead);
  }

  take(type: number, body: Uint8Array, raw: Uint8Array): Outcome {
    if (!stages[this.#stage].includes(type)) throw new Malformed(this.#outOfOrder(type));
    if (this.#stage === 'after') return this.#takeAfter(type, body, raw);
    const { transcript } = this.#state;
    // Signature and Finished speak of what came before them.
    const before = transcript.digest(this.#suite.hash);
    const outcome = this.#takeInOrder(type, body, before);
    transcript.add(raw);
    return outcome === 'finished' ? this.#finish() : outcome;
  }

  /** One that is sent for the sake of middleboxes is passed over until Finished (RFC 8446 §5). */
  changeCipherSpec(): void {
    if (this.#stage === 'after') throw new Malformed('change_cipher_spec came after the handshake.');
  }

  #outOfOrder(type: number): string {
    const expected = stages[this.#stage].map(ianaName).join(' or ');
    return this.#stage === 'after'
      ? `${ianaName(type)} came after the handshake.`
      : `${ianaName(type)} came where TLS 1.3 has ${expected}.`;
  }

  #takeInOrder(type: number, body: Uint8Array, before: Uint8Array): Outcome | 'finished' {
    switch (type) {
      case handshakeType.encrypted_extensions:
        this.#stage = 'certificate-or-request';
        this.#takeExtensions(body);
        return 'more';
      case handshakeType.certificate_request:
        this.#stage = 'certificate';
        this.#state.facts.certificateRequest = certificateRequestFacts(body, tls13);
        return 'more';
      case handshakeType.compressed_certificate:
        this.#stage = 'verify';
        return this.#takeCompressed(body);
      case handshakeType.certificate:
        this.#stage = 'verify';
        return this.#takeCertificate(body);
      case handshakeType.certificate_verify:
        this.#stage = 'finished';
        return this.#takeVerify(body, before);
      default:
        this.#stage = 'after';
        if (!sameBytes(body, finishedTls13(this.#suite.hash, this.#server, before)))
          throw new Malformed('The verify_data of Finished is wrong.');
        return 'finished';
    }
  }

  #takeExtensions(body: Uint8Array): void {
    const { extensions } = decode(encryptedExtensions, body);
    const { hello, facts } = this.#state;
    facts.encryptedExtensions = extensions.map(({ type }) => type);
    const unsolicited = facts.encryptedExtensions.find((type) => !offersExtension(hello, type));
    if (unsolicited !== undefined)
      throw new Malformed(`EncryptedExtensions has ${extensionTypes.nameOf(unsolicited)}, which was not offered.`);
    const [protocol] = findExtension(extensions, extensionType.application_layer_protocol_negotiation) ?? [];
    if (protocol !== undefined) facts.alpn = String.fromCharCode(...protocol);
  }

  #takeCompressed(body: Uint8Array): Outcome {
    const { primitives, limits, facts, hello } = this.#state;
    if (!offersExtension(hello, extensionType.compress_certificate))
      throw new Malformed('The certificate is compressed, which was not offered.');
    const inflated = decompressCertificate(body, primitives.inflate, limits.certificateMessageBytes);
    facts.certificateCompression = ((body[0] ?? 0) << 8) | (body[1] ?? 0);
    if (inflated !== null) return this.#takeCertificate(inflated);
    facts.gap = 'certificate-compression';
    facts.note = 'The compressed certificate cannot be read: not an algorithm that is known here, or not what it says.';
    return 'stopped';
  }

  #takeCertificate(body: Uint8Array): Outcome {
    const { certificateRequestContext, certificateList } = decode(certificateTls13, body);
    if (certificateList.length === 0) throw new Malformed('The certificate message holds no certificate.');
    if (certificateRequestContext.length > 0)
      throw new Malformed('The certificate message answers a request of nobody.');
    keptCertificates(
      this.#state,
      certificateList.map(({ certificateData }) => certificateData),
    );
    return 'more';
  }

  #takeVerify(body: Uint8Array, before: Uint8Array): Outcome {
    const { algorithm, signature } = decode(certificateVerify, body);
    const { facts, hello, primitives } = this.#state;
    checkScheme(algorithm, offeredSchemes(hello), tlsVersion['TLSv1.3']);
    const key = publicKeyOf(facts.certificates[0] ?? new Uint8Array());
    const verdict =
      key === null ? 'unsupported' : primitives.verify(algorithm, key, verifyContent('server', before), signature);
    facts.proof = { scheme: algorithm, verdict };
    if (verdict === 'wrong') throw new Malformed('The signature of CertificateVerify does not fit the certificate.');
    return 'more';
  }

  /** The server's Finished was right: from here on the keys are those of application data. */
  #finish(): Outcome {
    const state = this.#state;
    const { hash } = this.#suite;
    if (!state.stream.atBoundary) throw new Malformed('More came in one record with Finished.');
    const digest = state.transcript.digest(hash);
    const [client, server] = [
      deriveSecret(hash, this.#master, 'c ap traffic', digest),
      deriveSecret(hash, this.#master, 's ap traffic', digest),
    ];
    state.secret('CLIENT_TRAFFIC_SECRET_0', client);
    state.secret('SERVER_TRAFFIC_SECRET_0', server);
    state.secret('EXPORTER_SECRET', deriveSecret(hash, this.#master, 'exp master', digest));
    if (state.goal === 'server-flight') return 'complete';
    this.#sendFlight();
    this.#client = client;
    this.sealer = sealerTls13(this.#suite, client, state.primitives.aead);
    this.#readWith(server);
    state.stream.allowsData = true;
    state.facts.finished = true;
    return 'more';
  }

  /** Certificate and CertificateVerify where the server asked, and Finished (RFC 8446 §4.4). */
  #sendFlight(): void {
    const { transcript, out, facts, hello } = this.#state;
    if (hello.sessionId !== '' && !this.#state.changedCipherSpec) {
      this.#state.changedCipherSpec = true;
      out.push(encodeRecord(contentType.change_cipher_spec, tlsVersion['TLSv1.2'], Uint8Array.of(1)));
    }
    const messages = this.#authenticated(
      facts.certificateRequest === null ? null : { context: new Uint8Array(), before: [] },
    );
    for (const message of messages) transcript.add(message);
    out.push(handshakeRecords(messages, tlsVersion['TLSv1.2'], this.sealer));
  }

  /** @param asked null: no certificate was asked for. `before`: messages that follow the transcript. */
  #authenticated(asked: { readonly context: Uint8Array; readonly before: readonly Uint8Array[] } | null): Uint8Array[] {
    const { hash } = this.#suite;
    const before = [...(asked?.before ?? [])];
    const sent = asked === null ? [] : authenticationTls13(this.#state, hash, asked.context, before);
    const digest = this.#state.transcript.digest(hash, ...before, ...sent);
    return [...sent, messageOf('finished', finishedTls13(hash, this.#client, digest))];
  }

  #takeAfter(type: number, body: Uint8Array, raw: Uint8Array): Outcome {
    const { facts } = this.#state;
    if (++this.#messagesAfter > mostAfter)
      throw new Malformed(`The server sent more than ${mostAfter} messages after the handshake.`);
    facts.accepted = true;
    if (type === handshakeType.new_session_ticket) {
      decode(newSessionTicketTls13, body);
      facts.after = { ...facts.after, tickets: facts.after.tickets + 1 };
    } else if (type === handshakeType.key_update) {
      this.#takeKeyUpdate(body);
    } else {
      this.#takeRequest(body, raw);
    }
    return 'more';
  }

  #takeKeyUpdate(body: Uint8Array): void {
    const { facts, out } = this.#state;
    const { requestUpdate } = decode(keyUpdate, body);
    const keyUpdates = facts.after.keyUpdates + 1;
    facts.after = { ...facts.after, keyUpdates };
    this.#readWith(nextTrafficSecret(this.#suite.hash, this.#server));
    if (requestUpdate !== keyUpdateRequest.update_requested) return;
    const answer = encode(keyUpdate, { requestUpdate: keyUpdateRequest.update_not_requested });
    out.push(handshakeRecords([messageOf('key_update', answer)], tlsVersion['TLSv1.2'], this.sealer));
    this.#client = nextTrafficSecret(this.#suite.hash, this.#client);
    this.sealer = sealerTls13(this.#suite, this.#client, this.#state.primitives.aead);
  }

  /** Post-handshake authentication: answered as the request in a handshake is (RFC 8446 §4.6.2). */
  #takeRequest(body: Uint8Array, raw: Uint8Array): void {
    const { hello, facts, out } = this.#state;
    if (!offersExtension(hello, extensionType.post_handshake_auth))
      throw new Malformed('A certificate_request came after the handshake, and post_handshake_auth was not offered.');
    const request = certificateRequestFacts(body, tls13);
    const first = facts.after.certificateRequest === null;
    facts.after = { ...facts.after, certificateRequest: request };
    // Asked again and again, it is answered once.
    if (!first) return;
    const context = body.subarray(1, 1 + (body[0] ?? 0));
    const messages = this.#authenticated({ context, before: [raw] });
    out.push(handshakeRecords(messages, tlsVersion['TLSv1.2'], this.sealer));
  }

  #readWith(secret: Uint8Array): void {
    this.#server = secret;
    this.#state.stream.protect(openerTls13(this.#suite, secret, this.#state.primitives.aead));
  }
}
