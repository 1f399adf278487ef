/** What our own client says of whether a server insists on a certificate, where the server hardly says it. */

import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { buildHello } from '../../lib/hello/index.ts';
import { handshake as shake } from '../../lib/live/index.ts';
import {
  certificateRequestTls13,
  concat,
  contentType,
  encode,
  extensionType,
  signatureScheme,
  tlsVersion,
} from '../../lib/wire/index.ts';
import { answer, type ServerFlight, sealed } from '../session/client/tls13-server.ts';
import { handshake } from '../session/server-flights.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

const request = (context: Uint8Array): Uint8Array =>
  handshake(
    'certificate_request',
    encode(certificateRequestTls13, {
      certificateRequestContext: context,
      extensions: [{ type: extensionType.signature_algorithms, data: [signatureScheme.ecdsa_secp256r1_sha256] }],
    }),
  );

/** Sends what `say` makes of the client's hello, and closes on the next bytes of the client, or at once. */
async function required(say: (hello: Uint8Array) => Uint8Array, closesAtOnce: boolean): Promise<boolean | null> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (record: Buffer) => {
      socket.write(say(new Uint8Array(record.subarray(5))));
      if (closesAtOnce) socket.end();
      else socket.once('data', () => socket.end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hello = buildHello({
    versions: [tlsVersion['TLSv1.3']],
    sni: 'localhost',
    random,
    extra: [{ type: '0x0031', data: '' }],
  });
  try {
    const made = await shake({ address: '127.0.0.1', port }, hello, { id: 'a1', goal: 'finished' });
    return made.clientCertificateRequired;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('whether a server insists on a certificate', () => {
  it('is not known where it asks after the handshake, is told that there is none, and closes without a word', async () => {
    const asksLater = (hello: Uint8Array): Uint8Array => {
      const flight = answer(hello);
      return concat(flight.clear, flight.sealed, sealed(flight.after, request(Uint8Array.of(1))));
    };
    expect(await required(asksLater, false)).to.equal(null);
  });

  it('is not told by an alert that came before our answer', async () => {
    const failsEarly = (hello: Uint8Array): Uint8Array => {
      // The flight breaks off behind the request: an alert stands where the certificate would.
      const flight: ServerFlight = answer(hello, {
        request: request(new Uint8Array()),
        edit: (type, message) =>
          type === 'certificate' || type === 'certificate_verify' || type === 'finished' ? [] : [message],
      });
      return concat(flight.clear, flight.sealed, sealed(flight.handshake, Uint8Array.of(2, 40), {}, contentType.alert));
    };
    expect(await required(failsEarly, true)).to.equal(null);
  });

  it('is told by an alert to our answer, in the handshake and after it', async () => {
    for (const during of [true, false]) {
      const refuses = (hello: Uint8Array): Uint8Array => {
        const flight = answer(hello, during ? { request: request(new Uint8Array()) } : {});
        const later = during ? [] : [sealed(flight.after, request(Uint8Array.of(1)))];
        const refusal = sealed(flight.after, Uint8Array.of(2, 40), {}, contentType.alert);
        return concat(flight.clear, flight.sealed, ...later, refusal);
      };
      expect(await required(refuses, false)).to.equal(true);
    }
  });
});
