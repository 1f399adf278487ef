/** Certificates in files put together to the chains that a server would send, and these judged. */

import type { Certificate, FiledChain, FiledRole, ProfileVerdict } from './evidence/index.ts';
import type { IssuerFetcher } from './issuerFetch.ts';
import {
  type AssessChainOptions,
  assessChain,
  certificateSha256,
  clientProfile,
  evaluateChain,
  type FoundCertificate,
  givenIssuers,
  issuedBy,
  type RootSet,
  rootSet,
  sftunnelShape,
  strictProfile,
} from './x509/index.ts';

export interface FiledInput {
  readonly name: string;
  readonly certificates: readonly FoundCertificate[];
  /** The order in the file is the one that is sent. */
  readonly ordered: boolean;
  /** It is a chain as a server sent it: its first certificate is the leaf, and nothing of it was left out. */
  readonly whole: boolean;
}

export interface ChainJudging extends AssessChainOptions {
  /** Name that the leaf must be good for; null: not matched. */
  readonly host: string | null;
  readonly fetcher: IssuerFetcher | null;
}

/** Leaves that are judged; more in one command are listed, and not put together to chains. */
const maxChains = 2_000;
/** CA certificates of other files that are tried for one leaf. */
const maxAdded = 16;
/** Certificates of its own file that go with a leaf; as many as an assessment looks at. */
const maxBeside = 31;

/** @param known every certificate of the files */
export async function judgeChains(
  inputs: readonly FiledInput[],
  known: readonly Certificate[],
  judging: ChainJudging,
): Promise<JudgedFiles> {
  const bySha256 = new Map(known.map((certificate) => [certificate.sha256, certificate]));
  const files = inputs.map((input) => ({
    input,
    entries: input.certificates.map((found) => entryOf(found, bySha256, judging)),
  }));
  const authorities = files.flatMap(({ entries }) =>
    entries.filter(({ authority }) => authority).map(({ der }) => der),
  );
  const pool = rootSet(authorities);
  const drafts: Draft[] = [];
  for (const { input, entries } of files) drafts.push(...draftsOf(input, await withSigners(entries, judging)));
  const seen = new Set<string>();
  const chains: FiledChain[] = [];
  const notWhole = new Set<string>();
  for (const draft of drafts) {
    const thing = JSON.stringify([draft.input.name, draft.role, draft.sent.map(({ sha256 }) => sha256)]);
    if (seen.has(thing)) continue;
    if (seen.size >= maxChains) {
      notWhole.add(draft.input.name);
      continue;
    }
    seen.add(thing);
    chains.push(await judged(draft, pool, judging));
  }
  return { chains, notWhole };
}

export interface JudgedFiles {
  readonly chains: readonly FiledChain[];
  /** Names of files with certificates that were listed and not judged, for there are too many. */
  readonly notWhole: ReadonlySet<string>;
}

interface Entry extends FoundCertificate {
  readonly sha256: string;
  readonly role: FiledRole;
  /** It may issue others. */
  readonly authority: boolean;
  /** It is no CA, and signed another of its file all the same: the chain is to be judged with it. */
  readonly signer: boolean;
  readonly subject: string | null;
  readonly issuer: string | null;
}

interface Draft {
  readonly input: FiledInput;
  readonly role: FiledRole;
  /** Leaf first. */
  readonly sent: readonly Entry[];
  /** Another certificate stands before the leaf in a file whose order counts. */
  readonly leafBehind: boolean;
  /** There are other leaves in the file, so its order is no chain's. */
  readonly shared: boolean;
}

function entryOf(found: FoundCertificate, known: ReadonlyMap<string, Certificate>, judging: ChainJudging): Entry {
  const sha256 = certificateSha256(found.der);
  const certificate = known.get(sha256);
  const authority = certificate !== undefined && isAuthority(certificate);
  const role = certificate === undefined ? 'other' : roleOf(certificate, authority, judging.host);
  const { subject = null, issuer = null } = certificate ?? {};
  return { ...found, sha256, role, authority, signer: false, subject, issuer };
}

/** A server that sends such a chain has a path that every client refuses: that is told, and not that an issuer is missing. */
async function withSigners(entries: readonly Entry[], { verify }: ChainJudging): Promise<readonly Entry[]> {
  const issued = new Map<string, Entry>();
  for (const entry of entries)
    if (entry.issuer !== null && entry.issuer !== entry.subject) issued.set(entry.issuer, entry);
  const signed: Entry[] = [];
  for (const entry of entries) {
    const child = entry.authority || entry.subject === null ? undefined : issued.get(entry.subject);
    const signer = child !== undefined && (await issuedBy(child.der, entry.der, verify)) === 'verified';
    signed.push(signer ? { ...entry, signer } : entry);
  }
  return signed;
}

/** A CA; or a self-issued certificate that is for nothing in particular, as roots older than version 3 are. */
function isAuthority({ isCa, selfIssued, version, names, extendedKeyUsage }: Certificate): boolean {
  return isCa || (selfIssued && (version < 3 || (names.length === 0 && extendedKeyUsage.length === 0)));
}

function roleOf(certificate: Certificate, authority: boolean, host: string | null): FiledRole {
  if (sftunnelShape(certificate) !== null) return 'sftunnel';
  if (authority) return 'authority';
  const { extendedKeyUsage } = certificate;
  const forServers = extendedKeyUsage.length === 0 || extendedKeyUsage.some((usage) => serverUsages.has(usage));
  // Whoever names a host means a server; without one, a certificate for clients is as it should be.
  return forServers || host !== null ? 'server' : 'other';
}

const serverUsages: ReadonlySet<string> = new Set(['serverAuth', 'anyExtendedKeyUsage']);

/** A draft for each leaf with the CAs beside it; for each CA where the file has no leaf. */
function draftsOf(input: FiledInput, entries: readonly Entry[]): Draft[] {
  const [first] = entries;
  if (first === undefined) return [];
  const leaves = input.whole ? [first] : entries.filter(({ authority, signer }) => !authority && !signer);
  if (leaves.length === 0)
    return entries.map((entry) => ({ input, role: entry.role, sent: [entry], leafBehind: false, shared: true }));
  const beside = entries
    .filter((entry) => (input.whole ? entry !== first : entry.authority || entry.signer))
    .slice(0, maxBeside);
  const shared = leaves.length > 1;
  return leaves.map((leaf) => ({
    input,
    role: leaf.role,
    sent: [leaf, ...beside],
    leafBehind: !shared && input.ordered && leaf !== first,
    shared,
  }));
}

async function judged(draft: Draft, pool: RootSet, judging: ChainJudging): Promise<FiledChain> {
  const { input, role, sent, leafBehind, shared } = draft;
  const [leaf] = sent;
  const base = {
    file: input.name,
    line: leaf?.line ?? null,
    role,
    certificates: sent.map(({ sha256 }) => sha256),
  };
  const nothing = { added: [], authority: null, assessment: null, verdicts: [] };
  if (leaf === undefined || role === 'authority' || role === 'other') return { ...base, ...nothing };
  if (role === 'sftunnel') return { ...base, ...nothing, authority: await signerOf(leaf, pool, judging) };
  const ders = sent.map(({ der }) => der);
  const own = await assessChain(ders, judging);
  // What a server sent is all there is; files that lie beside each other may belong together.
  const added = input.whole ? [] : await issuersFrom(pool, ders, judging);
  const whole = added.length === 0 ? own : await assessChain([...ders, ...added], judging);
  const fetched =
    whole.trust === 'incomplete' ? await judging.fetcher?.complete([...ders, ...added], whole, judging) : null;
  const assessment = {
    ...whole,
    misordered: !shared && (leafBehind || (input.ordered && own.misordered)),
    // Of a file with several leaves each CA is needed by one or the other.
    unneeded: own.unneeded.filter((sha256) => !whole.path.includes(sha256)),
    ...(fetched === null || fetched === undefined ? {} : { fetched }),
  };
  const presented = [...ders, ...added];
  return {
    ...base,
    added: added.map(certificateSha256),
    authority: null,
    assessment,
    verdicts: await verdictsOf(presented, judging),
  };
}

/** CA certificates of all files that lead on where the chain ends; none where they do not help. */
async function issuersFrom(pool: RootSet, chain: readonly Uint8Array[], judging: ChainJudging): Promise<Uint8Array[]> {
  const added: Uint8Array[] = [];
  const known = new Set(chain.map(certificateSha256));
  for (let step = 0; step < maxAdded; step++) {
    const { trust, path } = await assessChain([...chain, ...added], judging);
    const end = [...chain, ...added].find((der) => certificateSha256(der) === path.at(-1));
    if (trust !== 'incomplete' || end === undefined) break;
    const next = givenIssuers(end, pool).filter((der) => !known.has(certificateSha256(der)));
    if (next.length === 0 || added.length + next.length > maxAdded) break;
    for (const der of next) known.add(certificateSha256(der));
    added.push(...next);
  }
  return added;
}

/** The CA of an sftunnel certificate: the one whose key signed it, else one that bears the name and did not; null for none. */
async function signerOf(leaf: Entry, pool: RootSet, { verify }: ChainJudging): Promise<FiledChain['authority']> {
  // A CA is its own.
  if (leaf.authority) return null;
  let other: FiledChain['authority'] = null;
  for (const ca of givenIssuers(leaf.der, pool).slice(0, maxAdded)) {
    const proof = await issuedBy(leaf.der, ca, verify);
    const authority = { sha256: certificateSha256(ca), proof };
    if (proof === 'verified') return authority;
    other ??= authority;
  }
  return other;
}

async function verdictsOf(
  presented: readonly Uint8Array[],
  { roots, verify, now, host }: ChainJudging,
): Promise<ProfileVerdict[]> {
  const verdicts: ProfileVerdict[] = [];
  for (const profile of [clientProfile, strictProfile]) {
    const { ok, reasons } = await evaluateChain({
      presented,
      roots,
      time: now,
      host,
      usage: 'server',
      profile,
      verify,
    });
    verdicts.push({
      profile: profile.id,
      ok,
      reasons: reasons.map(({ id, effect, position, detail }) => ({ id, effect, position, detail })),
    });
  }
  return verdicts;
}
