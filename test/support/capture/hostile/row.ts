/** A capture made to hurt, and what must hold for its report. */

import type { CaptureLimits } from '../../../../lib/capture/index.ts';
import { pcapngBlock } from '../../../../lib/capture/write/index.ts';
import { concat } from '../../../../lib/wire/index.ts';
import { pcapHeader, pcapRecord } from '../pcap.ts';
import { Talk, type TalkOptions } from '../talk.ts';
import { helloRecord } from '../tls/messages.ts';
import { tls12Hello } from '../tls/play.ts';
import { Trace } from '../trace.ts';

export interface HostileCapture {
  /** Part of a sentence: "… the analyzer survives <name>". */
  readonly name: string;
  readonly make: () => Uint8Array;
  /** It is refused as no capture. Otherwise there is a report, and the following holds. */
  readonly refused?: boolean;
  readonly conversations?: number;
  /** Conversations with a ClientHello. */
  readonly hellos?: number;
  /** Distinct certificates. */
  readonly certificates?: number;
  /** Reasons that must be among those counted as dropped. */
  readonly dropped?: readonly string[];
  /** Nothing may be counted as dropped. */
  readonly whole?: boolean;
  readonly limits?: Partial<CaptureLimits>;
}

/** Writes a connection into a trace; for rows that differ only in what is said. */
export function talkOf(says: (talk: Talk) => void, options: TalkOptions = {}): Uint8Array {
  const trace = new Trace();
  says(new Talk(trace, options).connect());
  return trace.toPcapng();
}

/** What a client says first, in its record. */
export const goodHello: Uint8Array = helloRecord(tls12Hello(900, 'vpn.example.com'));

/** A capture with one hello that goes unanswered, as something sound in front of damage. */
export function soundTrace(): Trace {
  const trace = new Trace();
  new Talk(trace).connect().send('client', goodHello);
  return trace;
}

/** Frames as a pcap of one link type. */
export function pcapOf(frames: readonly Uint8Array[], linkType = 1): Uint8Array {
  const start = Date.parse('2026-03-04T05:06:07Z');
  return concat(pcapHeader({ linkType }), ...frames.map((bytes, i) => pcapRecord({ time: start + i, bytes })));
}

/** 32-bit words, little-endian. */
export function words(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value, true);
  return new Uint8Array(view.buffer);
}

/** A pcapng section header without options. */
export const sectionHeader: Uint8Array = pcapngBlock(
  0x0a0d0d0a,
  Uint8Array.of(0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255),
);

/** An interface description; options are given as they are. */
export function interfaceBlock(linkType: number, options: Uint8Array = new Uint8Array(0)): Uint8Array {
  return pcapngBlock(1, concat(Uint8Array.of(linkType & 0xff, linkType >> 8, 0, 0), words(0), options));
}
