/** Flights that break off: what came so far is genuine, and then FIN, RST or nothing more. */

import { handshakeType } from '../../wire/index.ts';
import type { HeadendSpec, RawBehaviour, RawConnection, Reshape } from '../headend.ts';
import { onConnect, onHello, plainRecord, type Refusal, refusalName, refuse } from '../refusals.ts';
import { framed, reshapedTls12, reshapeMessages } from '../reshape.ts';

export type Ending = Extract<Refusal, 'silent' | 'reset' | 'close'>;

/** Where a flight breaks off. From `after-server-hello` on the server speaks TLS 1.2 only, whose flight is in the clear. */
export type CutPlace = keyof typeof places;

/** The headend that breaks off every flight at `place`. */
export function cutShort(place: CutPlace, ending: Ending): HeadendSpec {
  const { en, ja, behaviour } = places[place];
  const how = endings[ending];
  return {
    id: `cut-${place}-${refusalName(ending)}`,
    title: { en: `Flight ends ${en}: ${how.en}`, ja: `サーバーの応答が${ja}途切れる: ${how.ja}` },
    behaviour: behaviour(ending),
    expect: [how.finding],
    // Hellos of versions that this server does not speak get the alert protocol_version.
    mayReport: ['handshake.alert'],
    verdictHint: 'findings',
  };
}

const endings = {
  silent: { en: 'silence', ja: '無応答', finding: 'handshake.silent' },
  reset: { en: 'RST', ja: 'RST', finding: 'handshake.reset' },
  close: { en: 'FIN', ja: 'FIN', finding: 'handshake.closed' },
} as const;

interface Place {
  readonly en: string;
  readonly ja: string;
  behaviour(ending: Ending): RawBehaviour;
}

/** A ServerHello without extensions, of which only the first part is ever sent. */
const serverHelloRecord = plainRecord('handshake', framed('server_hello', new Uint8Array(70)));

const places = {
  'in-record-header': {
    en: 'in the first record header',
    ja: '最初のレコードヘッダーの途中で',
    behaviour: (ending) => sendsOnly(serverHelloRecord.subarray(0, 3), ending),
  },
  'in-server-hello': {
    en: 'inside the ServerHello',
    ja: ' ServerHello の途中で',
    behaviour: (ending) => sendsOnly(serverHelloRecord.subarray(0, 40), ending),
  },
  'after-server-hello': {
    en: 'after the ServerHello',
    ja: ' ServerHello の直後に',
    behaviour: (ending) => breaksOff(ending, 'server_hello', (record) => record),
  },
  'after-tls13-server-hello': {
    en: 'after the ServerHello of TLS 1.3',
    ja: ' TLS 1.3 の ServerHello の直後に',
    behaviour: (ending) => ({
      ...breaksOff(ending, 'server_hello', (record) => record),
      inner: { minVersion: 'TLSv1.3' },
    }),
  },
  'in-certificate': {
    en: 'inside the Certificate message',
    ja: ' Certificate メッセージの途中で',
    behaviour: (ending) => breaksOff(ending, 'certificate', (record) => record.subarray(0, record.length >> 1)),
  },
  'after-certificate': {
    en: 'after the Certificate message',
    ja: ' Certificate メッセージの直後に',
    behaviour: (ending) => breaksOff(ending, 'certificate', (record) => record),
  },
  'before-server-hello-done': {
    en: 'before ServerHelloDone',
    ja: ' ServerHelloDone の直前に',
    behaviour: (ending) => breaksOff(ending, 'server_hello_done', () => new Uint8Array()),
  },
} as const satisfies Readonly<Record<string, Place>>;

function sendsOnly(bytes: Uint8Array, ending: Ending): RawBehaviour {
  return onHello((connection) => {
    connection.send(bytes);
    refuse(connection, ending);
  });
}

/** The flight up to the message of this type, and as much of that one's record as `part` leaves. */
function breaksOff(
  ending: Ending,
  last: keyof typeof handshakeType,
  part: (record: Uint8Array) => Uint8Array,
): RawBehaviour {
  const untilThen =
    (connection: RawConnection): Reshape =>
    (send) => {
      let over = false;
      const sendUntilThen = (bytes: Uint8Array): void => {
        if (!over) send(bytes);
      };
      return reshapeMessages(({ type, raw }, sendMessage) => {
        if (type !== handshakeType[last]) {
          sendMessage(raw);
          return;
        }
        sendUntilThen(part(plainRecord('handshake', raw)));
        over = true;
        refuse(connection, ending);
      })(sendUntilThen);
    };
  return reshapedTls12(untilThen);
}

export const closeOnAccept: HeadendSpec = {
  id: 'close-on-accept',
  title: { en: 'FIN as soon as a client connects', ja: '接続直後に FIN を返す' },
  behaviour: onConnect((connection) => connection.end()),
  expect: ['handshake.closed'],
  verdictHint: 'findings',
};
