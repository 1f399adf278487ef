/**
 * What one ClientHello costs: `npx tsx test/bench/codec.ts`, or `npm run bench codec`. CPU time per operation, the minimum
 * over many rounds, because the machine's other work can only make a round slower.
 */

import {
  type ClientHello,
  clientHello,
  decode,
  encode,
  extensionType as ext,
  group,
  signatureScheme,
  spansOf,
  tlsVersion,
} from '../../lib/wire/index.ts';
import { figure, heading, minimum } from './measure.ts';

/** Bytes that differ from each other, so that nothing is cached by value. */
const sequence = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (7 * i + length) & 0xff);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** 14 extensions, all decoded, padded to 377 bytes: the size the design's measurements were made with. */
export function benchHello(): Uint8Array {
  const hello: ClientHello = {
    legacyVersion: tlsVersion['TLSv1.2'],
    random: sequence(32),
    sessionId: sequence(32),
    cipherSuites: [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d],
    compressionMethods: [0],
    extensions: [
      { type: ext.server_name, data: [{ nameType: 0, name: ascii('vpn.example.com') }] },
      { type: ext.extended_master_secret, data: new Uint8Array() },
      { type: ext.renegotiation_info, data: new Uint8Array() },
      { type: ext.supported_groups, data: [group.x25519, group.secp256r1, group.secp384r1] },
      { type: ext.ec_point_formats, data: [0] },
      { type: ext.session_ticket, data: new Uint8Array() },
      { type: ext.application_layer_protocol_negotiation, data: [ascii('h2'), ascii('http/1.1')] },
      {
        type: ext.status_request,
        data: { statusType: 1, responderIds: [], requestExtensions: new Uint8Array() },
      },
      {
        type: ext.signature_algorithms,
        data: [
          signatureScheme.ecdsa_secp256r1_sha256,
          signatureScheme.rsa_pss_rsae_sha256,
          signatureScheme.rsa_pkcs1_sha256,
          signatureScheme.ecdsa_secp384r1_sha384,
          signatureScheme.rsa_pss_rsae_sha384,
          signatureScheme.rsa_pkcs1_sha384,
          signatureScheme.rsa_pss_rsae_sha512,
          signatureScheme.rsa_pkcs1_sha512,
        ],
      },
      { type: ext.signed_certificate_timestamp, data: new Uint8Array() },
      { type: ext.key_share, data: [{ group: group.x25519, keyExchange: sequence(32) }] },
      { type: ext.psk_key_exchange_modes, data: [1] },
      { type: ext.supported_versions, data: [tlsVersion['TLSv1.3'], tlsVersion['TLSv1.2']] },
    ],
  };
  const bare = encode(clientHello, hello).length;
  const padding = { type: ext.padding, data: new Uint8Array(377 - bare - 4) };
  return encode(clientHello, { ...hello, extensions: [...(hello.extensions ?? []), padding] });
}

/** CPU microseconds of one call. */
function measure(run: () => unknown): number {
  const perRound = 2000;
  const rounds = Array.from({ length: 40 }, () => {
    const before = process.cpuUsage();
    for (let i = 0; i < perRound; i++) run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / perRound;
  });
  return minimum(rounds);
}

export function codecBench(): void {
  const wire = benchHello();
  const value = decode(clientHello, wire);
  const cut = wire.subarray(0, 250);
  heading(`Codecs: ClientHello of ${wire.length} bytes, ${value.extensions?.length} extensions`);
  figure(
    'parse',
    measure(() => decode(clientHello, wire)),
    'us',
    { most: 5 },
  );
  figure(
    'encode',
    measure(() => encode(clientHello, value)),
    'us',
  );
  figure(
    'name every byte (spans)',
    measure(() => spansOf(clientHello, wire)),
    'us',
  );
  figure(
    'refuse, cut in the middle',
    measure(() => refusal(cut)),
    'us',
  );
}

function refusal(bytes: Uint8Array): unknown {
  try {
    return decode(clientHello, bytes);
  } catch (error) {
    return error;
  }
}

if (import.meta.filename === process.argv[1]) codecBench();
