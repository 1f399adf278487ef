/** Which codec reads the body of which handshake message. */

import type { Codec } from '../codec.ts';
import { certificateStatus } from '../extensions/certificates.ts';
import { handshakeType as type, unregisteredHandshakeType } from '../registry/handshake-types.ts';
import { suiteTraits } from '../registry/suite-traits.ts';
import { tlsVersion } from '../registry/versions.ts';
import * as certificate from './certificate.ts';
import * as certificateRequest from './certificate-request.ts';
import { clientHello } from './client-hello.ts';
import { clientKeyExchange, type KeyExchangeKind, serverKeyExchange } from './key-exchange.ts';
import { serverHello } from './server-hello.ts';
import * as short from './short-messages.ts';

/** What a message's form depends on, as the ServerHello chose it; null before it came. */
export interface HandshakeContext {
  readonly version: number | null;
  readonly cipherSuite: number | null;
}

/**
 * Codec of the body of a handshake message, or undefined where the type is unknown, or its form is not known yet.
 * The hellos, for example, have one form in every version.
 */
export function handshakeBody(
  messageType: number,
  { version, cipherSuite }: HandshakeContext,
): Codec<unknown> | undefined {
  const row = rows.get(messageType);
  if (typeof row !== 'function') return row;
  return version === null ? undefined : row(version, cipherSuite === null ? undefined : suiteTraits(cipherSuite));
}

type Row = Codec<unknown> | ((version: number, suite: KeyExchangeKind | undefined) => Codec<unknown> | undefined);

const isTls13 = (version: number): boolean => version >= tlsVersion['TLSv1.3'];

const rows: ReadonlyMap<number, Row> = new Map<number, Row>([
  [type.hello_request, short.helloRequest],
  [type.client_hello, clientHello],
  [type.server_hello, serverHello],
  [type.hello_verify_request, short.helloVerifyRequest],
  [type.new_session_ticket, (v) => (isTls13(v) ? short.newSessionTicketTls13 : short.newSessionTicketTls12)],
  [type.end_of_early_data, short.endOfEarlyData],
  [type.encrypted_extensions, short.encryptedExtensions],
  [type.certificate, (v) => (isTls13(v) ? certificate.certificateTls13 : certificate.certificateTls12)],
  [type.server_key_exchange, (v, suite) => (suite === undefined ? undefined : serverKeyExchange(suite, v))],
  [type.certificate_request, certificateRequestOf],
  [type.server_hello_done, short.serverHelloDone],
  [
    type.certificate_verify,
    (v) =>
      certificate.namesSignatureAlgorithm(v) ? certificate.certificateVerify : certificate.certificateVerifyTls10,
  ],
  [type.client_key_exchange, (v, suite) => (suite === undefined ? undefined : clientKeyExchange(suite, v))],
  [type.finished, short.finished],
  [type.certificate_status, certificateStatus],
  [type.key_update, short.keyUpdate],
  [type.compressed_certificate, certificate.compressedCertificate],
  [unregisteredHandshakeType.next_protocol, short.nextProtocol],
]);

function certificateRequestOf(version: number): Codec<unknown> {
  if (isTls13(version)) return certificateRequest.certificateRequestTls13;
  const named = certificate.namesSignatureAlgorithm(version);
  return named ? certificateRequest.certificateRequestTls12 : certificateRequest.certificateRequestTls10;
}
