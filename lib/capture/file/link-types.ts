/** Names of link types (LINKTYPE_ values), as the registry of the tcpdump group writes them without the prefix. */

/** e.g. `ETHERNET`; `LINKTYPE_` and the number where the type has no name here. */
export function linkTypeName(code: number): string {
  return `LINKTYPE_${code}`;
}
