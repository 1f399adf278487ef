/** A socket of the kernel's TCP, with a chosen MSS, and with TCP_INFO for as long as it is open. */

import { isIPv6, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { WireView } from '../evidence/index.ts';
import { HarnessError } from '../wire/index.ts';
import { type Libc, linux } from './libc.ts';
import { interfaceMtu, readTcpInfo, type TcpInfo } from './tcp-info.ts';
import { TcpWatch } from './tcp-watch.ts';

/** Least and most that Linux takes for TCP_MAXSEG (TCP_MIN_MSS, MAX_TCP_WINDOW). */
const mssRange = { from: 88, to: 32_767 } as const;

/** A node socket that looks at TCP_INFO of its connection. Without the system's calls it sees nothing. */
export class KernelSocket extends Socket {
  readonly #libc: Libc | null;
  /** Null before `watch`, and where TCP_INFO is not to be had. */
  #watch: TcpWatch | null = null;
  #interfaceMtu: number | null = null;
  #isIpv6 = false;

  /** @param fd a descriptor to use, not connected yet; its owner is the socket from now on */
  constructor(libc: Libc | null, fd?: number) {
    // `manualStart`: node would read from a descriptor at once, which fails before the connection stands.
    super({ allowHalfOpen: true, ...(fd === undefined ? {} : { fd, manualStart: true }) });
    this.#libc = libc;
  }

  /** To be called when the connection stands, before anything is written. */
  watch(): void {
    const info = this.#info();
    if (info === null) return;
    this.#watch = new TcpWatch(info);
    this.#isIpv6 = isIPv6(this.localAddress ?? '');
    this.#interfaceMtu = this.#mtuOfInterface();
  }

  /** Takes a reading. */
  look(): void {
    const info = this.#watch === null ? null : this.#info();
    if (info !== null) this.#watch?.push(info, performance.now());
  }

  /** Direction in which something counts as lost (`DialRequest.stopWhenLost`); null while nothing does. */
  get lost(): 'outbound' | 'inbound' | null {
    return this.#watch?.lostAt(performance.now()) ?? null;
  }

  /**
   * What was seen of the packets; null where nothing was.
   * @param writes lengths of the writes that the kernel took
   */
  view(writes: readonly number[]): WireView | null {
    return this.#watch?.view({ writes, isIpv6: this.#isIpv6, interfaceMtu: this.#interfaceMtu }) ?? null;
  }

  /**
   * Closes a connection on which nothing comes any more. Where bytes of ours never arrived it is reset: the kernel would go on
   * sending them long after, and a server that serves one client at a time would wait for them as long.
   */
  abandon(): void {
    if (this.#watch?.isUnacknowledged === true) this.resetAndDestroy();
    else this.destroy();
  }

  /** Node closes the descriptor before it tells of an error: this is the last moment to look. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.look();
    super._destroy(error, callback);
  }

  #info(): TcpInfo | null {
    return this.#libc === null ? null : readTcpInfo(this.#libc, this.#fd);
  }

  /** Of the interface that has our address. */
  #mtuOfInterface(): number | null {
    const local = this.localAddress;
    if (this.#libc === null || local === undefined) return null;
    for (const [name, addresses] of Object.entries(networkInterfaces())) {
      if (addresses?.some(({ address }) => address === local) === true) return interfaceMtu(this.#libc, this.#fd, name);
    }
    return null;
  }

  get #fd(): number {
    const { _handle: handle } = this as unknown as { _handle?: { fd?: number } | null };
    return handle?.fd ?? -1;
  }
}

/**
 * A socket that announces `mss` when it connects (TCP_MAXSEG, set before: tcp(7)).
 * @param family 4 or 6
 * @throws HarnessError `bad-option` when the kernel takes no such MSS, `out-of-resources` when there is no descriptor left
 */
export function socketWithMss(libc: Libc, family: number, mss: number): KernelSocket {
  if (!Number.isInteger(mss) || mss < mssRange.from || mss > mssRange.to)
    throw new HarnessError(
      'bad-option',
      `An MSS is a whole number from ${mssRange.from} to ${mssRange.to}: not ${mss}.`,
    );
  const { AF_INET, AF_INET6, SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC, IPPROTO_TCP, TCP_MAXSEG } = linux;
  const fd = libc.socket(family === 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    throw new HarnessError('out-of-resources', `This machine could not open a socket (errno ${libc.errno()}).`, {
      hint: 'Lower --concurrency or raise the limit of open files (ulimit -n).',
    });
  if (libc.setOption(fd, IPPROTO_TCP, TCP_MAXSEG, mss) < 0) {
    const errno = libc.errno();
    libc.close(fd);
    throw new HarnessError('bad-option', `The system takes no MSS of ${mss} (errno ${errno}).`);
  }
  return new KernelSocket(libc, fd);
}
