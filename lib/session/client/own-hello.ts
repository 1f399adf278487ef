/** Hellos whose key shares are our own, so that the handshake can go on; and the second hello that a HelloRetryRequest asks for. */

import { codeNumber, type ExtensionSpec, type HelloSpec, type KeyShareSpec } from '../../hello/index.ts';
import { codeText, extensionType, findExtension, fromHex, type HelloRetryRequest, toHex } from '../../wire/index.ts';
import { Malformed } from '../malformed.ts';
import type { ClientPrimitives, KeyAgreement } from './primitives.ts';

/** A hello, and the private keys behind its shares by group. */
export interface OwnHello {
  readonly spec: HelloSpec;
  readonly keys: ReadonlyMap<number, KeyAgreement>;
}

/** The same hello with shares of ours in place of those in it. A group that cannot be made here keeps its share, without a key. */
export function withOwnKeys(spec: HelloSpec, primitives: ClientPrimitives): OwnHello {
  const keys = new Map<number, KeyAgreement>();
  const own = (share: KeyShareSpec): KeyShareSpec => {
    const code = codeNumber(share.group);
    const key = primitives.keyAgreement(code);
    if (key === null) return share;
    keys.set(code, key);
    return { group: share.group, keyExchange: toHex(key.publicKey) };
  };
  const extensions = spec.extensions?.map((extension) =>
    'keyShares' in extension ? { ...extension, keyShares: extension.keyShares.map(own) } : extension,
  );
  return { spec: { ...spec, extensions: extensions ?? null }, keys };
}

/**
 * The second hello: a share of the group asked for, the cookie, and otherwise the same (RFC 8446 §4.1.2).
 * @returns null when no key of that group can be made here
 * @throws Malformed when the request breaks the protocol
 */
export function retryHello(first: OwnHello, retry: HelloRetryRequest, primitives: ClientPrimitives): OwnHello | null {
  const extensions = first.spec.extensions ?? [];
  const group = findExtension(retry.extensions, extensionType.key_share);
  const cookie = findExtension(retry.extensions, extensionType.cookie);
  if (group === undefined && cookie === undefined)
    throw new Malformed('The HelloRetryRequest asks for nothing that the hello lacked.');
  let { keys } = first;
  let changed = extensions;
  if (group !== undefined) {
    checkGroup(extensions, group);
    const key = primitives.keyAgreement(group);
    if (key === null) return null;
    keys = new Map([[group, key]]);
    const keyShares = [{ group: codeText(group), keyExchange: toHex(key.publicKey) }];
    changed = replaced(changed, { type: '0x0033', keyShares });
  }
  if (cookie !== undefined) changed = replaced(changed, { type: '0x002c', cookie: toHex(cookie) });
  return { spec: { ...first.spec, extensions: changed }, keys };
}

/** The extension in the place of the one of its type, or else at the end. */
function replaced(extensions: readonly ExtensionSpec[], one: ExtensionSpec): ExtensionSpec[] {
  const rest = extensions.map((other) => (codeNumber(other.type) === codeNumber(one.type) ? one : other));
  return rest.includes(one) ? rest : [...rest, one];
}

/** It must be a group that was offered, without a share (RFC 8446 §4.2.8). An offer given as bytes is not read. */
function checkGroup(extensions: readonly ExtensionSpec[], group: number): void {
  const offered = extensions.flatMap((extension) => ('groups' in extension ? extension.groups : []));
  if (offered.length > 0 && !offered.some((code) => codeNumber(code) === group))
    throw new Malformed(`The HelloRetryRequest asks for group ${codeText(group)}, which was not offered.`);
  const shared = extensions.flatMap((extension) => ('keyShares' in extension ? extension.keyShares : []));
  if (shared.some((share) => codeNumber(share.group) === group))
    throw new Malformed(`The HelloRetryRequest asks for group ${codeText(group)}, whose share was in the hello.`);
}

/** Signature schemes that a hello offers; null when it does not say. */
export function offeredSchemes({ extensions }: HelloSpec): readonly number[] | null {
  const list = extensions?.find(({ type }) => codeNumber(type) === extensionType.signature_algorithms);
  return list !== undefined && 'signatureSchemes' in list ? list.signatureSchemes.map(codeNumber) : null;
}

/** True when the hello has an extension of this type. */
export function offersExtension({ extensions }: HelloSpec, wanted: number): boolean {
  return extensions?.some(({ type }) => codeNumber(type) === wanted) ?? false;
}

export function randomOf({ random }: HelloSpec): Uint8Array {
  return fromHex(random);
}
