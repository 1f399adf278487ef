/** Headers of Ethernet, IPv4 and TCP written in place, with right checksums. */

/** Who talks to whom. Addresses are IPv4 as numbers. */
export interface Flow {
  readonly client: number;
  readonly server: number;
  readonly clientPort: number;
  readonly serverPort: number;
}

export const ethernetLength = 14;
export const ipLength = 20;
export const tcpOffset = ethernetLength + ipLength;

export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

export function put32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

export function get32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}

/** Sum of 16-bit words, not folded. */
export function wordSum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let i = start;
  for (; i + 1 < end; i += 2) sum += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
  return i < end ? sum + ((bytes[i] as number) << 8) : sum;
}

function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x1_0000);
  return ~rest & 0xffff;
}

/** Total length, identification, addresses and checksum of the IPv4 header at `at`, which is there otherwise. */
export function finishIp(bytes: Uint8Array, at: number, length: number, id: number, from: number, to: number): void {
  put16(bytes, at + 2, length);
  put16(bytes, at + 4, id);
  put16(bytes, at + 10, 0);
  put32(bytes, at + 12, from);
  put32(bytes, at + 16, to);
  put16(bytes, at + 10, folded(wordSum(bytes, at, at + ipLength)));
}

/**
 * Checksum of the TCP (6) or UDP (17) message at `at`, behind a finished IPv4 header.
 * @param field offset of the checksum in the message
 * @param payloadSum of the words from `payload` on, which stands at an even distance from `at`
 */
export function finishTransport(
  bytes: Uint8Array,
  at: number,
  protocol: number,
  field: number,
  payload: number,
  payloadSum: number,
  end: number,
): void {
  put16(bytes, at + field, 0);
  const pseudo = wordSum(bytes, at - 8, at) + protocol + end - at;
  put16(bytes, at + field, folded(pseudo + wordSum(bytes, at, payload) + payloadSum));
}
