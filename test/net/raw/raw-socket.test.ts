import { expect } from 'chai';
import { rawSocketCarrier } from '../../../lib/net/raw/raw-socket.ts';

/** Takes packets, and sends them when it is told to, as raw-socket does when its descriptor is writable. */
class LazySocket {
  static readonly sent: number[] = [];
  static readonly closed: number[] = [];
  static flush: (() => void)[] = [];
  readonly #protocol: number;

  constructor(protocol: number) {
    this.#protocol = protocol;
  }

  on(): void {}
  setOption(): void {}

  send(bytes: Buffer, _offset: number, _length: number, _address: string, done: (error: Error | null) => void): void {
    LazySocket.flush.push(() => {
      LazySocket.sent.push(bytes.length);
      done(null);
    });
  }

  close(): void {
    LazySocket.closed.push(this.#protocol);
  }
}

const lazy = {
  default: {
    createSocket: ({ protocol }: { protocol: number }) => new LazySocket(protocol),
    SocketLevel: { IPPROTO_IP: 0 },
    SocketOption: { IP_HDRINCL: 3 },
  },
};

describe('packets by raw-socket', () => {
  beforeEach(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('leave before the socket is closed: the last RST frees a server that serves one client at a time', async () => {
    const carrier = await rawSocketCarrier(
      () => undefined,
      () => Promise.resolve(lazy),
    );
    if (!('send' in carrier)) throw new Error(carrier.reason);
    carrier.send(new Uint8Array(40), '192.0.2.1', () => undefined);
    const closing = carrier.close();
    await Promise.resolve();
    expect(LazySocket.closed).to.deep.equal([]);
    for (const send of LazySocket.flush) send();
    await closing;
    expect(LazySocket.sent).to.deep.equal([40]);
    expect(LazySocket.closed).to.have.members([1, 6]);
  });
});
