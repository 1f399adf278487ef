/** Handshakes of node:tls with itself in memory, every byte of both sides recorded, with its key log. */

import { Duplex } from 'node:stream';
import { connect, createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import { concat, RecordDeframer, type TlsRecord } from '../../lib/wire/index.ts';

export interface RecordedHandshake {
  readonly client: readonly TlsRecord[];
  readonly server: readonly TlsRecord[];
  readonly keyLog: string;
}

/** Shakes hands; the server then sends `greeting`, and both sides close. */
export async function recordHandshake(options: SecureContextOptions, greeting: string): Promise<RecordedHandshake> {
  const sent: { client: Uint8Array[]; server: Uint8Array[] } = { client: [], server: [] };
  const [near, far] = pair(sent);
  let keyLog = '';
  const { key: _key, cert: _cert, ...shared } = options;
  const server = new TLSSocket(far, { isServer: true, secureContext: createSecureContext(options) });
  const client = connect({ socket: near, secureContext: createSecureContext(shared), rejectUnauthorized: false });
  client.on('keylog', (line: Buffer) => {
    keyLog += line.toString('latin1');
  });
  await new Promise<void>((resolve, reject) => {
    client
      .on('error', reject)
      .on('data', () => client.end())
      .on('end', resolve);
    server.on('error', reject).on('secure', () => server.write(greeting));
    server.on('end', () => server.end()).resume();
  });
  client.destroy();
  server.destroy();
  return {
    client: new RecordDeframer().push(concat(...sent.client)),
    server: new RecordDeframer().push(concat(...sent.server)),
    keyLog,
  };
}

/** Two ends of a pipe. */
function pair(sent: { client: Uint8Array[]; server: Uint8Array[] }): [Duplex, Duplex] {
  const end = (record: Uint8Array[], other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        record.push(Uint8Array.from(chunk));
        other().push(chunk);
        done();
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const near: Duplex = end(sent.client, () => far);
  const far: Duplex = end(sent.server, () => near);
  return [near, far];
}
