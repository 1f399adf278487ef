/**
 * Who has which CA, certificate and key: the tree of an FMC or an FTD, read from a folder, an archive or a listing. Keys are
 * compared by their public halves; of a private key nothing is kept.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import type { Certificate } from '../../evidence/index.ts';
import { printable, toHex } from '../../wire/index.ts';
import {
  certificatePublicKey,
  inspectPem,
  issuedBy,
  type PemBlock,
  readCertificateOrStub,
  sftunnelShape,
  type VerifySignature,
} from '../../x509/index.ts';
import { parseFailedPush } from './failed-push.ts';
import type {
  InventoryFile,
  InventoryFolder,
  InventoryProblem,
  SftunnelFileRole,
  SftunnelInventory,
  TreeEntry,
} from './inventory-types.ts';
import { modeText } from './listing.ts';
import { type Place, placeOf } from './places.ts';
import { folderProblems, metadataProblems } from './problems.ts';
import { parseSftunnelConf } from './sftunnel-conf.ts';

export interface InventoryOptions {
  /** Clock of the judgement of the certificates. */
  readonly now: Date;
  readonly verify: VerifySignature;
  /** DER SubjectPublicKeyInfo that goes with a private key block; null where it cannot be told (encrypted, another kind). Must not throw. */
  readonly publicKeyOf: (key: Pick<PemBlock, 'label' | 'bytes'>) => Uint8Array | null;
  /** What was left out while the tree was read. */
  readonly dropped?: Readonly<Record<string, number>>;
}

/** Certificates of this kind are of 1.5 KiB, keys of 4 KiB at most. */
export const maxFileBytes = 64 * 1024;
/** More folders than an FMC has devices, and more blocks than a file of this kind has. */
const limits = { folders: 4000, blocks: 8, failedPushes: 16 } as const;

type FolderPlace = Extract<Place, { what: 'folder' }>;

/** A file as it was read; the certificates are for the comparisons below. */
interface ReadFile {
  readonly file: InventoryFile;
  readonly certificates: readonly Uint8Array[];
}

interface Folder {
  readonly place: FolderPlace;
  readonly files: Partial<Record<SftunnelFileRole, ReadFile>>;
}

/** Takes stock of a tree. Total: what cannot be read is a problem in the result. */
export async function sftunnelInventory(
  entries: Iterable<TreeEntry>,
  options: InventoryOptions,
): Promise<SftunnelInventory> {
  const problems: InventoryProblem[] = [];
  const dropped = new Map(Object.entries(options.dropped ?? {}));
  const certificates = new Map<string, Certificate>();
  const folders = new Map<string, Folder>();
  const failedPushes: SftunnelInventory['failedPushes'][number][] = [];
  let conf: SftunnelInventory['conf'] = null;
  for (const entry of entries) {
    const place = placeOf(entry.path);
    if (place === null) continue;
    if (place.what === 'conf') {
      if (entry.content !== null) conf = parseSftunnelConf(latin1.decode(entry.content));
    } else if (place.what === 'failed-push') {
      if (entry.content === null)
        problems.push({ id: 'too-large', path: printable(entry.path), line: null, detail: null });
      else if (failedPushes.length < limits.failedPushes)
        failedPushes.push({
          ...withTime(parseFailedPush(latin1.decode(entry.content)), entry.path),
          path: printable(entry.path),
        });
    } else {
      const known = folders.get(place.folder);
      if (known === undefined && folders.size >= limits.folders) {
        dropped.set('too-many-folders', (dropped.get('too-many-folders') ?? 0) + 1);
        continue;
      }
      const folder = known ?? { place, files: {} };
      folders.set(place.folder, folder);
      problems.push(
        ...metadataProblems({ ...entry, name: place.name, isEmpty: entry.kind === 'file' && entry.size === 0 }),
      );
      if (place.role === null || entry.kind !== 'file' || entry.size === 0) continue;
      if (entry.content === null) {
        problems.push({ id: 'too-large', path: printable(entry.path), line: null, detail: String(entry.size) });
        continue;
      }
      folder.files[place.role] = readFile(entry, entry.content, place.role, options, certificates, problems);
    }
  }
  const found = [...folders.values()].filter(({ files }) => Object.keys(files).length > 0);
  const ownCa = found.find(({ place }) => place.kind === 'fmc-own')?.files.ca;
  const inventory: InventoryFolder[] = [];
  for (const folder of found) inventory.push(await folderOf(folder, ownCa, certificates, options.verify));
  const side = sideOf(found);
  return {
    side,
    conf,
    folders: inventory,
    certificates: [...certificates.values()],
    failedPushes,
    problems: [...problems, ...inventory.flatMap((folder) => folderProblems(folder, side))],
    dropped: Object.fromEntries(dropped),
  };
}

const latin1 = new TextDecoder('latin1');

function readFile(
  entry: TreeEntry,
  content: Uint8Array,
  role: SftunnelFileRole,
  { now, publicKeyOf }: InventoryOptions,
  certificates: Map<string, Certificate>,
  problems: InventoryProblem[],
): ReadFile {
  const path = printable(entry.path);
  const problem = (id: InventoryProblem['id'], line: number | null = null): void =>
    void problems.push({ id, path, line, detail: null });
  const { blocks, problems: damage } = inspectPem(latin1.decode(content));
  const wanted = role === 'key' ? / ?PRIVATE KEY$/ : /^(?:X509 |TRUSTED )?CERTIFICATE$/;
  const fitting = blocks.filter(({ label }) => wanted.test(label));
  for (const { at } of damage) problem('damaged', at);
  for (const { line, declared, bytes } of fitting) if (declared !== bytes.length) problem('damaged', line);
  if (fitting.length === 0 && damage.length === 0) problem('wrong-content');
  else if (blocks.some(({ label }) => !wanted.test(label)))
    problem('wrong-content', blocks.find(({ label }) => !wanted.test(label))?.line);
  if (fitting.length > 1) problem('several');
  const used = fitting.slice(0, limits.blocks);
  const ders = role === 'key' ? [] : used.map(({ bytes }) => bytes);
  const read = ders.map((der) => readCertificateOrStub(der, { now }));
  for (const certificate of read) certificates.set(certificate.sha256, certificate);
  const keys = role === 'key' ? used.map((block) => publicKeyOf(block)) : ders.map(certificatePublicKey);
  return {
    certificates: ders,
    file: {
      path,
      role,
      mode: entry.mode === null ? null : modeText(entry.mode),
      owner: entry.owner === null ? null : printable(entry.owner),
      group: entry.group === null ? null : printable(entry.group),
      size: entry.size,
      certificates: read.map((certificate) => certificate.sha256),
      publicKeys: keys.map((key) => (key === null ? null : toHex(sha256(key)))),
      damage,
    },
  };
}

async function folderOf(
  { place, files }: Folder,
  ownCa: ReadFile | undefined,
  certificates: ReadonlyMap<string, Certificate>,
  verify: VerifySignature,
): Promise<InventoryFolder> {
  const leaf = certificates.get(files.certificate?.file.certificates[0] ?? '');
  // The FMC pushes its CA from where it lies: certs_pushed has none of its own.
  const ca = files.ca ?? (place.kind === 'pushed' ? ownCa : undefined);
  const [certificateKey] = files.certificate?.file.publicKeys ?? [];
  const [key] = files.key?.file.publicKeys ?? [];
  return {
    path: printable(place.folder),
    kind: place.kind,
    peerUuid: place.peerUuid,
    ca: files.ca?.file ?? null,
    certificate: files.certificate?.file ?? null,
    key: files.key?.file ?? null,
    subjectUuid: leaf === undefined ? null : (sftunnelShape(leaf)?.uuid ?? null),
    issuerUuid:
      leaf === undefined ? null : (sftunnelShape({ subject: leaf.issuer, issuer: leaf.issuer })?.uuid ?? null),
    keyMatches: certificateKey == null || key == null ? null : certificateKey === key,
    signedByCa: await isSigned(files.certificate?.certificates[0], ca?.certificates ?? [], verify),
  };
}

/** Null unless it is known: of another name than all the CAs, or checked with the key of each that has the name. */
async function isSigned(
  der: Uint8Array | undefined,
  cas: readonly Uint8Array[],
  verify: VerifySignature,
): Promise<boolean | null> {
  if (der === undefined || cas.length === 0) return null;
  const now = new Date(0);
  const { issuer } = readCertificateOrStub(der, { now });
  let open = false;
  for (const ca of cas) {
    const { subject } = readCertificateOrStub(ca, { now });
    const result = await issuedBy(der, ca, verify);
    if (result === 'verified') return true;
    // "unknown" with both names readable and different: it was signed by somebody else.
    if (result === 'unknown' && (subject === '' || issuer === '' || subject === issuer)) open = true;
  }
  return open ? null : false;
}

function sideOf(folders: readonly Folder[]): SftunnelInventory['side'] {
  if (
    folders.some(({ place, files }) => place.kind === 'pushed' || (place.kind === 'fmc-own' && files.ca !== undefined))
  )
    return 'fmc';
  return folders.some(({ place, files }) => place.kind === 'peer' && files.ca !== undefined) ? 'ftd' : 'unknown';
}

function withTime(parsed: ReturnType<typeof parseFailedPush>, path: string): ReturnType<typeof parseFailedPush> {
  const seconds = /(?:^|\/)(\d{9,11})\/FAILED_PUSH$/.exec(path)?.[1];
  if (seconds === undefined || parsed.value.generatedAt !== null) return parsed;
  return { ...parsed, value: { ...parsed.value, generatedAt: new Date(Number(seconds) * 1000).toISOString() } };
}
