/** Captures written: pcapng blocks, and packets with right checksums. */

export * from './address.ts';
export * from './checksum.ts';
export * from './fragments.ts';
export * from './icmp.ts';
export * from './ip.ts';
export * from './link.ts';
export * from './pcapng.ts';
export * from './tcp.ts';
