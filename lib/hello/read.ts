/** What a spec says, for those who only want to know: the server name, the versions, the extension of a type. */

import type { Code } from '../evidence/index.ts';
import { codeText, isGrease } from '../wire/index.ts';
import { extensionBody, readableExtension } from './extensions.ts';
import { codeNumber, type ExtensionSpec, type HelloSpec } from './spec.ts';

/** The first extension of this type, in readable form if its body has one; undefined when the hello has none. */
export function findExtensionSpec<T extends Code>(spec: HelloSpec, type: T): ExtensionOf<T> | undefined {
  const number = codeNumber(type);
  const found = spec.extensions?.find((extension) => codeNumber(extension.type) === number);
  return (found !== undefined && 'data' in found ? readableExtension(number, extensionBody(found)) : found) as
    | ExtensionOf<T>
    | undefined;
}

/** The forms that an extension of type T can take. */
export type ExtensionOf<T extends Code, E = ExtensionSpec> = E extends { readonly type: infer U }
  ? T extends U
    ? E
    : never
  : never;

/** The host name sent, or null. */
export function sniOf(spec: HelloSpec): string | null {
  const extension = findExtensionSpec(spec, '0x0000');
  return extension !== undefined && 'serverName' in extension ? extension.serverName : null;
}

/** Versions offered: supported_versions without GREASE where it is present, else the one of the hello itself. */
export function versionsOf(spec: HelloSpec): readonly Code[] {
  const extension = findExtensionSpec(spec, '0x002b');
  if (extension === undefined || !('supportedVersions' in extension)) return [spec.legacyVersion];
  return extension.supportedVersions.filter((version) => !isGrease(codeNumber(version)));
}

/** Groups offered, without GREASE; empty when the hello has no supported_groups. */
export function groupsOf(spec: HelloSpec): readonly Code[] {
  const extension = findExtensionSpec(spec, '0x000a');
  if (extension === undefined || !('groups' in extension)) return [];
  return extension.groups.filter((group) => !isGrease(codeNumber(group)));
}

/** Protocols offered by ALPN; empty when there is no such extension. */
export function alpnOf(spec: HelloSpec): readonly string[] {
  const extension = findExtensionSpec(spec, '0x0010');
  return extension !== undefined && 'alpn' in extension ? extension.alpn : [];
}

/** Extension types in the order sent, GREASE included. */
export function extensionTypesOf(spec: HelloSpec): readonly Code[] {
  return (spec.extensions ?? []).map(({ type }) => codeText(codeNumber(type)));
}
