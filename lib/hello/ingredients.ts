/** What hellos are put together from: code lists by name, random fields, extensions without a body. */

import type { Code } from '../evidence/index.ts';
import { codeText, extensionType, toHex } from '../wire/index.ts';
import { sniName } from './names.ts';
import { makeKeyShare, type RandomBytes } from './shares.ts';
import type { ExtensionSpec, KeyShareSpec, VerbatimExtension } from './spec.ts';

/** A registry's names and codes. */
type Table = Readonly<Record<string, number>>;

/** The numbers of these names. */
export function numbersOf<T extends Table>(table: T, names: readonly (keyof T)[]): number[] {
  return names.map((name) => table[name] as number);
}

/** The same, as specs write them. */
export function codesOf<T extends Table>(table: T, names: readonly (keyof T)[]): Code[] {
  return numbersOf(table, names).map(codeText);
}

/** `length` random bytes in hex. */
export function randomHex(random: RandomBytes, length: number): string {
  return toHex(random(length));
}

/** server_name for `host`, or nothing where it cannot carry it. */
export function serverNames(host: string | null | undefined): ExtensionSpec[] {
  const name = host == null ? null : sniName(host);
  return name === null ? [] : [{ type: '0x0000', serverName: name }];
}

export function keyShares(groups: readonly number[], random: RandomBytes): KeyShareSpec[] {
  return groups.map((group) => ({ group: codeText(group), keyExchange: toHex(makeKeyShare(group, random)) }));
}

export const extendedMasterSecret = withoutBody(extensionType.extended_master_secret);
export const encryptThenMac = withoutBody(extensionType.encrypt_then_mac);
export const signedCertificateTimestamp = withoutBody(extensionType.signed_certificate_timestamp);
/** Asks for a new ticket (RFC 5077 §3.2). */
export const emptyTicket: ExtensionSpec = { type: '0x0023', ticket: '' };
/** First handshake (RFC 5746 §3.4). */
export const renegotiationInfo: ExtensionSpec = { type: '0xff01', renegotiatedConnection: '' };
/** An OCSP response is wanted, from any responder (RFC 6066 §8). */
export const ocspRequest: ExtensionSpec = { type: '0x0005', responderIds: [], requestExtensions: '' };

function withoutBody(type: number): VerbatimExtension {
  return { type: codeText(type), data: '' };
}
