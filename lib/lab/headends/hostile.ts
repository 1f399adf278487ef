/** Headends that never come to an end: what a client must cut off by its own limits. */

import { encode, handshakeMessage, handshakeType } from '../../wire/index.ts';
import type { HeadendSpec, RawConnection, Reshape } from '../headend.ts';
import { alertRecord, onHello, plainRecord } from '../refusals.ts';
import { reshapeMessages } from '../reshape.ts';

type Title = HeadendSpec['title'];

function hostile(id: string, title: Title, answer: (connection: RawConnection) => void): HeadendSpec {
  return { id, title, behaviour: onHello(answer), expect: ['handshake.malformed'], verdictHint: 'findings' };
}

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
  plainRecord('handshake', encode(handshakeMessage, { type: handshakeType.hello_request, body: new Uint8Array() })),
);

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
  behaviour: {
    kind: 'raw',
    inner: { maxVersion: 'TLSv1.2' },
    start: () => ({ hello: (connection) => connection.passOn(serverHelloThen(connection)) }),
  },
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
