/** The system calls that packets need, beyond those of every connection (Linux, through koffi). */

import { type Koffi, type Libc, type LibcState, linux, systemLibc } from '../libc.ts';

/** Results below 0 are failures; `errno` says which. */
export interface PacketCalls {
  readonly libc: Libc;
  /** SO_ATTACH_FILTER. @param program instructions of classic BPF, 8 bytes each */
  attachFilter(fd: number, program: Uint8Array): number;
  bind(fd: number, address: Uint8Array): number;
  listen(fd: number): number;
  /** getsockname(2) */
  nameOf(fd: number, into: Uint8Array): number;
  sendTo(fd: number, packet: Uint8Array, address: Uint8Array): number;
  /** recv(2) without waiting; the number of bytes. */
  receive(fd: number, into: Uint8Array): number;
  /** Waits until one of the descriptors can be read, at most `timeoutMs`. */
  readable(fds: readonly number[], timeoutMs: number): Promise<void>;
  /** An eventfd(2): a descriptor that can be read after `raise`. */
  event(): number;
  raise(fd: number): void;
}

const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const MSG_DONTWAIT = 0x40;
const POLLIN = 1;

let known: Promise<PacketCalls | Extract<LibcState, { libc: null }>> | undefined;

/** The calls, or why there are none. */
export function packetCalls(): Promise<PacketCalls | Extract<LibcState, { libc: null }>> {
  known ??= systemLibc().then((state) => (state.libc === null ? state : callsOf(state.libc, state.koffi as Koffi)));
  return known;
}

function callsOf(libc: Libc, koffi: Koffi): PacketCalls {
  const library = koffi.load(null);
  const setsockopt = library.func('int setsockopt(int fd, int level, int name, const void *value, uint32_t length)');
  const bind = library.func('int bind(int fd, const void *address, uint32_t length)');
  const listen = library.func('int listen(int fd, int backlog)');
  const getsockname = library.func('int getsockname(int fd, void *address, void *length)');
  const sendto = library.func(
    'intptr_t sendto(int fd, const void *bytes, size_t length, int flags, const void *address, uint32_t addressLength)',
  );
  const recv = library.func('intptr_t recv(int fd, void *into, size_t length, int flags)');
  const poll = library.func('int poll(void *fds, unsigned long count, int timeout)');
  const eventfd = library.func('int eventfd(unsigned int value, int flags)');
  const write = library.func('intptr_t write(int fd, const void *bytes, size_t length)');
  return {
    libc,
    attachFilter(fd, program) {
      const descriptor = new Uint8Array(16); // struct sock_fprog: count, and pointer
      const view = new DataView(descriptor.buffer);
      view.setUint16(0, program.length / 8, true);
      view.setBigUint64(8, BigInt(koffi.address(program)), true);
      return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, descriptor, descriptor.length);
    },
    bind: (fd, address) => bind(fd, address, address.length),
    listen: (fd) => listen(fd, 1),
    nameOf: (fd, into) => getsockname(fd, into, new Uint8Array(new Uint32Array([into.length]).buffer)),
    sendTo: (fd, packet, address) => sendto(fd, packet, packet.length, MSG_DONTWAIT, address, address.length),
    receive: (fd, into) => recv(fd, into, into.length, MSG_DONTWAIT),
    readable(fds, timeoutMs) {
      const list = new Uint8Array(8 * fds.length); // struct pollfd: descriptor, events, results
      const view = new DataView(list.buffer);
      for (const [index, fd] of fds.entries()) {
        view.setInt32(8 * index, fd, true);
        view.setInt16(8 * index + 4, POLLIN, true);
      }
      return new Promise((resolve) => poll.async(list, fds.length, timeoutMs, () => resolve()));
    },
    event: () => eventfd(0, linux.SOCK_CLOEXEC),
    raise: (fd) => void write(fd, new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]), 8),
  };
}
