/** Servers that send genuine messages in an order that no handshake has (RFC 5246 §7.3), leave some out, or add others. */

import {
  changeCipherSpec,
  changeCipherSpecType,
  contentType,
  encode,
  encodeRecord,
  type FramedHandshake,
  handshakeMessage,
  handshakeType,
  tlsVersion,
} from '../../wire/index.ts';
import type { HeadendSpec } from '../headend.ts';
import { onHello } from '../refusals.ts';
import { framed, rearrangeFlight, reshapedTls12, reshapeMessages } from '../reshape.ts';

type Title = HeadendSpec['title'];
type MessageType = keyof typeof handshakeType;

function disordered(
  id: string,
  title: Title,
  arrange: (flight: readonly FramedHandshake[]) => readonly Uint8Array[],
): HeadendSpec {
  return {
    id,
    title,
    behaviour: reshapedTls12(() => rearrangeFlight(arrange)),
    expect: ['handshake.malformed'],
    mayReport: ['handshake.alert'],
    verdictHint: 'findings',
  };
}

/** The flight with the messages of each type replaced by what `replace` names for it, itself where it names nothing. */
function replacing(replace: Readonly<Partial<Record<MessageType, readonly (MessageType | Uint8Array)[]>>>) {
  return (flight: readonly FramedHandshake[]): Uint8Array[] => {
    const rawOf = (wanted: MessageType): Uint8Array[] =>
      flight.filter(({ type }) => type === handshakeType[wanted]).map(({ raw }) => raw);
    return flight.flatMap(({ type, raw }) => {
      const [, instead] = Object.entries(replace).find(([name]) => handshakeType[name as MessageType] === type) ?? [];
      return instead?.flatMap((one) => (typeof one === 'string' ? rawOf(one) : [one])) ?? [raw];
    });
  };
}

export const certificateFirst = disordered(
  'certificate-before-server-hello',
  { en: 'Certificate before ServerHello', ja: 'ServerHello より先に Certificate を送る' },
  replacing({ server_hello: ['certificate', 'server_hello'], certificate: [] }),
);

export const serverHelloTwice = disordered(
  'server-hello-twice',
  { en: 'Two ServerHellos', ja: 'ServerHello を 2 回送る' },
  replacing({ server_hello: ['server_hello', 'server_hello'] }),
);

/** The first ServerHelloDone ends the flight; what is wrong comes behind it. */
export const serverHelloDoneTwice: HeadendSpec = {
  ...disordered(
    'server-hello-done-twice',
    { en: 'Two ServerHelloDones', ja: 'ServerHelloDone を 2 回送る' },
    replacing({ server_hello_done: ['server_hello_done', 'server_hello_done'] }),
  ),
};

export const keyExchangeFirst = disordered(
  'key-exchange-before-certificate',
  { en: 'ServerKeyExchange before Certificate', ja: 'Certificate より先に ServerKeyExchange を送る' },
  replacing({ certificate: ['server_key_exchange', 'certificate'], server_key_exchange: [] }),
);

export const noKeyExchange = disordered(
  'no-server-key-exchange',
  { en: 'ECDHE without ServerKeyExchange', ja: 'ECDHE なのに ServerKeyExchange を送らない' },
  replacing({ server_key_exchange: [] }),
);

export const noCertificate = disordered(
  'no-certificate',
  { en: 'ECDHE_ECDSA without Certificate', ja: 'ECDHE_ECDSA なのに Certificate を送らない' },
  replacing({ certificate: [] }),
);

export const unknownMessage = disordered(
  'unknown-message',
  { en: 'A handshake message of an unknown type', ja: '未知の種類のハンドシェイクメッセージを送る' },
  replacing({ certificate: [encode(handshakeMessage, { type: 99, body: new Uint8Array(8) }), 'certificate'] }),
);

export const encryptedExtensionsInClear = disordered(
  'encrypted-extensions-in-tls12',
  { en: 'EncryptedExtensions in TLS 1.2', ja: 'TLS 1.2 で EncryptedExtensions を送る' },
  replacing({ server_hello: ['server_hello', framed('encrypted_extensions', Uint8Array.of(0, 0))] }),
);

export const earlyChangeCipherSpec: HeadendSpec = {
  ...certificateFirst,
  id: 'early-change-cipher-spec',
  title: { en: 'ChangeCipherSpec after Certificate', ja: 'Certificate の直後に ChangeCipherSpec を送る' },
  behaviour: reshapedTls12((connection) =>
    reshapeMessages(({ type, raw }, sendMessage) => {
      sendMessage(raw);
      if (type === handshakeType.certificate) connection.send(changeCipherSpecRecord);
    }),
  ),
};

const changeCipherSpecRecord = encodeRecord(
  contentType.change_cipher_spec,
  tlsVersion['TLSv1.2'],
  encode(changeCipherSpec, { type: changeCipherSpecType.change_cipher_spec }),
);

export const applicationDataFirst: HeadendSpec = {
  ...certificateFirst,
  id: 'application-data-first',
  title: { en: 'Application data in place of a ServerHello', ja: 'ServerHello の代わりにアプリケーションデータを送る' },
  behaviour: onHello((connection) =>
    connection.send(encodeRecord(contentType.application_data, tlsVersion['TLSv1.2'], new Uint8Array(64))),
  ),
};
