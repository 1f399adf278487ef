/** Headends that never come to an end: what a client must cut off by its own limits. */

import {
  contentType,
  encode,
  encodeRecord,
  extensionType,
  group,
  handshakeType,
  helloRetryRequestRandom,
  serverHello,
  tlsVersion,
} from '../../wire/index.ts';
import type { HeadendSpec, RawConnection, ReceivedHello, Reshape } from '../headend.ts';
import { noiseFrom } from '../noise.ts';
import { alertRecord, onHello, plainRecord } from '../refusals.ts';
import { framed, reshapedTls12, reshapeMessages } from '../reshape.ts';

type Title = HeadendSpec['title'];

function hostile(
  id: string,
  title: Title,
  answer: (connection: RawConnection, hello: ReceivedHello) => void,
): HeadendSpec {
  return { id, title, behaviour: onHello(answer), expect: ['handshake.malformed'], verdictHint: 'findings' };
}

const helloRequest = plainRecord('handshake', framed('hello_request', new Uint8Array()));

/** Repeats one record as fast as the client reads. */
function endless(id: string, title: Title, record: Uint8Array): HeadendSpec {
  return hostile(id, title, (connection) => connection.flood(() => record));
}

export const endlessEmptyRecords = endless(
  'endless-empty-records',
  { en: 'Empty handshake records without end', ja: '空のハンドシェイクレコードを際限なく送る' },
  plainRecord('handshake', new Uint8Array()),
);

export const endlessWarnings: HeadendSpec = {
  ...endless(
    'endless-warnings',
    { en: 'Warning alerts without end', ja: '警告アラートを際限なく送る' },
    alertRecord({ alert: 'unrecognized_name', level: 'warning' }),
  ),
  mayReport: ['handshake.alert'],
};

export const endlessHelloRequests = endless(
  'endless-hello-requests',
  { en: 'HelloRequests without end', ja: 'HelloRequest を際限なく送る' },
  helloRequest,
);

export const endlessApplicationData = endless(
  'endless-application-data',
  { en: 'Application data without end', ja: 'アプリケーションデータを際限なく送る' },
  encodeRecord(contentType.application_data, tlsVersion['TLSv1.2'], new Uint8Array(1000)),
);

export const endlessChangeCipherSpecs = endless(
  'endless-change-cipher-specs',
  { en: 'ChangeCipherSpecs without end', ja: 'ChangeCipherSpec を際限なく送る' },
  encodeRecord(contentType.change_cipher_spec, tlsVersion['TLSv1.2'], Uint8Array.of(1)),
);

export const endlessRandomRecords = hostile(
  'endless-random-records',
  { en: 'Records of random types and contents without end', ja: '種類も内容も無作為なレコードを際限なく送る' },
  (connection) => {
    const noise = noiseFrom(1);
    // So that the stream begins as one of TLS.
    connection.send(plainRecord('handshake', new Uint8Array()));
    connection.flood(() => encodeRecord(noise(1)[0] ?? 0, tlsVersion['TLSv1.2'], noise(100)));
  },
);

/** A valid one, again and again. A client answers the first and must refuse the second (RFC 8446 §4.1.4). */
export const endlessHelloRetryRequests = hostile(
  'endless-hello-retry-requests',
  { en: 'HelloRetryRequests without end', ja: 'HelloRetryRequest を際限なく送る' },
  (connection, { clientHello }) => {
    const record = plainRecord('handshake', retryRequest(clientHello?.sessionId ?? new Uint8Array()));
    connection.flood(() => record);
  },
);

function retryRequest(sessionId: Uint8Array): Uint8Array {
  const hello = encode(serverHello, {
    legacyVersion: tlsVersion['TLSv1.2'],
    random: helloRetryRequestRandom,
    sessionId,
    cipherSuite: 0x1301, // TLS_AES_128_GCM_SHA256
    compressionMethod: 0,
    extensions: [
      { type: extensionType.supported_versions, data: tlsVersion['TLSv1.3'] },
      { type: extensionType.key_share, data: group.secp384r1 },
    ],
  });
  return framed('server_hello', hello);
}

/** Start of a message that announces the greatest length there is (RFC 8446 §4), 16 MiB less one. */
function boundlessMessage(type: number): Uint8Array {
  return plainRecord('handshake', Uint8Array.of(type, 0xff, 0xff, 0xff));
}

const fullRecord = plainRecord('handshake', new Uint8Array(2 ** 14));

export const oversizedMessage = hostile(
  'oversized-message',
  { en: 'ServerHello that announces 16 MiB', ja: '16 MiB と称する ServerHello を送る' },
  (connection) => {
    connection.send(boundlessMessage(handshakeType.server_hello));
    connection.flood(() => fullRecord);
  },
);

export const endlessCertificate: HeadendSpec = {
  id: 'endless-certificate',
  title: { en: 'Certificate message of 16 MiB', ja: '16 MiB の Certificate メッセージを送る' },
  behaviour: reshapedTls12(serverHelloThen),
  expect: ['handshake.malformed'],
  verdictHint: 'findings',
};

/** The good server's ServerHello, then the endless message in place of the rest of its flight. */
function serverHelloThen(connection: RawConnection): Reshape {
  return reshapeMessages(({ type, raw }, send) => {
    if (type !== handshakeType.server_hello) return;
    send(raw);
    connection.send(boundlessMessage(handshakeType.certificate));
    connection.flood(() => fullRecord);
  });
}

/** Below the limit of a Certificate message, and in 1.2 MB of records: more than is read of one connection. */
export const certificateInCrumbs: HeadendSpec = {
  ...endlessCertificate,
  id: 'certificate-in-one-byte-records',
  title: {
    en: 'Certificate message of 200 kB in records of one byte',
    ja: '200 kB の Certificate メッセージを 1 バイトずつのレコードで送る',
  },
  behaviour: reshapedTls12(serverHelloThenCrumbs),
};

function serverHelloThenCrumbs(connection: RawConnection): Reshape {
  return reshapeMessages(({ type, raw }, send) => {
    if (type !== handshakeType.server_hello) return;
    send(raw);
    const crumb = plainRecord('handshake', Uint8Array.of(0));
    connection.send(plainRecord('handshake', Uint8Array.of(handshakeType.certificate, 0x03, 0x0d, 0x40)));
    connection.flood(() => crumb);
  });
}
