/** What is wrong with the files of sftunnel besides their content: owners, permissions, names, what is missing or does not fit. */

import { printable } from '../../wire/index.ts';
import type {
  InventoryFolder,
  InventoryProblem,
  SftunnelFileRole,
  SftunnelInventory,
  TreeEntry,
} from './inventory-types.ts';
import { modeText } from './listing.ts';
import { isStray, placeOf, roleNames } from './places.ts';
import type { DirectoryListing } from './types.ts';

interface Metadata extends Pick<TreeEntry, 'path' | 'kind' | 'mode' | 'owner'> {
  readonly name: string;
  readonly isEmpty: boolean;
}

/** Of one file, by what a listing or an archive says of it. Other files of the folder than the three are looked at for their name only. */
export function metadataProblems({ path, name, kind, mode, owner, isEmpty }: Metadata): InventoryProblem[] {
  const problem = (id: InventoryProblem['id'], detail: string | null = null): InventoryProblem[] => [
    { id, path: printable(path), line: null, detail: detail === null ? null : printable(detail) },
  ];
  if (isStray(name)) return problem('stray-file');
  if (!Object.values(roleNames).includes(name)) return [];
  if (kind !== 'file') return problem('not-a-file', kind);
  return [
    ...(isEmpty ? problem('empty-file') : []),
    // Cisco's own listing has root:root for all of them.
    ...(owner !== null && owner !== 'root' && owner !== '0' ? problem('wrong-owner', owner) : []),
    ...(mode !== null && (mode & 0o022) !== 0 ? problem('writable-by-others', modeText(mode)) : []),
    ...(mode !== null && name === roleNames.key && (mode & 0o044) !== 0
      ? problem('key-readable-by-others', modeText(mode))
      : []),
  ];
}

/** Of the files that a listing shows. */
export function listingProblems({ files }: DirectoryListing): InventoryProblem[] {
  return files.flatMap((file) => {
    const path = file.folder === null ? file.name : `${file.folder}/${file.name}`;
    return placeOf(path) === null && !isStray(file.name)
      ? []
      : metadataProblems({ ...file, path }).map((problem) => ({ ...problem, line: file.line }));
  });
}

/** Of the three files together. */
export function folderProblems(folder: InventoryFolder, side: SftunnelInventory['side']): InventoryProblem[] {
  const { certificate, key, ca } = folder;
  const at = (id: InventoryProblem['id'], path: string): InventoryProblem => ({ id, path, line: null, detail: null });
  const missing = (role: SftunnelFileRole): InventoryProblem => ({
    ...at('missing-file', folder.path),
    detail: roleNames[role],
  });
  return [
    ...(folder.keyMatches === false && key !== null ? [at('key-mismatch', key.path)] : []),
    ...(folder.signedByCa === false && certificate !== null ? [at('ca-mismatch', certificate.path)] : []),
    ...(certificate !== null && key === null ? [missing('key')] : []),
    ...(certificate === null && key !== null ? [missing('certificate')] : []),
    // What an FMC keeps for its devices has no CA beside it.
    ...(side === 'ftd' && ca === null && certificate !== null ? [missing('ca')] : []),
  ];
}
