import { expect } from 'chai';
import {
  assessChain,
  type ChainProfile,
  type ChainReason,
  type ChainVerdict,
  certificateSha256,
  clientProfile,
  type EvaluateOptions,
  evaluateChain,
  rootSet,
  sftunnelProfile,
  strictProfile,
  workLimits,
} from '../../../lib/x509/index.ts';
import { nodeVerify } from '../../../lib/x509/node.ts';
import {
  algorithms,
  altNames,
  ascii,
  authorityKeyId,
  bool,
  type CertificateSpec,
  ca,
  certificateOf,
  der,
  dns,
  ecKeys,
  extension,
  extKeyUsage,
  fixedKeys,
  int,
  keyUsage,
  nameOf,
  oid,
  seq,
  set,
  subjectKeyId,
  utcTime,
} from '../der.ts';

const time = new Date('2025-01-01T00:00:00Z');
const [rootKeys, middleKeys, leafKeys, otherKeys] = [fixedKeys(1), fixedKeys(2), fixedKeys(3), fixedKeys(4)];
const [rootName, middleName] = [nameOf(['CN', 'Root']), nameOf(['CN', 'Intermediate'])];
const serverAuth = extKeyUsage('1.3.6.1.5.5.7.3.1');

const root = certificateOf({ subject: rootName, keys: rootKeys, extensions: [ca, subjectKeyId('01')] });
const middleSpec: CertificateSpec = {
  subject: middleName,
  keys: middleKeys,
  issuer: rootName,
  signer: rootKeys,
  extensions: [ca, subjectKeyId('02'), authorityKeyId('01')],
};
const middle = certificateOf(middleSpec);
const leafSpec: CertificateSpec = {
  subject: nameOf(['CN', 'vpn.example.com']),
  keys: leafKeys,
  issuer: middleName,
  signer: middleKeys,
  serial: int(7),
  extensions: [altNames(dns('vpn.example.com')), serverAuth, authorityKeyId('02')],
};
const leaf = certificateOf(leafSpec);

async function judge(presented: readonly Uint8Array[], options: Partial<EvaluateOptions> = {}): Promise<ChainVerdict> {
  return evaluateChain({
    presented,
    roots: rootSet([root]),
    time,
    host: 'vpn.example.com',
    usage: 'server',
    profile: clientProfile,
    verify: nodeVerify,
    ...options,
  });
}

/** `id@position` of what makes the verdict. */
function counted({ reasons }: ChainVerdict): string[] {
  return reasons.filter(({ effect }) => effect !== 'notes').map(textOf);
}

function textOf({ id, position }: ChainReason): string {
  return position === null ? id : `${id}@${position}`;
}

const leafWith = (changes: Partial<CertificateSpec>): Uint8Array => certificateOf({ ...leafSpec, ...changes });
const middleWith = (changes: Partial<CertificateSpec>): Uint8Array => certificateOf({ ...middleSpec, ...changes });
const namedLeaf = (...names: readonly Uint8Array[]): Uint8Array =>
  leafWith({ extensions: [altNames(...names), serverAuth, authorityKeyId('02')] });

describe('the evaluation of a chain', () => {
  it('accepts a good chain under every profile, and says which certificates it went through', async () => {
    for (const profile of [clientProfile, strictProfile, sftunnelProfile]) {
      const { ok, path, workDone } = await judge([leaf, middle], { profile });
      expect(ok, profile.id).equals(true);
      expect(path).deep.equals([
        { sha256: certificateSha256(leaf), presented: 0, anchor: false },
        { sha256: certificateSha256(middle), presented: 1, anchor: false },
        { sha256: certificateSha256(root), presented: null, anchor: true },
      ]);
      expect(workDone).deep.equals({ signatureChecks: 2, nameComparisons: 0, steps: 2, exhausted: [] });
    }
  });

  it('finds the path whatever the order, among certificates that have nothing to do with it', async () => {
    const stranger = certificateOf({ subject: nameOf(['CN', 'Stranger']), keys: otherKeys, extensions: [ca] });
    expect((await judge([leaf, stranger, root, middle])).ok).equals(true);
  });

  it('compares names as RFC 5280 §7.1 does: case, blanks and the kind of string do not count', async () => {
    const shouted = seq(set(seq(oid('2.5.4.3'), der(0x13, ascii('  INTERMEDIATE ')))));
    expect((await judge([leafWith({ issuer: shouted }), middle])).ok).equals(true);
    const { trust } = await assessChain([leafWith({ issuer: shouted }), middle], {
      roots: rootSet([root]),
      verify: nodeVerify,
      now: time,
    });
    expect(trust).equals('trusted');
  });

  it('names the certificate that nobody sent, the root that is not trusted, and the leaf that signed itself', async () => {
    expect(counted(await judge([leaf]))).deep.equals(['issuer-unknown@0']);
    expect(counted(await judge([leaf, middle, root], { roots: rootSet([]) }))).deep.equals(['untrusted-root@2']);
    const own = certificateOf({ ...leafSpec, issuer: leafSpec.subject, signer: leafKeys });
    expect(counted(await judge([own]))).deep.equals(['self-signed@0']);
    expect((await judge([own], { roots: rootSet([own]) })).ok).equals(true);
  });

  it('says that nothing was sent, and that the leaf cannot be read', async () => {
    expect(counted(await judge([]))).deep.equals(['no-certificates']);
    expect(counted(await judge([Uint8Array.of(0x30, 0)]))).deep.equals(['unreadable']);
  });

  it('judges dates to the second, both ends included', async () => {
    const bounded = leafWith({ notBefore: utcTime('250101000000Z'), notAfter: utcTime('250102000000Z') });
    const at = async (iso: string): Promise<string[]> =>
      counted(await judge([bounded, middle], { time: new Date(iso) }));
    expect(await at('2024-12-31T23:59:59.999Z')).deep.equals(['not-yet-valid@0']);
    expect(await at('2025-01-01T00:00:00Z')).deep.equals([]);
    expect(await at('2025-01-02T00:00:00.999Z')).deep.equals([]);
    expect(await at('2025-01-02T00:00:01Z')).deep.equals(['expired@0']);
  });

  it('lists everything that is against a path, at its place', async () => {
    const bad = middleWith({ notAfter: utcTime('240601000000Z'), extensions: [subjectKeyId('02')] });
    const client = leafWith({ extensions: [altNames(dns('other.example.com')), extKeyUsage('1.3.6.1.5.5.7.3.2')] });
    expect(counted(await judge([client, bad]))).deep.equals([
      'wrong-usage@0',
      'name-mismatch@0',
      'expired@1',
      'basic-constraints-missing@1',
    ]);
  });

  it('prefers a path that nothing speaks against to the one that was sent first', async () => {
    const expired = middleWith({ notAfter: utcTime('240601000000Z') });
    const { ok, path } = await judge([leaf, expired, middle]);
    expect([ok, path[1]?.presented]).deep.equals([true, 2]);
  });

  it('tells a wrong signature from one that cannot be checked', async () => {
    const forged = leafWith({ signer: otherKeys });
    expect(counted(await judge([forged, middle]))).deep.equals(['signature-invalid@0']);
    const verify = (): 'unsupported' => 'unsupported';
    const { ok, reasons } = await judge([leaf, middle], { verify });
    expect(ok).equals(false);
    expect(reasons.map(textOf)).includes.members(['signature-unsupported@0', 'signature-unsupported@1']);
    expect(reasons.every(({ effect }) => effect !== 'refuses')).equals(true);
  });

  it('lets a CA issue as far down as its path length goes, self-issued certificates not counted', async () => {
    const limited = middleWith({
      extensions: [extension('2.5.29.19', seq(bool(true), int(0)), true), subjectKeyId('02'), authorityKeyId('01')],
    });
    const below = nameOf(['CN', 'Below']);
    const sub = certificateOf({
      subject: below,
      keys: otherKeys,
      issuer: middleName,
      signer: middleKeys,
      extensions: [ca],
    });
    const deep = leafWith({ issuer: below, signer: otherKeys });
    expect((await judge([leaf, limited])).ok).equals(true);
    expect(counted(await judge([deep, sub, limited]))).deep.equals(['path-length@1']);
    expect(counted(await judge([deep, sub, middle], { limits: { depth: 1 } }))).deep.equals(['depth-limit@2']);
  });

  it('refuses an issuer that is no CA or may not sign certificates', async () => {
    const end = middleWith({ extensions: [extension('2.5.29.19', seq(), true)] });
    expect(counted(await judge([leaf, end]))).deep.equals(['not-a-ca@1']);
    const mute = middleWith({ extensions: [ca, keyUsage(0x80)] });
    expect(counted(await judge([leaf, mute]))).deep.equals(['cert-sign-missing@1']);
  });

  it('refuses what is critical and unknown, there only', async () => {
    const odd = extension('1.3.6.1.4.1.99999.1', int(1), true);
    expect(counted(await judge([leafWith({ extensions: [...(leafSpec.extensions ?? []), odd] }), middle]))).deep.equals(
      ['critical-extension@0'],
    );
  });

  it('ends circles, and certificates that all issue one another, within the budget', async () => {
    const names = Array.from({ length: 12 }, (_, i) => nameOf(['CN', `CA ${i}`]));
    const mesh = names.flatMap((subject) =>
      names
        .filter((issuer) => issuer !== subject)
        .slice(0, 5)
        .map((issuer) => certificateOf({ subject, issuer, keys: otherKeys, extensions: [ca] })),
    );
    const lost = leafWith({ issuer: names[0] as Uint8Array, signer: otherKeys });
    const { ok, reasons, workDone } = await judge([lost, ...mesh]);
    expect(ok).equals(false);
    expect(reasons.map(({ id }) => id)).includes('work-limit');
    expect(workDone.signatureChecks).at.most(workLimits.signatureChecks);
    expect(workDone.steps).at.most(workLimits.steps);
  });
});

describe('profiles of the evaluation', () => {
  const effectsOf = async (profile: ChainProfile): Promise<Record<string, string>> => {
    const old = namedLeaf(dns('other.example.com'));
    const { reasons } = await judge([old, middle], { profile, time: new Date('2027-01-01T00:00:00Z') });
    return Object.fromEntries(reasons.filter(({ position }) => position === 0).map(({ id, effect }) => [id, effect]));
  };

  it('client: an invalid name or date only prompts (D5), yet is not ok', async () => {
    expect(await effectsOf(clientProfile)).includes({ expired: 'prompts', 'name-mismatch': 'prompts' });
    expect(await effectsOf(strictProfile)).includes({ expired: 'refuses', 'name-mismatch': 'refuses' });
  });

  it('sftunnel: names are not matched, and the InternalCA of version 1 is a root', async () => {
    const name = nameOf(['title', 'InternalCA'], ['O', 'Cisco Systems, Inc']);
    const internal = certificateOf({ subject: name, keys: rootKeys, version: 1, serial: int(0) });
    const device = certificateOf({
      subject: nameOf(['title', 'sftunnel']),
      keys: leafKeys,
      issuer: name,
      signer: rootKeys,
      extensions: [altNames(dns('localhost')), extKeyUsage('1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1')],
    });
    const roots = rootSet([internal]);
    expect((await judge([device], { roots, profile: sftunnelProfile })).ok).equals(true);
    expect(counted(await judge([device], { roots, profile: clientProfile }))).deep.equals(['name-mismatch@0']);
    expect(counted(await judge([device], { roots, profile: strictProfile }))).includes('basic-constraints-missing@1');
  });

  it('strict: weak keys and departures of the certificate refuse, which the client only notes', async () => {
    const weak = ecKeys('P-192');
    const odd = leafWith({ keys: weak, serial: int(0), algorithm: algorithms.ED25519 });
    const { ok, reasons } = await judge([odd, middle]);
    expect(ok).equals(true);
    expect(reasons.map(textOf)).includes('serial@0');
    expect(counted(await judge([odd, middle], { profile: strictProfile }))).includes.members([
      'serial@0',
      'weak-key@0',
    ]);
  });

  it('a CN counts only where the profile has the fallback', async () => {
    const old = leafWith({ extensions: [serverAuth] });
    expect(counted(await judge([old, middle]))).deep.equals(['name-mismatch@0']);
    expect((await judge([old, middle], { profile: { ...clientProfile, commonNameFallback: true } })).ok).equals(true);
  });

  it('a root of which only the key counts may be expired', async () => {
    const old = certificateOf({
      subject: rootName,
      keys: rootKeys,
      extensions: [ca],
      notAfter: utcTime('240601000000Z'),
    });
    const roots = rootSet([old]);
    expect(counted(await judge([leaf, middle], { roots }))).deep.equals(['expired@2']);
    expect((await judge([leaf, middle], { roots, profile: { ...clientProfile, anchor: 'key' } })).ok).equals(true);
  });
});
