/** Good headends that refuse one trait of a hello: the faults that only a comparison of two hellos can prove. */

import {
  type ClientHello,
  extensionType,
  extensionTypes,
  findExtension,
  isGrease,
  tlsVersion,
} from '../../wire/index.ts';
import type { HeadendSpec } from '../headend.ts';
import { type Refusal, refusalName, refusalWord, refuseWhen } from '../refusals.ts';

/** Refuses hellos with more than `limit` cipher suites. */
export function refuseSuitesAbove(limit: number, refusal: Refusal = { alert: 'handshake_failure' }): HeadendSpec {
  return {
    id: `suites-above-${limit}-${refusalName(refusal)}`,
    title:
      refusal === 'silent'
        ? { en: `Silent to more than ${limit} cipher suites`, ja: `${limit} 個を超える暗号スイートに応答しない` }
        : {
            en: `Refuses more than ${limit} cipher suites (${refusalWord(refusal).en})`,
            ja: `${limit} 個を超える暗号スイートを拒否する (${refusalWord(refusal).ja})`,
          },
    behaviour: refuseWhen(({ clientHello }) => (clientHello?.cipherSuites.length ?? 0) > limit, refusal),
    expect: ['tls.suite-count-intolerant'],
    verdictHint: 'findings',
  };
}

/** Says nothing to a ClientHello longer than `length` bytes, its 4-byte header included. */
export function silentAbove(length: number): HeadendSpec {
  return {
    id: `silent-above-${length}`,
    title: {
      en: `Silent to a hello longer than ${length} bytes`,
      ja: `${length} バイトを超える ClientHello に応答しない`,
    },
    behaviour: refuseWhen(({ message }) => message.length > length, 'silent'),
    expect: ['tls.hello-size-intolerant'],
    verdictHint: 'findings',
  };
}

/** Says nothing to a ClientHello of `from` to `to` bytes, both inclusive, its 4-byte header included. */
export function silentBetween(from: number, to: number): HeadendSpec {
  return {
    id: `silent-${from}-${to}`,
    title: {
      en: `Silent to a hello of ${from} to ${to} bytes`,
      ja: `${from}〜${to} バイトの ClientHello に応答しない`,
    },
    behaviour: refuseWhen(({ message }) => message.length >= from && message.length <= to, 'silent'),
    expect: ['tls.hello-size-intolerant'],
    verdictHint: 'findings',
  };
}

/** Refuses a hello whose first read (TCP segment) has fewer than `bytes` bytes. */
export function refuseFirstSegmentBelow(bytes: number, refusal: Refusal = 'reset'): HeadendSpec {
  return {
    id: `first-segment-below-${bytes}-${refusalName(refusal)}`,
    title: {
      en: `Refuses a hello whose first segment has fewer than ${bytes} bytes`,
      ja: `最初のセグメントが ${bytes} バイト未満の ClientHello を拒否する`,
    },
    behaviour: refuseWhen(({ readLengths: [first = 0] }) => first < bytes, refusal),
    expect: ['tls.hello-segment-intolerant'],
    verdictHint: 'findings',
  };
}

/** Refuses a hello that is spread over several TLS records (RFC 8446 §5.1 allows it). */
export function refuseSeveralRecords(refusal: Refusal = { alert: 'unexpected_message' }): HeadendSpec {
  return {
    id: `several-records-${refusalName(refusal)}`,
    title: { en: 'Refuses a hello in several records', ja: '複数のレコードに分かれた ClientHello を拒否する' },
    behaviour: refuseWhen(({ recordLengths }) => recordLengths.length > 1, refusal),
    expect: ['tls.hello-record-intolerant'],
    verdictHint: 'findings',
  };
}

/** Refuses a hello with an extension that IANA does not list, GREASE (RFC 8701) included. */
export function refuseUnknownExtensions(refusal: Refusal = { alert: 'decode_error' }): HeadendSpec {
  const unknown = ({ type }: { type: number }): boolean => isGrease(type) || !extensionTypes.has(type);
  return {
    id: `unknown-extension-${refusalName(refusal)}`,
    title: { en: 'Refuses unknown extensions and GREASE', ja: '未知の拡張や GREASE を拒否する' },
    behaviour: refuseWhen(({ clientHello }) => clientHello?.extensions?.some(unknown) ?? false, refusal),
    expect: ['tls.extension-intolerant'],
    verdictHint: 'findings',
  };
}

/** Refuses a hello that offers more than TLS 1.2, where RFC 8446 §4.1.2 asks to negotiate down. */
export function refuseAboveTls12(refusal: Refusal = 'close'): HeadendSpec {
  return {
    id: `above-tls12-${refusalName(refusal)}`,
    title: { en: 'Refuses a hello that also offers TLS 1.3', ja: 'TLS 1.3 も提示する ClientHello を拒否する' },
    behaviour: {
      ...refuseWhen(
        ({ clientHello }) => clientHello !== null && highestVersion(clientHello) > tlsVersion['TLSv1.2'],
        refusal,
      ),
      inner: { maxVersion: 'TLSv1.2' },
    },
    expect: ['tls.version-intolerant'],
    verdictHint: 'findings',
  };
}

function highestVersion({ legacyVersion, extensions }: ClientHello): number {
  const offered = findExtension(extensions, extensionType.supported_versions) ?? [];
  return Math.max(legacyVersion, ...offered.filter((version) => !isGrease(version)));
}
