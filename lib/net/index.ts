/** @module Ways to put bytes on a wire: the kernel's TCP, and our own over raw sockets. */

export * from './abilities.ts';
export { whyNoNamespaces } from './ability-namespaces.ts';
export * from './dial.ts';
export * from './hold.ts';
export * from './http-get.ts';
export * from './lab-mark.ts';
export { linux } from './libc.ts';
export * from './open.ts';
export { type DialEnd, type DialOutcome, maxChunks, type ReceivedChunk } from './outcome.ts';
export { type PacketCalls, packetCalls } from './raw/calls.ts';
export { reconstructionComment } from './recording/connection-tap.ts';
export { Recording, type RecordingOptions } from './recording/recording.ts';
export { type HearPacket, openSniffer, type Sniffer } from './recording/sniffer.ts';
export type * from './recording/tap.ts';
export * from './resolve.ts';
export { toolEnvironment } from './tools.ts';
export * from './via.ts';
