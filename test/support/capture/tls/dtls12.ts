/** A DTLS 1.2 handshake with cookie exchange, datagram by datagram (RFC 6347). */

import { encodeHello, type HelloSpec } from '../../../../lib/hello/index.ts';
import { sealerDtls12 } from '../../../../lib/session/index.ts';
import { nodeAead } from '../../../../lib/session/node.ts';
import {
  concat,
  contentType,
  dtlsHandshake,
  dtlsRecord,
  dtlsVersion,
  encode,
  handshakeType,
  helloVerifyRequest,
} from '../../../../lib/wire/index.ts';
import type { Side } from '../hosts.ts';
import { bytesFrom } from '../random.ts';
import { type Tls12Options, tls12Handshake } from './tls12.ts';

export interface Dtls12Options extends Omit<Tls12Options, 'framing'> {
  /** Bytes of a message in one fragment, and of a datagram, at most; default 1200. */
  readonly size?: number;
}

export interface Dtls12Exchange {
  readonly datagrams: readonly { readonly from: Side; readonly bytes: Uint8Array }[];
  readonly keyLog: string;
}

/** Both hellos, the flights, and one datagram of application data from each side. */
export function dtls12Exchange(options: Dtls12Options): Dtls12Exchange {
  const { hello, seed, size = 1200 } = options;
  const version = dtlsVersion['DTLSv1.2'];
  const cookie = bytesFrom(seed + 1)(20);
  const first = whole(handshakeType.client_hello, helloBody(hello, none), 0);
  const second = whole(handshakeType.client_hello, helloBody(hello, cookie), 1);
  const verify = encode(helloVerifyRequest, { serverVersion: dtlsVersion['DTLSv1.0'], cookie });
  const handshake = tls12Handshake({
    ...options,
    framing: { version, clientHello: second, first: { client: 2, server: 1 }, message: whole },
  });

  const datagrams: { from: Side; bytes: Uint8Array }[] = [];
  const numbers = { client: [0, 0], server: [0, 0] };
  const sealers = {
    client: sealerDtls12(handshake.suite, handshake.keys.client, nodeAead),
    server: sealerDtls12(handshake.suite, handshake.keys.server, nodeAead),
  };
  const record = (from: Side, type: number, epoch: 0 | 1, content: Uint8Array, as: number = version): Uint8Array => {
    const sequenceNumber = (numbers[from][epoch] as number)++;
    const fragment = epoch === 0 ? content : sealers[from].seal(type, as, epoch, sequenceNumber, content);
    return encode(dtlsRecord, { type, version: as, epoch, sequenceNumber, fragment });
  };
  const send = (from: Side, records: readonly Uint8Array[]): void => {
    let datagram: Uint8Array = none;
    for (const part of records) {
      if (datagram.length > 0 && datagram.length + part.length > size + slack) {
        datagrams.push({ from, bytes: datagram });
        datagram = none;
      }
      datagram = concat(datagram, part);
    }
    datagrams.push({ from, bytes: datagram });
  };
  const flight = (from: Side, messages: readonly Uint8Array[], as: number = version): Uint8Array[] =>
    messages
      .flatMap((message) => fragments(message, size))
      .map((part) => record(from, contentType.handshake, 0, part, as));
  const finish = (from: Side, finished: Uint8Array): Uint8Array[] => [
    record(from, contentType.change_cipher_spec, 0, Uint8Array.of(1)),
    record(from, contentType.handshake, 1, finished),
  ];

  send('client', flight('client', [first], dtlsVersion['DTLSv1.0']));
  send('server', flight('server', [whole(handshakeType.hello_verify_request, verify, 0)], dtlsVersion['DTLSv1.0']));
  send('client', flight('client', [second], dtlsVersion['DTLSv1.0']));
  send('server', flight('server', handshake.serverFlight));
  send('client', [...flight('client', handshake.clientFlight), ...finish('client', handshake.clientFinished)]);
  send('server', [...flight('server', handshake.ticket), ...finish('server', handshake.serverFinished)]);
  send('client', [record('client', contentType.application_data, 1, new Uint8Array(48).fill(1))]);
  send('server', [record('server', contentType.application_data, 1, new Uint8Array(48).fill(2))]);
  return { datagrams, keyLog: handshake.keyLog };
}

const none = new Uint8Array(0);
/** Record and handshake headers, on top of a fragment of full size. */
const slack = 25;

/** The message in one fragment, as it counts for the transcript (§4.2.6). */
function whole(type: number, body: Uint8Array, messageSeq: number): Uint8Array {
  return encode(dtlsHandshake, { type, length: body.length, messageSeq, fragmentOffset: 0, fragment: body });
}

function fragments(message: Uint8Array, size: number): Uint8Array[] {
  const body = message.subarray(12);
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset === 0 || offset < body.length; offset += size) {
    parts.push(
      encode(dtlsHandshake, {
        type: message[0] as number,
        length: body.length,
        messageSeq: ((message[4] as number) << 8) | (message[5] as number),
        fragmentOffset: offset,
        fragment: body.subarray(offset, offset + size),
      }),
    );
  }
  return parts;
}

/** The hello of a TLS spec as DTLS 1.2 writes it (§4.2.1). */
function helloBody(hello: HelloSpec, cookie: Uint8Array): Uint8Array {
  const body = encodeHello(hello).subarray(4);
  const at = 35 + (body[34] as number);
  const version = dtlsVersion['DTLSv1.2'];
  return concat(
    Uint8Array.of(version >> 8, version & 0xff),
    body.subarray(2, at),
    Uint8Array.of(cookie.length),
    cookie,
    body.subarray(at),
  );
}
