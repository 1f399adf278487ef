/** The one carrier of a process and IP version, shared by all connections while there are any. */

import type { Lack } from '../abilities.ts';
import type { Carrier } from './carrier.ts';
import { Demux, type Listener, type Pair } from './demux.ts';
import { packetCarrier } from './packet-socket.ts';
import { rawSocketCarrier } from './raw-socket.ts';

export type CarrierName = Carrier['name'];

/** A connection's share of the carrier. */
export interface Post {
  readonly carrier: CarrierName;
  send(packet: Uint8Array, failed: (reason: string) => void): void;
  /** Settles when nothing is heard any more, and the sockets are closed if this was the last share. */
  close(): Promise<void>;
}

/** Sends and hears for one connection at a time and place; `carriers` limits the choice. */
export async function openPost(
  pair: Pair,
  listener: Listener,
  carriers: readonly CarrierName[] = ['raw-socket', 'packet'],
): Promise<Post | Lack> {
  const version = pair.destination.includes(':') ? 6 : 4;
  const key = `${version} ${carriers.join(' ')}`;
  const station = stations.get(key) ?? openStation(version, carriers);
  stations.set(key, station);
  const opened = await station;
  if ('reason' in opened) {
    stations.delete(key);
    return opened;
  }
  const { carrier, demux } = opened;
  demux.add(pair, listener);
  carrier.watch(demux.ports);
  return {
    carrier: carrier.name,
    send: (packet, failed) => carrier.send(packet, pair.destination, failed),
    async close() {
      demux.remove(pair);
      carrier.watch(demux.ports);
      if (!demux.isEmpty || stations.get(key) !== station) return;
      stations.delete(key);
      await carrier.close();
    },
  };
}

interface Station {
  readonly carrier: Carrier;
  readonly demux: Demux;
}

const stations = new Map<string, Promise<Station | Lack>>();

async function openStation(version: 4 | 6, carriers: readonly CarrierName[]): Promise<Station | Lack> {
  const demux = new Demux();
  const hear = (packet: Uint8Array<ArrayBuffer>): void => demux.heard(packet, Date.now());
  // raw-socket shows IPv6 without its header, and so without hop limits.
  const first = version === 4 && carriers.includes('raw-socket') ? await rawSocketCarrier(hear) : null;
  if (first !== null && 'send' in first) return { carrier: first, demux };
  const second = carriers.includes('packet') ? await packetCarrier(version, hear) : null;
  if (second !== null && 'send' in second) return { carrier: second, demux };
  // What keeps both from working is told by the first; a library that is missing, by whichever it is.
  return (first?.reason === 'not-permitted' ? first : (second ?? first)) as Lack;
}
