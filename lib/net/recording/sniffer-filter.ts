/** The program of classic BPF (linux/filter.h) that lets a sniffer hear the packets of its peers, and no others. */

import { ipBytes } from '../../capture/index.ts';

/** Facts of a packet beside its bytes: protocol of the frame, direction, interface. */
const beside = { protocol: 0xffff_f000, packetType: 0xffff_f004, interface: 0xffff_f008 } as const;
const etherType = { ipv4: 0x0800, ipv6: 0x86dd } as const;
/** Index of the loopback interface, which shows every packet twice: as it leaves, and as it arrives. */
const loopback = 1;
const outgoing = 4;

/** A jump reaches 255 instructions: with more peers, all TCP is heard. */
export const mostPeers = 50;

/**
 * Takes TCP from and to `peers`, fragments of it too, and all ICMP, which the listener looks into. Packets start with the IP header; of
 * an IPv6 address only the last 32 bits are compared.
 */
export function forPeers(peers: readonly string[]): Uint8Array {
  const words = (isIpv6: boolean): number[] =>
    peers.filter((address) => address.includes(':') === isIpv6).map((address) => lastWord(ipBytes(address)));
  return assemble([
    load(beside.interface),
    when(loopback, 'local', 'any'),
    at('local', load(beside.packetType)),
    when(outgoing, 'drop', 'any'),
    at('any', load(beside.protocol)),
    when(etherType.ipv4, 'ipv4', 'other'),
    at('other', when(etherType.ipv6, 'ipv6', 'drop')),
    at('ipv4', loadByte(9)),
    when(1, 'accept', 'tcp4'),
    at('tcp4', when(6, 'addresses4', 'drop')),
    ...comparisons('addresses4', [12, 16], peers.length > mostPeers ? null : words(false)),
    at('ipv6', loadByte(6)),
    when(58, 'accept', 'fragment6'),
    at('fragment6', when(44, 'addresses6', 'tcp6')),
    at('tcp6', when(6, 'addresses6', 'drop')),
    ...comparisons('addresses6', [20, 36], peers.length > mostPeers ? null : words(true)),
    at('accept', give(whole)),
    at('drop', give(0)),
  ]);
}

interface Instruction {
  readonly code: number;
  readonly operand: number;
  /** Labels to jump to; default the next instruction. */
  readonly yes?: string;
  readonly no?: string;
  readonly label?: string;
}

/** More than any packet. */
const whole = 0x4_0000;

const load = (offset: number): Instruction => ({ code: 0x20, operand: offset });
const loadByte = (offset: number): Instruction => ({ code: 0x30, operand: offset });
const when = (value: number, yes: string, no: string): Instruction => ({ code: 0x15, operand: value, yes, no });
const always = (target: string): Instruction => ({ code: 0x05, operand: 0, yes: target });
const give = (bytes: number): Instruction => ({ code: 0x06, operand: bytes });
const at = (label: string, instruction: Instruction): Instruction => ({ ...instruction, label });

/** Accepts when a word at one of the offsets is one of `words` (null: any is), drops otherwise. */
function comparisons(label: string, offsets: readonly number[], words: readonly number[] | null): Instruction[] {
  if (words === null) return [at(label, always('accept'))];
  const tests = offsets.flatMap((offset): Instruction[] => [
    load(offset),
    ...words.map((word): Instruction => ({ code: 0x15, operand: word, yes: 'accept' })),
  ]);
  return [...tests, always('drop')].map((one, index) => (index === 0 ? at(label, one) : one));
}

/** struct sock_filter: code, jump if true, jump if false, operand; little-endian. */
function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(8 * program.length);
  const view = new DataView(bytes.buffer);
  const skip = (from: number, label: string | undefined): number =>
    label === undefined ? 0 : program.findIndex((one) => one.label === label) - from - 1;
  for (const [index, { code, operand, yes, no }] of program.entries()) {
    const isJump = code === 0x05;
    view.setUint16(8 * index, code, true);
    view.setUint8(8 * index + 2, isJump ? 0 : skip(index, yes));
    view.setUint8(8 * index + 3, isJump ? 0 : skip(index, no));
    view.setUint32(8 * index + 4, isJump ? skip(index, yes) : operand, true);
  }
  return bytes;
}

function lastWord(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4);
}
