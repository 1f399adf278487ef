/** Servers whose ServerHello breaks the protocol: it chooses what was not offered, or cannot be read. */

import {
  type ClientHello,
  cipherSuites,
  concat,
  encode,
  extensionType,
  isGrease,
  type ServerHello,
  serverHello,
  tlsVersion,
} from '../../wire/index.ts';
import type { HeadendSpec } from '../headend.ts';
import { editServerHello, reshapedTls12 } from '../reshape.ts';

type Title = HeadendSpec['title'];
type Edit = (hello: ServerHello, offered: ClientHello | null) => ServerHello | Uint8Array;

/** A TLS 1.2 server whose ServerHello is edited; the rest of its flight is genuine. */
function chooses(id: string, title: Title, edit: Edit): HeadendSpec {
  return {
    id,
    title,
    behaviour: reshapedTls12((_connection, { clientHello }) => editServerHello((hello) => edit(hello, clientHello))),
    expect: ['handshake.malformed'],
    mayReport: ['handshake.alert'],
    verdictHint: 'findings',
  };
}

export const unknownVersion = chooses(
  'unknown-version',
  { en: 'Chooses a version that does not exist', ja: '存在しないバージョンを選択する' },
  (hello) => ({ ...hello, legacyVersion: 0x0305 }),
);

export const tls13WithoutKeyShare = chooses(
  'tls13-without-key-share',
  { en: 'Chooses TLS 1.3 and sends no key share', ja: 'TLS 1.3 を選択するが鍵共有を送らない' },
  (hello) => ({
    ...hello,
    cipherSuite: aes128GcmOfTls13,
    extensions: [{ type: extensionType.supported_versions, data: tlsVersion['TLSv1.3'] }],
  }),
);

export const olderVersionByExtension = chooses(
  'tls12-by-supported-versions',
  { en: 'Chooses TLS 1.2 in supported_versions', ja: 'supported_versions 拡張で TLS 1.2 を選択する' },
  (hello) => ({ ...hello, extensions: [{ type: extensionType.supported_versions, data: tlsVersion['TLSv1.2'] }] }),
);

export const suiteNotOffered = chooses(
  'suite-not-offered',
  { en: 'Chooses a cipher suite that was not offered', ja: '提示されていない暗号スイートを選択する' },
  (hello, offered) => ({ ...hello, cipherSuite: firstNotOffered(offered) }),
);

export const suiteOfOtherVersion = chooses(
  'tls13-suite-in-tls12',
  { en: 'Chooses a TLS 1.3 cipher suite in TLS 1.2', ja: 'TLS 1.2 で TLS 1.3 の暗号スイートを選択する' },
  (hello) => ({ ...hello, cipherSuite: aes128GcmOfTls13 }),
);

export const compressionNotOffered = chooses(
  'compression-not-offered',
  { en: 'Chooses DEFLATE compression', ja: '提示されていない DEFLATE 圧縮を選択する' },
  (hello) => ({ ...hello, compressionMethod: deflate }),
);

export const trailingBytes = chooses(
  'server-hello-trailing-bytes',
  { en: 'ServerHello with bytes behind its end', ja: 'ServerHello の末尾に余分なバイトがある' },
  (hello) => concat(encode(serverHello, hello), Uint8Array.of(0, 0, 0)),
);

export const lyingLength = chooses(
  'server-hello-lying-length',
  { en: 'ServerHello whose session id claims 255 bytes', ja: 'セッション ID の長さを 255 バイトと偽る ServerHello' },
  (hello) => {
    const bytes = encode(serverHello, hello);
    bytes[sessionIdLengthAt] = 0xff;
    return bytes;
  },
);

/** TLS_AES_128_GCM_SHA256. */
const aes128GcmOfTls13 = 0x1301;
/** RFC 3749 §2. */
const deflate = 1;
/** After version and random (RFC 5246 §7.4.1.3). */
const sessionIdLengthAt = 34;

/** A registered suite of the older versions that the hello does not have. */
function firstNotOffered(offered: ClientHello | null): number {
  for (const [code, name] of cipherSuites.entries()) {
    if (/_WITH_AES_/.test(name) && !isGrease(code) && offered?.cipherSuites.includes(code) !== true) return code;
  }
  return 0;
}
