/**
 * A local port at which the kernel stays silent. Our connections are unknown to it: to the peer's SYN-ACK it would answer RST.
 *
 * The way chosen: a listening socket of the kernel's own on that port, with a filter (SO_ATTACH_FILTER) that takes nothing. The
 * kernel finds the socket, the filter drops the packet, and nobody answers. It needs no privilege and no firewall, holds for this
 * port only, keeps the port from others, and ends with the socket: also after a crash or SIGKILL. Where koffi is missing, nftables
 * does it: a rule in a table with `flags owner`, which is gone as soon as the process that feeds it is.
 */

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { Lack } from '../abilities.ts';
import { libcHelp, linux } from '../libc.ts';
import { toolEnvironment } from '../tools.ts';
import { portOf, socketAddress } from './address.ts';
import { type PacketCalls, packetCalls } from './calls.ts';
import { dropAll } from './filter.ts';

export interface QuietPort {
  readonly port: number;
  readonly how: 'filter' | 'nft';
  /** The kernel answers again. */
  close(): Promise<void>;
}

/** A free port of `address`. */
export async function quietPort(
  address: string,
  ways: readonly QuietPort['how'][] = ['filter', 'nft'],
): Promise<QuietPort | Lack> {
  const calls = ways.includes('filter') ? await packetCalls() : null;
  if (calls !== null && calls.libc !== null) return filteredPort(calls, address);
  const port = ways.includes('nft') ? await firewalledPort(address) : null;
  if (port !== null) return port;
  const detail = `Neither koffi nor nft can keep the kernel from resetting our connections.${calls === null ? '' : ` ${calls.detail}`}`;
  return { reason: calls === null ? 'no-nft' : calls.reason, detail, help: libcHelp };
}

function filteredPort(calls: PacketCalls, address: string): QuietPort | Lack {
  const { libc } = calls;
  const family = address.includes(':') ? linux.AF_INET6 : linux.AF_INET;
  const fd = libc.socket(family, linux.SOCK_STREAM | linux.SOCK_CLOEXEC, linux.IPPROTO_TCP);
  const name = socketAddress(address, 0);
  // The filter comes first: from listen on the socket is found.
  const failed =
    fd < 0 ||
    calls.attachFilter(fd, dropAll()) < 0 ||
    calls.bind(fd, name) < 0 ||
    calls.listen(fd) < 0 ||
    calls.nameOf(fd, name) < 0;
  if (failed) {
    const number = libc.errno();
    if (fd >= 0) libc.close(fd);
    return { reason: 'not-permitted', detail: `The system gives no local port (errno ${number}).`, help: null };
  }
  return {
    port: portOf(name),
    how: 'filter',
    close() {
      libc.close(fd);
      return Promise.resolve();
    },
  };
}

/** Null where nft does not work. The port is kept by a listener whose RSTs the rule drops. */
async function firewalledPort(address: string): Promise<QuietPort | null> {
  const server = createServer();
  const port = await new Promise<number | null>((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(0, address, () => {
      const bound = server.address();
      resolve(bound === null || typeof bound === 'string' ? null : bound.port);
    });
  });
  if (port === null) return null;
  const table = `inet helloprobe_${process.pid}_${port}`;
  const nft = spawn('nft', ['-i'], { stdio: ['pipe', 'pipe', 'ignore'], env: toolEnvironment() });
  const ended = new Promise<void>((resolve) => nft.once('close', () => resolve()).once('error', () => resolve()));
  const ready = new Promise<boolean>((resolve) => {
    let said = '';
    nft.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/tcp sport \d+ tcp flags/.test(said)) resolve(true);
    });
    void ended.then(() => resolve(false));
  });
  nft.stdin.on('error', () => {});
  nft.stdin.write(
    [
      `add table ${table} { flags owner; }`,
      `add chain ${table} out { type filter hook output priority 0; }`,
      `add rule ${table} out tcp sport ${port} tcp flags & (syn | rst) == rst drop`,
      `list table ${table}`,
      '',
    ].join('\n'),
  );
  const close = async (): Promise<void> => {
    nft.stdin.end();
    await ended;
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  if (await ready) return { port, how: 'nft', close };
  await close();
  return null;
}
