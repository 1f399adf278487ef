/** ServerKeyExchange and ClientKeyExchange up to TLS 1.2: which fields there are depends on the cipher suite. */

import { type Codec, type TypeOf } from '../codec.ts';
import { enumOf, opaque, optional, rest, struct, u8, u16, when } from '../combinators.ts';
import { ecCurveType } from '../registry/extension-values.ts';
import type { SuiteTraits } from '../registry/suite-traits.ts';
import { tlsVersion } from '../registry/versions.ts';
import { namesSignatureAlgorithm } from './certificate.ts';

/** What decides the form of both messages; `suiteTraits` gives the first two. */
export type KeyExchangeKind = Pick<SuiteTraits, 'keyExchange' | 'authentication'>;

/** ECDHE parameters (RFC 8422 §5.4); explicit curves are refused, as RFC 8422 forbids them. */
export const serverEcdhParams = struct({
  curveType: enumOf(u8, { named_curve: ecCurveType.named_curve }),
  namedCurve: u16,
  publicPoint: opaque(1, { min: 1 }),
});
export type ServerEcdhParams = TypeOf<typeof serverEcdhParams>;

/** Finite-field parameters (RFC 5246 §7.4.3): unsigned big-endian integers. */
export const serverDhParams = struct({ p: opaque(2, { min: 1 }), g: opaque(2, { min: 1 }), ys: opaque(2, { min: 1 }) });
export type ServerDhParams = TypeOf<typeof serverDhParams>;

/** Temporary RSA key of export suites (RFC 2246 §7.4.3). */
export const serverRsaParams = struct({ modulus: opaque(2, { min: 1 }), exponent: opaque(2, { min: 1 }) });
export type ServerRsaParams = TypeOf<typeof serverRsaParams>;

/** SRP parameters (RFC 5054 §2.5.3). */
export const serverSrpParams = struct({
  n: opaque(2, { min: 1 }),
  g: opaque(2, { min: 1 }),
  s: opaque(1, { min: 1 }),
  b: opaque(2, { min: 1 }),
});

/** `algorithm` (a SignatureScheme) stands there from TLS 1.2 on. */
const digitallySigned = (version: number) =>
  struct({ algorithm: given(namesSignatureAlgorithm(version), u16), signature: opaque(2) });

const ephemeral: ReadonlySet<string> = new Set(['ECDHE', 'DHE', 'RSA_EXPORT', 'SRP']);
const withHint: ReadonlySet<string> = new Set(['PSK', 'ECDHE_PSK', 'DHE_PSK', 'RSA_PSK']);

/**
 * ServerKeyExchange of a suite and a version (RFC 5246 §7.4.3, RFC 8422 §5.4, RFC 4279 §2, RFC 5054 §2.5.3). Exactly the
 * fields that belong to the suite are present; `other` is the whole body where the form is not known.
 */
export function serverKeyExchange(kind: KeyExchangeKind, version: number) {
  const { keyExchange, authentication } = kind;
  const known = ephemeral.has(keyExchange) || withHint.has(keyExchange);
  const signed = ephemeral.has(keyExchange) && !['anon', 'PSK', 'SRP'].includes(authentication);
  return struct({
    pskIdentityHint: given(withHint.has(keyExchange), opaque(2)),
    ecdh: given(keyExchange === 'ECDHE' || keyExchange === 'ECDHE_PSK', serverEcdhParams),
    dh: given(['DHE', 'DHE_PSK'].includes(keyExchange), serverDhParams),
    rsa: given(keyExchange === 'RSA_EXPORT', serverRsaParams),
    srp: given(keyExchange === 'SRP', serverSrpParams),
    signed: given(signed, digitallySigned(version)),
    other: given(!known, rest),
  });
}
export type ServerKeyExchange = TypeOf<ReturnType<typeof serverKeyExchange>>;

/**
 * ClientKeyExchange of a suite and a version (RFC 5246 §7.4.7, RFC 8422 §5.7, RFC 4279 §2). An empty `ecdhYc` or `dhYc`
 * is absent: the key is in the client's certificate. `other` is the whole body where the form is not known.
 */
export function clientKeyExchange({ keyExchange }: KeyExchangeKind, version: number) {
  const rsa = ['RSA', 'RSA_EXPORT', 'RSA_PSK'].includes(keyExchange);
  const ec = ['ECDHE', 'ECDH', 'ECDHE_PSK'].includes(keyExchange);
  const dh = ['DHE', 'DH', 'DHE_PSK', 'SRP'].includes(keyExchange);
  const psk = withHint.has(keyExchange);
  // SSL 3.0 sends the encrypted secret without a length (RFC 5246 §7.4.7.1).
  const secret = version === tlsVersion.SSLv3 ? rest : opaque(2);
  return struct({
    pskIdentity: given(psk, opaque(2)),
    ecdhYc: given(ec, optional(opaque(1, { min: 1 }))),
    dhYc: given(dh, optional(opaque(2, { min: 1 }))),
    encryptedPreMasterSecret: given(rsa, secret),
    other: given(!(rsa || ec || dh || psk), rest),
  });
}
export type ClientKeyExchange = TypeOf<ReturnType<typeof clientKeyExchange>>;

/** A field that this suite has, or has not. */
function given<T>(present: boolean, codec: Codec<T>): Codec<T | undefined> {
  return when(() => present, codec);
}
