/** IPv4 packets by the npm package raw-socket: the one file that knows it. An optional dependency, loaded at the first use. */

import type { Lack } from '../abilities.ts';
import { notPermitted } from '../ability-sockets.ts';
import { type Carrier, type Hear, largestPacket } from './carrier.ts';

/** The part of raw-socket that is used here; it has no types of its own. */
interface Socket {
  on(event: 'message', listener: (packet: Buffer, source: string) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  setOption(level: number, option: number, value: number): void;
  send(bytes: Buffer, offset: number, length: number, address: string, done: (error: Error | null) => void): void;
  close(): void;
}

interface Module {
  createSocket(options: { protocol: number; bufferSize: number }): Socket;
  readonly SocketLevel: { readonly IPPROTO_IP: number };
  readonly SocketOption: { readonly IP_HDRINCL: number };
}

/**
 * IP_MTU_DISCOVER, IP_PMTUDISC_INTERFACE (linux/in.h): what the kernel learned of the path neither holds our packets back nor is
 * learned from the ICMP errors that answer them.
 */
const mtuDiscover = { option: 10, interface: 4 } as const;

/** Not a literal in the import: the package has no types for the compiler to look up. */
const packageName: string = 'raw-socket';

const protocol = { icmp: 1, tcp: 6 } as const;

/** A socket that takes no packet for so long takes none at all. */
const longestSendMs = 500;

/** @param load gives the module; replaced in tests */
export async function rawSocketCarrier(
  hear: Hear,
  load: () => Promise<unknown> = () => import(packageName),
): Promise<Carrier | Lack> {
  if (process.platform !== 'linux')
    return { reason: 'not-linux', detail: `User-space TCP is made for Linux, not ${process.platform}.`, help: null };
  let raw: Module;
  try {
    raw = ((await load()) as { default: Module }).default;
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const detail = `raw-socket cannot be loaded: ${first.replace(/\.$/, '')}.`;
    return { reason: 'no-raw-socket', detail, help: 'npm rebuild raw-socket' };
  }
  const sockets: Socket[] = [];
  try {
    for (const number of [protocol.tcp, protocol.icmp]) {
      const socket = raw.createSocket({ protocol: number, bufferSize: largestPacket });
      sockets.push(socket);
      socket.on('message', (packet) =>
        hear(new Uint8Array(packet.buffer as ArrayBuffer, packet.byteOffset, packet.length)),
      );
      // recvfrom(2) reports errors of earlier sends here; the connection hears of those by ICMP or by silence.
      socket.on('error', () => {});
    }
    const [tcp] = sockets as [Socket];
    tcp.setOption(raw.SocketLevel.IPPROTO_IP, raw.SocketOption.IP_HDRINCL, 1);
    tcp.setOption(raw.SocketLevel.IPPROTO_IP, mtuDiscover.option, mtuDiscover.interface);
    let waiting = 0;
    let idle = (): void => undefined;
    return {
      name: 'raw-socket',
      send(packet, destination, failed) {
        const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
        waiting++;
        tcp.send(bytes, 0, bytes.length, destination, (error) => {
          if (--waiting === 0) idle();
          if (error !== null && !/no buffer space|temporarily unavailable/i.test(error.message)) failed(error.message);
        });
      },
      watch() {
        // There is no filter: the kernel hands over all TCP of the machine.
      },
      async close() {
        // Packets leave when the event loop finds the socket writable. The last one tells the peer that the connection is over.
        if (waiting > 0) {
          let timer: NodeJS.Timeout | undefined;
          await new Promise<void>((resolve) => {
            idle = resolve;
            timer = setTimeout(resolve, longestSendMs);
          });
          clearTimeout(timer);
        }
        for (const socket of sockets) socket.close();
      },
    };
  } catch {
    for (const socket of sockets) socket.close();
    return notPermitted;
  }
}
