/** What rules that explain differences look at: in packets, in what tshark told, and in our conversations. */

import { createHash } from 'node:crypto';
import type { CaptureReport, Conversation } from '../../lib/evidence/index.ts';
import { cipherSuites } from '../../lib/wire/index.ts';
import type { Frame } from './frames.ts';
import type { OracleClientHello, OracleServerHello, OracleSession } from './oracle.ts';

/** True when the payload begins with a TLS or DTLS record; with `message`, one that begins with that handshake message. */
export function isRecord(payload: Uint8Array | undefined, message?: number): boolean {
  if (payload === undefined || payload.length < 6) return false;
  const [type = 0, major = 0] = payload;
  if (message !== undefined && payload[5] !== message) return false;
  return type >= 20 && type <= 23 && (major === 3 || major === 0xfe);
}

/** A packet up to that with the end of our ClientHello begins a record with a ClientHello. */
export function beginsWithRecord(
  { clientHello, firstPacket }: Conversation,
  frames: ReadonlyMap<number, Frame>,
): boolean {
  const last = clientHello?.packet ?? 0;
  const sender = frames.get(last)?.sender;
  for (let number = firstPacket; number <= last; number++) {
    const frame = frames.get(number);
    if (frame?.sender === sender && isRecord(frame?.payload, 1)) return true;
  }
  return false;
}

export function firstFrames(session: OracleSession | null): number[] {
  const { clientHellos = [], serverHellos = [], alerts = [] } = session ?? {};
  const frames = [...clientHellos, ...serverHellos, ...alerts].map(({ frame }) => frame);
  return frames.length > 0 ? [Math.min(...frames)] : [];
}

/** True when some of the hellos are equal but for the packet. */
export function repeatsItself(hellos: readonly (OracleClientHello | OracleServerHello)[]): boolean {
  return new Set(hellos.map((hello) => JSON.stringify({ ...hello, frame: 0 }))).size < hellos.length;
}

export const encryptsNothing = (conversation: Conversation | null): boolean =>
  /_WITH_NULL_/.test(cipherSuites.nameOf(Number(conversation?.serverHello?.cipherSuite ?? 0)));

/** Each of `theirs`, in the order of `ours`. */
export function holds(ours: string, theirs: string): boolean {
  const all = JSON.parse(ours) as string[];
  return (JSON.parse(theirs) as string[]).every((alert) => all.includes(alert));
}

export const framesOf = (alertList: string): number[] =>
  (JSON.parse(alertList) as string[]).map((alert) => Number(alert.split(' ', 1)[0]));

export const withoutFrames = (alertList: string): string =>
  JSON.stringify((JSON.parse(alertList) as string[]).map((alert) => alert.slice(alert.indexOf(' '))));

export const isAlertRecord =
  (frames: ReadonlyMap<number, Frame>) =>
  ({ packet }: { readonly packet: number }): boolean => {
    const payload = frames.get(packet)?.payload;
    return isRecord(payload) && payload?.[0] === 21;
  };

/** Both packets are there, and hold the same. */
export function samePayload(frames: ReadonlyMap<number, Frame>, one: number, other: number): boolean {
  const [a, b] = [frames.get(one)?.payload, frames.get(other)?.payload];
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}

export const distinct = (list: string): string => JSON.stringify([...new Set(JSON.parse(list) as string[])]);

/** Hashes in `theirs` are of the DER elements that our certificates begin with. */
export function sameElements(
  ours: readonly string[],
  theirs: readonly string[],
  { certificates }: CaptureReport,
): boolean {
  return (
    ours.length === theirs.length &&
    ours.every((sha256, i) => {
      const pem = certificates.find((certificate) => certificate.sha256 === sha256)?.pem ?? '';
      const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
      return sha256 === theirs[i] || elementHash(der) === theirs[i];
    })
  );
}

/** SHA-256 of as much as the outermost length, of one byte, says. */
function elementHash(der: Uint8Array): string {
  return createHash('sha256')
    .update(der.subarray(0, 2 + (der[1] ?? 0)))
    .digest('hex');
}
