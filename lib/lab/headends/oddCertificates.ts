/** Certificate messages that no certificate authority had a hand in: far too many, too long, none, or unreadable. */

import { certificateTls12, concat, decode, encode, handshakeType, opaque, vec } from '../../wire/index.ts';
import type { HeadendSpec } from '../headend.ts';
import { framed, reshapedTls12, reshapeMessages } from '../reshape.ts';

type Title = HeadendSpec['title'];

/** A TLS 1.2 server whose list of certificates is edited; the rest of its flight is genuine. */
function sends(
  id: string,
  title: Title,
  edit: (chain: readonly Uint8Array[]) => Uint8Array[],
  expect: readonly string[],
): HeadendSpec {
  const edited = reshapeMessages(({ type, body, raw }, sendMessage) => {
    if (type !== handshakeType.certificate) {
      sendMessage(raw);
      return;
    }
    const certificateList = edit(decode(certificateTls12, body).certificateList);
    sendMessage(framed('certificate', encode(longList, certificateList)));
  });
  return {
    id,
    title,
    behaviour: reshapedTls12(() => edited),
    expect,
    mayReport: ['handshake.alert'],
    verdictHint: expect.length === 0 ? 'clean' : 'findings',
  };
}

/** The list of a Certificate message (RFC 5246 §7.4.2), however many there are. */
const longList = vec(3, opaque(3), { max: 2 ** 24 });

/** An empty SEQUENCE: DER, and nothing that could be a certificate. */
const emptySequence = Uint8Array.of(0x30, 0x00);
const many = 10_000;

/** More than are kept, and no fault by itself. */
export const hundredCertificates = sends(
  'certificates-100',
  { en: 'The chain, then 100 more certificates', ja: '正しいチェーンの後に証明書をさらに 100 個送る' },
  (chain) => [...chain, ...Array.from({ length: 100 }, () => chain.at(-1) ?? emptySequence)],
  [],
);

/** 50 kB: within what is read of a Certificate message, but no list of certificates. */
export const manySmallCertificates = sends(
  'certificates-10000-empty',
  { en: 'The chain, then 10,000 empty certificates', ja: '正しいチェーンの後に空の証明書を 10,000 個送る' },
  (chain) => [...chain, ...Array.from({ length: many }, () => emptySequence)],
  ['handshake.malformed'],
);

/** Some 5 MB. */
export const manyCertificates = sends(
  'certificates-10000',
  { en: 'The chain, then 10,000 copies of the leaf', ja: '正しいチェーンの後にリーフ証明書を 10,000 個送る' },
  (chain) => [...chain, ...Array.from({ length: many }, () => chain[0] ?? emptySequence)],
  ['handshake.malformed'],
);

export const noCertificates = sends(
  'empty-certificate-list',
  { en: 'Certificate message without a certificate', ja: '証明書を 1 つも含まない Certificate メッセージを送る' },
  () => [],
  ['handshake.malformed'],
);

export const unreadableCertificate = sends(
  'unreadable-certificate',
  { en: 'A certificate that is no certificate', ja: '証明書として読めないデータを送る' },
  ([, ...issuers]) => [new Uint8Array(600).fill(0x5a), ...issuers],
  ['cert.unreadable'],
);

export const unreadableDates: HeadendSpec = {
  ...sends(
    'unreadable-dates',
    { en: 'A certificate whose dates cannot be read', ja: '有効期間を読み取れない証明書を送る' },
    ([leaf = emptySequence, ...issuers]) => [withoutDates(leaf), ...issuers],
    ['cert.unreadable'],
  ),
  // The signature covers the dates.
  mayReport: ['handshake.alert', 'cert.untrusted-root'],
};

/** Digits of every UTCTime (RFC 5280 §4.1.2.5.1) overwritten with letters. */
function withoutDates(der: Uint8Array): Uint8Array {
  const bytes = concat(der);
  for (let i = 0; i + 14 < bytes.length; i++) {
    if (bytes[i] === 0x17 && bytes[i + 1] === 13 && bytes[i + 14] === 0x5a) bytes.fill(0x58, i + 2, i + 14);
  }
  return bytes;
}
