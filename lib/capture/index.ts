/** @module Captures: packets in, TLS conversations out. */

export { type AnalyzerOptions, CaptureAnalyzer } from './analyzer.ts';
export type { CountRepeat, Repeat } from './conversations/repeats.ts';
export { Counters } from './counters.ts';
export { Datagram } from './datagram.ts';
export type { EngineEvent, EngineSource, EngineSummary } from './events.ts';
export {
  type Compression,
  type Decompressed,
  type DecompressOptions,
  decompress,
  type Inflate,
} from './file/decompress.ts';
export { type BlobLike, bytesOf, type CaptureInput, inputName } from './file/input.ts';
export { type CaptureLimits, defaultCaptureLimits } from './limits.ts';
export { addressText } from './link/address.ts';
export { type DatagramSink, Dissector } from './link/dissector.ts';
export { IcmpError, readIcmp } from './link/icmp.ts';
export { Packet } from './packet.ts';
export type { StoredCertificate } from './tls/certificate-store.ts';
export * from './write/index.ts';
