/** Which address of ours packets to a destination bear, and how large they may be where they leave. */

import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { linux, systemLibc } from '../libc.ts';
import { interfaceMtu } from '../tcp-info.ts';

export interface Route {
  readonly source: string;
  /** MTU of the interface, bytes. */
  readonly mtu: number;
}

/** Asks the kernel; sends nothing. @throws the system's error, with its `code`, where there is no route */
export async function routeTo(destination: string): Promise<Route> {
  const source = await sourceFor(destination);
  return { source, mtu: await mtuOf(source) };
}

/** Of the interface with this address; 1,500 when the system does not say. */
async function mtuOf(address: string): Promise<number> {
  const name = interfaceOf(address);
  if (name === null) return ethernet;
  const state = await systemLibc();
  if (state.libc !== null) {
    const fd = state.libc.socket(linux.AF_INET, linux.SOCK_STREAM | linux.SOCK_CLOEXEC, 0);
    try {
      const mtu = interfaceMtu(state.libc, fd, name);
      if (mtu !== null) return mtu;
    } finally {
      if (fd >= 0) state.libc.close(fd);
    }
  }
  // Not in /sys, which shows the namespace in which it was mounted.
  const text = await readFile(`/proc/sys/net/ipv6/conf/${name}/mtu`, 'utf8').catch(() => '');
  return Number(text) || ethernet;
}

const ethernet = 1500;

function interfaceOf(address: string): string | null {
  if (address.startsWith('127.')) return 'lo';
  for (const [name, addresses = []] of Object.entries(networkInterfaces()))
    if (addresses.some((entry) => entry.address === address)) return name;
  return null;
}

function sourceFor(destination: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(destination.includes(':') ? 'udp6' : 'udp4');
    const fail = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    // Connecting a UDP socket only looks the route up.
    socket.connect(9, destination, () => {
      const { address } = socket.address();
      socket.close();
      resolve(address);
    });
  });
}
