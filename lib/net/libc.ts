/**
 * System calls that node does not offer, through koffi: the one file that knows it. koffi is an optional dependency and loaded
 * at the first use; where it is missing, or this is not Linux, everything else works without.
 */

import { endianness } from 'node:os';
import { HarnessError } from '../wire/index.ts';

/** Numbers of Linux, the same on every machine that node runs on (asm-generic/socket.h, linux/in.h, linux/tcp.h, linux/if_ether.h, linux/sockios.h). */
export const linux = {
  AF_INET: 2,
  AF_INET6: 10,
  AF_PACKET: 17,
  SOCK_STREAM: 1,
  SOCK_RAW: 3,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
  IPPROTO_TCP: 6,
  TCP_MAXSEG: 2,
  TCP_INFO: 11,
  ETH_P_ALL: 3,
  SIOCGIFMTU: 0x8921,
  EPERM: 1,
  EACCES: 13,
  ENFILE: 23,
  EMFILE: 24,
  ENOBUFS: 105,
  ENOMEM: 12,
} as const;

/** The calls that we make. Descriptors and lengths are numbers; a result below 0 is a failure, and `errno` says which. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  close(fd: number): number;
  /** Sets an option that is an int. */
  setOption(fd: number, level: number, name: number, value: number): number;
  /** Reads an option into `into`; returns the number of bytes that the kernel filled. */
  getOption(fd: number, level: number, name: number, into: Uint8Array): number;
  /** ioctl(2) with a structure that the kernel may change. */
  ioctl(fd: number, request: number, argument: Uint8Array): number;
  /** errno of the last call that failed. */
  errno(): number;
}

/** The calls, or why there are none: `reason` is a stable id, `detail` one sentence. */
export type LibcState =
  | { readonly libc: Libc; readonly koffi?: Koffi }
  | { readonly libc: null; readonly reason: 'not-linux' | 'no-koffi'; readonly detail: string };

/** A function of the C library; `async` calls it in a thread of koffi's own. */
export interface ForeignFunction {
  (...args: unknown[]): number;
  async(...args: unknown[]): void;
}

/** What `koffi` exports, as far as we use it. */
export interface Koffi {
  load(path: string | null): { func(prototype: string): ForeignFunction };
  /** Where the bytes of an array are in memory. */
  address(bytes: Uint8Array): bigint | number;
  errno(): number;
}

let system: Promise<LibcState> | undefined;

/** The calls of this system; looked up once in the life of the process. */
export function systemLibc(): Promise<LibcState> {
  system ??= loadLibc();
  return system;
}

/** @param load gives the module koffi; replaced in tests */
export async function loadLibc(
  load: () => Promise<unknown> = () => import('koffi'),
  platform: string = process.platform,
): Promise<LibcState> {
  if (platform !== 'linux' || endianness() !== 'LE')
    return { libc: null, reason: 'not-linux', detail: `There is no table of constants for ${platform} yet.` };
  try {
    const loaded = (await load()) as { default?: Koffi } & Koffi;
    const koffi = loaded.default ?? loaded;
    return { libc: libcOf(koffi), koffi };
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { libc: null, reason: 'no-koffi', detail: `koffi cannot be loaded: ${first.replace(/\.$/, '')}.` };
  }
}

function libcOf(koffi: Koffi): Libc {
  // The C library is in the process already, whatever its file is called (glibc, musl).
  const library = koffi.load(null);
  const socket = library.func('int socket(int domain, int type, int protocol)');
  const close = library.func('int close(int fd)');
  const setsockopt = library.func('int setsockopt(int fd, int level, int name, const int *value, uint32_t length)');
  const getsockopt = library.func(
    'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
  );
  const ioctl = library.func('int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)');
  return {
    socket: (domain, type, protocol) => socket(domain, type, protocol),
    close: (fd) => close(fd),
    setOption: (fd, level, name, value) => setsockopt(fd, level, name, [value], 4),
    getOption(fd, level, name, into) {
      const length = [into.length];
      return getsockopt(fd, level, name, into, length) < 0 ? -1 : (length[0] ?? 0);
    },
    ioctl: (fd, request, argument) => ioctl(fd, request, argument),
    errno: () => koffi.errno(),
  };
}

/** What to do where the calls are missing; one line. */
export const libcHelp = 'npm install koffi';

/** The calls, for what cannot be done without them. @throws HarnessError `missing-ability` */
export function requireLibc(state: LibcState): Libc {
  if (state.libc !== null) return state.libc;
  const message = `A chosen MSS needs system calls that node does not have. ${state.detail}`;
  throw new HarnessError('missing-ability', message, state.reason === 'no-koffi' ? { hint: `${libcHelp}.` } : {});
}
