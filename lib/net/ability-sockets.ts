/** Whether the sockets and devices that we need can be opened: each is opened, and closed at once. */

import { open } from 'node:fs/promises';
import type { Lack } from './abilities.ts';
import { type Libc, type LibcState, libcHelp, linux } from './libc.ts';

export function tcpMssAbility(state: LibcState): Lack | null {
  if (state.libc === null) return withoutCalls(state);
  const { AF_INET, SOCK_STREAM, SOCK_CLOEXEC, IPPROTO_TCP, TCP_MAXSEG, TCP_INFO } = linux;
  return tried(state.libc, [AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0], (libc, fd) => {
    const works =
      libc.setOption(fd, IPPROTO_TCP, TCP_MAXSEG, 1400) === 0 &&
      libc.getOption(fd, IPPROTO_TCP, TCP_INFO, new Uint8Array(256)) > 0;
    return works
      ? null
      : { reason: 'not-linux', detail: 'The system does not know TCP_MAXSEG and TCP_INFO.', help: null };
  });
}

/** Raw sockets come from koffi, or from raw-socket where koffi is missing. */
export async function rawAbility(state: LibcState): Promise<Lack | null> {
  const { AF_INET, SOCK_RAW, SOCK_CLOEXEC, IPPROTO_TCP } = linux;
  if (state.libc !== null) return tried(state.libc, [AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP], () => null);
  try {
    // By a name that is not looked up: the package has no types.
    const name: string = 'raw-socket';
    const { default: raw } = (await import(name)) as { default: RawSocketModule };
    raw.createSocket({ protocol: IPPROTO_TCP }).close();
    return null;
  } catch (error) {
    const [said = ''] = (error as Error).message.split('\n');
    if (/not permitted/i.test(said)) return notPermitted;
    return {
      reason: 'no-raw-socket',
      detail: `Neither koffi nor raw-socket can be loaded: ${said.replace(/\.$/, '')}.`,
      help: `${libcHelp} raw-socket`,
    };
  }
}

interface RawSocketModule {
  createSocket(options: { readonly protocol: number }): { close(): void };
}

export function packetAbility(state: LibcState): Lack | null {
  if (state.libc === null) return withoutCalls(state);
  // Protocol 0: a socket that hears nothing.
  return tried(state.libc, [linux.AF_PACKET, linux.SOCK_RAW | linux.SOCK_CLOEXEC, 0], () => null);
}

export async function tunAbility(state: LibcState): Promise<Lack | null> {
  if (state.libc === null) return withoutCalls(state);
  try {
    await (await open('/dev/net/tun', 'r+')).close();
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM')
      return {
        reason: 'not-permitted',
        detail: 'This user may not open /dev/net/tun.',
        help: 'sudo chmod 666 /dev/net/tun',
      };
    return { reason: 'no-tun', detail: 'There is no /dev/net/tun.', help: 'sudo modprobe tun' };
  }
}

function withoutCalls(state: LibcState & { libc: null }): Lack {
  return { reason: state.reason, detail: state.detail, help: state.reason === 'no-koffi' ? libcHelp : null };
}

function tried(
  libc: Libc,
  [domain, type, protocol]: readonly [number, number, number],
  use: (libc: Libc, fd: number) => Lack | null,
): Lack | null {
  const fd = libc.socket(domain, type, protocol);
  if (fd < 0) {
    const errno = libc.errno();
    if (errno === linux.EPERM || errno === linux.EACCES) return notPermitted;
    return { reason: 'no-socket', detail: `The system opens no such socket (errno ${errno}).`, help: null };
  }
  try {
    return use(libc, fd);
  } finally {
    libc.close(fd);
  }
}

/** The capability is checked against the user namespace of the network: in a lab everybody has it. */
export const notPermitted: Lack = {
  reason: 'not-permitted',
  detail: 'Opening such sockets takes CAP_NET_RAW.',
  help: 'sudo setcap cap_net_raw+ep "$(readlink -f "$(command -v node)")"',
};
