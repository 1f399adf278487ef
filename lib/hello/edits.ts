/** Edits of a spec: each returns a new one in which one thing is different. */

import type { Code } from '../evidence/index.ts';
import { cipherSuite, codeText, extensionType, HarnessError, isGrease, tlsVersion } from '../wire/index.ts';
import { sniName } from './names.ts';
import { findExtensionSpec } from './read.ts';
import { codeNumber, type ExtensionSpec, type HelloSpec } from './spec.ts';

/** The suites given, as numbers or as specs write them, in that order. */
export function withCipherSuites(spec: HelloSpec, suites: readonly (number | Code)[]): HelloSpec {
  return { ...spec, cipherSuites: suites.map((suite) => (typeof suite === 'number' ? codeText(suite) : suite)) };
}

/** The extension in the place of the one of its type; a new one goes to the end, but before pre_shared_key. */
export function withExtension(spec: HelloSpec, extension: ExtensionSpec): HelloSpec {
  const extensions = [...(spec.extensions ?? [])];
  const type = codeNumber(extension.type);
  const there = extensions.findIndex((other) => codeNumber(other.type) === type);
  if (there >= 0) return { ...spec, extensions: extensions.with(there, extension) };
  const last = extensions.at(-1);
  const beforePsk = last !== undefined && codeNumber(last.type) === extensionType.pre_shared_key;
  extensions.splice(extensions.length - (beforePsk ? 1 : 0), 0, extension);
  return { ...spec, extensions };
}

/** Without the extensions of this type; the extension block stays, even when it becomes empty. */
export function withoutExtension(spec: HelloSpec, type: number | Code): HelloSpec {
  const number = typeof type === 'number' ? type : codeNumber(type);
  if (spec.extensions === null) return spec;
  return { ...spec, extensions: spec.extensions.filter((extension) => codeNumber(extension.type) !== number) };
}

/**
 * Another server name, or none. What server_name cannot carry (an IP address, RFC 6066 §3) removes it as well; to send
 * one all the same, use `withExtension`. New names go first, where most clients have them.
 */
export function withSni(spec: HelloSpec, host: string | null): HelloSpec {
  const name = host === null ? null : sniName(host);
  if (name === null) return withoutExtension(spec, extensionType.server_name);
  const extension = { type: '0x0000', serverName: name } as const;
  if (findExtensionSpec(spec, '0x0000') !== undefined) return withExtension(spec, extension);
  return { ...spec, extensions: [extension, ...(spec.extensions ?? [])] };
}

/**
 * Offers these versions, and leaves suites as they are.
 *
 * legacy_version is the highest, at most TLS 1.2 (RFC 8446 §4.1.2). supported_versions appears with TLS 1.3 and goes
 * without it, with the extensions that mean nothing then; GREASE in it is kept. TLS 1.3 newly offered brings an empty
 * key_share list, to be answered with HelloRetryRequest. Below TLS 1.2 signature_algorithms goes (RFC 5246
 * §7.4.1.4.1); for SSLv3 alone all extensions go and the renegotiation SCSV comes in their place.
 * @throws HarnessError `bad-hello-spec` without versions.
 */
export function withVersions(spec: HelloSpec, versions: readonly (number | Code)[]): HelloSpec {
  const codes = versions.map((version) => (typeof version === 'number' ? version : codeNumber(version)));
  if (codes.length === 0) throw new HarnessError('bad-hello-spec', 'A hello must offer at least one version.');
  const highest = Math.max(...codes);
  const recordVersion = codeNumber(spec.recordVersion) === tlsVersion.SSLv3 ? '0x0301' : spec.recordVersion;
  const base: HelloSpec = { ...spec, recordVersion, legacyVersion: codeText(Math.min(highest, tlsVersion['TLSv1.2'])) };
  if (highest === tlsVersion.SSLv3) return asSslv3(base);
  if (highest < tlsVersion['TLSv1.3']) {
    const dropped = highest < tlsVersion['TLSv1.2'] ? [...tls13Only, ...tls12Only] : tls13Only;
    return dropped.reduce<HelloSpec>((current, type) => withoutExtension(current, type), base);
  }
  return withTls13(base, codes);
}

const tls13Only = [
  extensionType.supported_versions,
  extensionType.key_share,
  extensionType.psk_key_exchange_modes,
  extensionType.pre_shared_key,
  extensionType.early_data,
  extensionType.cookie,
  extensionType.post_handshake_auth,
];
const tls12Only = [extensionType.signature_algorithms, extensionType.signature_algorithms_cert];

function asSslv3(spec: HelloSpec): HelloSpec {
  const scsv = cipherSuite.TLS_EMPTY_RENEGOTIATION_INFO_SCSV;
  const suites = spec.cipherSuites.filter((suite) => codeNumber(suite) !== scsv);
  return { ...spec, recordVersion: '0x0300', cipherSuites: [...suites, codeText(scsv)], extensions: null };
}

function withTls13(spec: HelloSpec, versions: readonly number[]): HelloSpec {
  const before = findExtensionSpec(spec, '0x002b');
  const offered = before !== undefined && 'supportedVersions' in before ? before.supportedVersions : [];
  const grease = offered.filter((version) => isGrease(codeNumber(version)));
  const supportedVersions = [...grease, ...[...versions].sort((a, b) => b - a).map(codeText)];
  let edited = withExtension(spec, { type: '0x002b', supportedVersions });
  if (findExtensionSpec(edited, '0x002d') === undefined)
    edited = withExtension(edited, { type: '0x002d', pskModes: [1] });
  if (findExtensionSpec(edited, '0x0033') === undefined)
    edited = withExtension(edited, { type: '0x0033', keyShares: [] });
  return edited;
}
