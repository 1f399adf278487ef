/** Where records begin in a direction of a TLS connection: at its first bytes, behind an SSL 2.0 ClientHello, in its middle, or nowhere. */

import { judgeFirstBytes, longestLook } from '../../session/index.ts';
import { alertLevel, concat, contentType } from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import { type Half, mode } from './half.ts';
import type { Handshake } from './handshake.ts';
import { looksLikeTlsStart } from './look.ts';

/** Header, level and description. */
const alertRecordLength = 7;
/** Type, version and three lengths. */
const sslv2HeaderLength = 11;
/** Segments that are looked at for the start of a record. */
const mostMisses = 64;
/** Bytes of the protocol before TLS that may come behind the hello: the end of a reply. */
const longestReply = 2_048;

/**
 * Looks at the first bytes of a direction.
 * @returns true when they are records: those of `half.first` where there are such, which holds all that came, else the given ones
 */
export function beginsRecords(
  half: Half,
  handshake: Handshake,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (start >= end) return false;
  const first = half.first?.[0] ?? bytes[start] ?? 0;
  if (handshake.saidHello(half.direction === 0 ? 1 : 0)) {
    // Copied only where the first segment alone does not tell.
    if (half.first === null && end - start >= 6 && looksLikeTlsStart(bytes, start, end) === 2) return enter(half);
    return judge(half, handshake, joined(half, bytes, start, end), false);
  }
  if (first >= 0x80) return passesSslv2(half, handshake, joined(half, bytes, start, end));
  half.first = null;
  if (first >= contentType.change_cipher_spec && first <= contentType.heartbeat) return enter(half);
  lose(half, handshake);
  return false;
}

/** The direction ends with bytes that did not tell what they are. @returns true when those of `half.first` are records */
export function endsInRecords(half: Half, handshake: Handshake, first: Uint8Array): boolean {
  return handshake.saidHello(half.direction === 0 ? 1 : 0) && judge(half, handshake, first, true);
}

/** A segment of a direction that was lost. @returns true when it begins with a record */
export function resumesRecords(
  half: Half,
  handshake: Handshake,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (half.onlyAlerts) tellAlert(half, handshake, bytes, start, end);
  else if (looksLikeTlsStart(bytes, start, end) !== 0) return enter(half);
  if (++half.misses > mostMisses) giveUp(half, handshake);
  return false;
}

/** The middle of a session: reading begins where a segment begins with a record. */
export function lose(half: Half, handshake: Handshake): void {
  handshake.midStream(half.direction);
  half.first = null;
  half.mode = mode.lost;
  half.headerHave = 0;
  half.remaining = 0;
}

/** The direction breaks the protocol. In the middle of a session, and behind missing bytes, it may only look so. @param detail one sentence */
export function fail(half: Half, handshake: Handshake, detail: string): void {
  const isSure = !half.isHoled && (handshake.sawHello || !handshake.isMidStream(half.direction));
  if (isSure) handshake.malformed(half.direction, detail);
  else handshake.gap(half.direction);
  half.stop();
}

/** An alert in clear is a segment of its own mostly; encryption leaves none so short. */
function tellAlert(half: Half, handshake: Handshake, bytes: Uint8Array, start: number, end: number): void {
  if (end - start !== alertRecordLength || bytes[start] !== contentType.alert || bytes[start + 1] !== 3) return;
  const level = bytes[start + 5] as number;
  if (bytes[start + 3] !== 0 || bytes[start + 4] !== 2 || (level !== alertLevel.warning && level !== alertLevel.fatal))
    return;
  handshake.alert(half.direction, level, bytes[start + 6] as number);
}

/**
 * Bytes are missing without which the next record cannot be found: of what follows, only alerts can be told, as long as they are in clear.
 * @returns whether more is wanted
 */
export function loseTrack(half: Half, handshake: Handshake): boolean {
  giveUp(half, handshake);
  if (half.encrypted || handshake.complete) return false;
  half.mode = mode.lost;
  half.onlyAlerts = true;
  return true;
}

/** Nothing more of it can be read. */
export function giveUp(half: Half, handshake: Handshake): false {
  handshake.gap(half.direction);
  half.stop();
  return false;
}

function enter(half: Half): true {
  half.mode = mode.records;
  return true;
}

function joined({ first }: Half, bytes: Uint8Array, start: number, end: number): Uint8Array {
  return first === null ? bytes.slice(start, end) : concat(first, bytes.subarray(start, end));
}

/** What answers a ClientHello. @param final nothing follows */
function judge(half: Half, handshake: Handshake, first: Uint8Array, final: boolean): boolean {
  const judgement = judgeFirstBytes(first.subarray(0, longestLook), final);
  half.first = first;
  if (judgement.kind === 'tls') return enter(half);
  if (judgement.kind === 'undecided') return false;
  if (judgement.kind === 'not-tls' && half.late) {
    const at = answerIn(first);
    if (at >= 0) {
      half.first = first.subarray(at);
      return enter(half);
    }
    half.isHeld = !final && first.length < longestReply;
    if (half.isHeld) return false;
  }
  // Padding of a short frame, which tools that write captures anew count into it; they change the length of data likewise.
  if (first.every((byte) => byte === 0)) {
    lose(half, handshake);
    return false;
  }
  if (judgement.kind === 'not-tls') handshake.notTls(half.direction, judgement.looksLike, judgement.detail);
  else handshake.malformed(half.direction, judgement.detail);
  half.stop();
  return false;
}

/** Where an answer in clear begins behind something else; -1 where none does. */
function answerIn(bytes: Uint8Array): number {
  const last = Math.min(bytes.length, longestReply);
  for (let at = 1; at < last; at++) if (looksLikeTlsStart(bytes, at, bytes.length) === 2) return at;
  return -1;
}

function passesSslv2(half: Half, handshake: Handshake, first: Uint8Array): boolean {
  half.first = first;
  if (first.length < sslv2HeaderLength) return false;
  if (looksLikeTlsStart(first, 0, first.length) !== 1) {
    lose(half, handshake);
    return false;
  }
  const length = 2 + (u16(first, 0) & 0x7fff);
  if (first.length < length) return false;
  half.first = first.subarray(length);
  half.records++;
  const fault = handshake.sslv2ClientHello(half.direction, first.subarray(0, length), half.pieces);
  if (fault === null) return enter(half);
  fail(half, handshake, fault);
  return false;
}
