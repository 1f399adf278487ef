/** From the server's choice to the phase that follows: what the choice must hold to, and what of it we can do. */

import { codeNumber } from '../../hello/index.ts';
import {
  codeText,
  decode,
  extensionType,
  findExtension,
  fromHex,
  type ServerHello,
  type ServerKeyExchange,
  sameBytes,
  serverKeyExchange,
  suiteTraits,
  tlsVersion,
} from '../../wire/index.ts';
import { publicKeyOf } from '../../x509/names.ts';
import { aeadSuite, hasAead } from '../aead.ts';
import type { HandshakeFlight } from '../handshake-flight.ts';
import { Malformed } from '../malformed.ts';
import type { ClientGap } from './flight.ts';
import { type OwnHello, offeredSchemes } from './own-hello.ts';
import { checkScheme, keyExchangeContent } from './signed.ts';
import type { ClientState } from './state.ts';
import { Tls12Phase } from './tls12.ts';
import { Tls13Phase } from './tls13.ts';

/** A ServerHello that follows a HelloRetryRequest keeps to its choice (RFC 8446 §4.1.4). @throws Malformed */
export function checkSecondHello(retry: HandshakeFlight, hello: HandshakeFlight): void {
  const [asked, chosen] = [retry.negotiated, hello.negotiated];
  if (asked === null || chosen === null) return;
  if (asked.version !== chosen.version || asked.cipherSuite !== chosen.cipherSuite)
    throw new Malformed('The ServerHello chooses a version or suite other than the HelloRetryRequest before it.');
  if (asked.group !== null && asked.group !== chosen.group)
    throw new Malformed('The ServerHello chooses a group other than the HelloRetryRequest before it.');
}

/** A server that has TLS 1.3 and is made to choose less says so in its random (RFC 8446 §4.1.3). @throws Malformed */
export function refuseDowngrade(random: Uint8Array): void {
  const mark = String.fromCharCode(...random.subarray(24, 31));
  if (mark === 'DOWNGRD' && (random[31] ?? 2) <= 1)
    throw new Malformed(
      'The server random says that the server has TLS 1.3, which the hello offers: something made it choose less.',
    );
}

/**
 * The phase after a ServerHello of TLS 1.3.
 * @returns what is lacking on our side, where something is
 * @throws Malformed
 */
export function beginTls13(state: ClientState, own: OwnHello, hello: ServerHello): Tls13Phase | ClientGap {
  if (!sameBytes(hello.sessionId, fromHex(own.spec.sessionId)))
    throw new Malformed('The ServerHello does not repeat the session id of the hello.');
  const share = findExtension(hello.extensions, extensionType.key_share);
  if (share === undefined || findExtension(hello.extensions, extensionType.pre_shared_key) !== undefined)
    return 'resumption';
  const offered = own.spec.extensions?.flatMap((extension) => ('keyShares' in extension ? extension.keyShares : []));
  if (offered !== undefined && offered.length > 0 && !offered.some(({ group }) => codeNumber(group) === share.group))
    throw new Malformed(`The ServerHello chooses group ${codeText(share.group)}, of which the hello had no share.`);
  const key = own.keys.get(share.group);
  if (key === undefined) return 'group';
  const suite = aeadSuite(hello.cipherSuite);
  if (suite === undefined || !suite.isTls13 || !hasAead(suite, state.primitives.aead)) return 'cipher-suite';
  const shared = key.agree(share.keyExchange);
  if (shared === null) throw new Malformed('The key share of the ServerHello is no valid key of its group.');
  return new Tls13Phase(state, suite, shared);
}

/**
 * The phase after a ServerHelloDone.
 * @returns null when that is all that was wanted; what is lacking, where something is
 * @throws Malformed
 */
export function beginTls12(
  state: ClientState,
  flight: HandshakeFlight,
  keyExchange: Uint8Array | null,
): Tls12Phase | ClientGap | null {
  const { serverHello: hello, negotiated } = flight;
  if (hello === null || negotiated === null) return null;
  const { facts, goal } = state;
  facts.certificates = flight.certificates;
  facts.certificateRequest = flight.certificateRequest;
  facts.note = flight.note;
  facts.alpn = protocolOf(hello);
  const { version, cipherSuite } = negotiated;
  const traits = suiteTraits(cipherSuite);
  const key =
    traits === undefined || keyExchange === null ? null : decode(serverKeyExchange(traits, version), keyExchange);
  if (key?.signed !== undefined) checkKeyExchange(state, hello, key, version);
  if (goal === 'server-flight') return null;
  if (version !== tlsVersion['TLSv1.2']) return 'version';
  if (traits === undefined) return 'cipher-suite';
  return Tls12Phase.begin(state, { hello, cipherSuite, traits, keyExchange: key });
}

/** Whether the key of the certificate signed the key exchange. Before TLS 1.2 the signature is not looked at. @throws Malformed when it did not */
function checkKeyExchange(state: ClientState, hello: ServerHello, key: ServerKeyExchange, version: number): void {
  const { facts, primitives, clientRandom } = state;
  const content = keyExchangeContent(key, clientRandom, hello.random);
  const { algorithm: scheme = null, signature = new Uint8Array() } = key.signed ?? {};
  const spki = publicKeyOf(facts.certificates[0] ?? new Uint8Array());
  if (scheme === null || content === null || spki === null) {
    facts.proof = { scheme, verdict: 'unsupported' };
    return;
  }
  checkScheme(scheme, offeredSchemes(state.hello), version);
  facts.proof = { scheme, verdict: primitives.verify(scheme, spki, content, signature) };
  if (facts.proof.verdict === 'wrong')
    throw new Malformed('The signature of ServerKeyExchange does not fit the certificate.');
}

function protocolOf({ extensions }: ServerHello): string | null {
  const [name] = findExtension(extensions, extensionType.application_layer_protocol_negotiation) ?? [];
  return name === undefined ? null : String.fromCharCode(...name);
}
