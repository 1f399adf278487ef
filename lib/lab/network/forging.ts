/** A box beside the path that answers ClientHellos with forged RSTs to both ends, and passes the other ones on. */

import {
  ethernetFrame,
  etherType,
  ipProtocol,
  ipv4Packet,
  ipv6Packet,
  tcpFlag,
  tcpSegment,
} from '../../capture/index.ts';
import type { Boxes } from './agent-protocol.ts';
import {
  changeTtl,
  ethernetHeader,
  finishChecksum,
  type IpFrame,
  readFrame,
  readTcp,
  type TcpHeader,
} from './frame.ts';
import { FrameSocket } from './frame-socket.ts';

/** Runs on the router whose firewall drops the hellos that this box looks at. @throws HarnessError `missing-ability` */
export async function startForging(fault: NonNullable<Boxes['forge']>): Promise<{ close(): Promise<void> }> {
  const { clientSide, serverSide, sni, ttl, longest } = fault;
  const name = sni === null ? null : Buffer.from(sni.toLowerCase(), 'latin1');
  const toServer = await FrameSocket.open(serverSide.device, () => undefined);
  const toClient = await FrameSocket.open(clientSide.device, (frame) => {
    // Frames that we send pass here too.
    if (hardwareAddressAt(frame, 0) !== clientSide.own) return;
    const ip = readFrame(frame);
    const tcp = ip === null ? null : readTcp(frame, ip);
    if (ip === null || tcp === null || frame[tcp.payloadAt] !== handshakeRecord || tcp.payloadAt >= ip.end) return;
    const payload = frame.subarray(tcp.payloadAt, ip.end);
    if (name === null || lowerCase(payload).includes(name)) {
      toClient.send(resetTo(clientSide, answerTo(ip, tcp, payload.length), ttl));
      toServer.send(resetTo(serverSide, { ...ip, ...tcp, ack: 0, flags: tcpFlag.rst }, ttl));
    } else if (ip.end - ethernetHeader <= longest && (frame[ip.ttlAt] as number) > 1) {
      changeTtl(frame, ip, -1);
      finishChecksum(frame);
      frame.set(Buffer.from(serverSide.other.replaceAll(':', ''), 'hex'), 0);
      frame.set(Buffer.from(serverSide.own.replaceAll(':', ''), 'hex'), 6);
      toServer.send(frame);
    }
  });
  return {
    async close() {
      await Promise.all([toClient.close(), toServer.close()]);
    },
  };
}

/** TLS content type (RFC 8446 §5.1). */
const handshakeRecord = 22;

type Reset = Pick<IpFrame, 'version' | 'source' | 'destination'> & Omit<TcpHeader, 'payloadAt'>;

/** As the server would refuse the segment (RFC 9293 §3.10.7.1), with the acknowledgement that some clients ask for. */
function answerTo(ip: IpFrame, tcp: TcpHeader, length: number): Reset {
  return {
    version: ip.version,
    source: ip.destination,
    destination: ip.source,
    sourcePort: tcp.destinationPort,
    destinationPort: tcp.sourcePort,
    seq: tcp.ack,
    ack: tcp.seq + length,
    flags: tcpFlag.rst + tcpFlag.ack,
  };
}

function resetTo(side: { own: string; other: string }, { version, ...fields }: Reset, ttl: number): Uint8Array {
  const segment = tcpSegment({ ...fields, window: 0 });
  const packet =
    version === 4
      ? ipv4Packet({ ...fields, protocol: ipProtocol.tcp, ttl }, segment)
      : ipv6Packet({ ...fields, nextHeader: ipProtocol.tcp, hopLimit: ttl }, segment);
  const type = version === 4 ? etherType.ipv4 : etherType.ipv6;
  return ethernetFrame({ source: side.own, destination: side.other, etherType: type }, packet);
}

function hardwareAddressAt(frame: Uint8Array, at: number): string {
  return Array.from(frame.subarray(at, at + 6), (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** Bytes of capital letters changed to small ones; names are compared so (RFC 4343). */
function lowerCase(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));
}
