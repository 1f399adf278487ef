/** Programs of classic BPF (linux/filter.h) that keep from us what is not ours. */

/** Refuses every packet: a socket with it answers nothing. */
export function dropAll(): Uint8Array {
  return assemble([[ret, 0, 0, 0]]);
}

/**
 * Takes TCP to one of `ports`, ICMP, and fragments other than the first; `packet` starts with the IP header.
 * @param ports local ports; beyond 200 the program would be too long, and takes all TCP
 */
export function forPorts(version: 4 | 6, ports: readonly number[]): Uint8Array {
  const tests = ports.length <= 200 ? ports : [];
  const all = ports.length > 200;
  const head = version === 4 ? head4(tests.length) : head6(tests.length);
  const body = tests.map((port, index): Instruction => [jumpEqual, tests.length - index, 0, port]);
  return assemble([...head, ...body, [ret, 0, 0, all ? whole : 0], [ret, 0, 0, whole]]);
}

/** Code, jump if true, jump if false (instructions to skip), operand. */
type Instruction = readonly [code: number, yes: number, no: number, operand: number];

const loadByte = 0x30;
const loadHalf = 0x28;
const loadHalfIndexed = 0x48;
/** X = 4 * (low four bits of the byte): the length of an IPv4 header. */
const loadHeaderLength = 0xb1;
const jumpEqual = 0x15;
const jumpBits = 0x45;
const ret = 0x06;
/** More than any packet. */
const whole = 0x4_0000;

function head4(ports: number): Instruction[] {
  const length = 7;
  const accept = (at: number): number => length + ports + 1 - at - 1;
  return [
    [loadByte, 0, 0, 9],
    [jumpEqual, accept(1), 0, 1],
    [jumpEqual, 0, accept(2) - 1, 6],
    [loadHalf, 0, 0, 6],
    [jumpBits, accept(4), 0, 0x1fff],
    [loadHeaderLength, 0, 0, 0],
    [loadHalfIndexed, 0, 0, 2],
  ];
}

function head6(ports: number): Instruction[] {
  const length = 5;
  const accept = (at: number): number => length + ports + 1 - at - 1;
  return [
    [loadByte, 0, 0, 6],
    [jumpEqual, accept(1), 0, 58],
    [jumpEqual, accept(2), 0, 44],
    [jumpEqual, 0, accept(3) - 1, 6],
    [loadHalf, 0, 0, 42],
  ];
}

/** struct sock_filter, little-endian. */
function assemble(instructions: readonly Instruction[]): Uint8Array {
  const program = new Uint8Array(8 * instructions.length);
  const view = new DataView(program.buffer);
  for (const [index, [code, yes, no, operand]] of instructions.entries()) {
    view.setUint16(8 * index, code, true);
    view.setUint8(8 * index + 2, yes);
    view.setUint8(8 * index + 3, no);
    view.setUint32(8 * index + 4, operand, true);
  }
  return program;
}
