import { expect } from 'chai';
import type { ChainAssessment } from '../../lib/evidence/index.ts';
import {
  assessChain,
  certificateSha256,
  chainLimits,
  type RootSet,
  rootSet,
  type SignatureResult,
  type VerifySignature,
} from '../../lib/x509/index.ts';
import { nodeVerify } from '../../lib/x509/node.ts';
import {
  ascii,
  authorityKeyId,
  bool,
  type CertificateSpec,
  ca,
  caIssuers,
  certificateOf,
  extension,
  fixedKeys,
  int,
  keyUsage,
  nameOf,
  seededRandom,
  seq,
  subjectKeyId,
  utcTime,
} from './der.ts';

const now = new Date('2025-01-01T00:00:00Z');
const rootName = nameOf(['CN', 'Root']);
const otherName = nameOf(['CN', 'Other root']);
const middleName = nameOf(['CN', 'Intermediate']);
const leafName = nameOf(['CN', 'leaf']);
const [rootKeys, otherKeys, middleKeys, leafKeys] = [fixedKeys(1), fixedKeys(2), fixedKeys(3), fixedKeys(4)];

const root = certificateOf({ subject: rootName, keys: rootKeys, extensions: [ca] });
const other = certificateOf({ subject: otherName, keys: otherKeys, extensions: [ca] });
const crossRoot = certificateOf({
  subject: rootName,
  keys: rootKeys,
  issuer: otherName,
  signer: otherKeys,
  extensions: [ca],
});
const middleSpec: CertificateSpec = {
  subject: middleName,
  keys: middleKeys,
  issuer: rootName,
  signer: rootKeys,
  extensions: [ca],
};
const middle = certificateOf(middleSpec);
const leafSpec: CertificateSpec = { subject: leafName, keys: leafKeys, issuer: middleName, signer: middleKeys };
const leaf = certificateOf({ ...leafSpec, extensions: [caIssuers('http://ca.example/middle.der')] });

interface Counted {
  readonly found: ChainAssessment;
  readonly checks: number;
}

async function counted(
  chain: readonly Uint8Array[],
  roots: RootSet,
  verify: VerifySignature = nodeVerify,
): Promise<Counted> {
  let checks = 0;
  const counting: VerifySignature = (...of) => {
    checks++;
    return verify(...of);
  };
  return { found: await assessChain(chain, { roots, verify: counting, now }), checks };
}

const assess = async (chain: readonly Uint8Array[], roots: readonly Uint8Array[] = [root]): Promise<ChainAssessment> =>
  (await counted(chain, rootSet(roots))).found;
const shas = (...chain: readonly Uint8Array[]): string[] => chain.map(certificateSha256);

describe('chain assessment', () => {
  it('finds the path to a root, with or without the root being sent', async () => {
    const trusted = {
      trust: 'trusted',
      uncheckedAlgorithm: null,
      limited: false,
      path: shas(leaf, middle, root),
      missingIssuer: null,
      missingIssuerUrls: [],
      misordered: false,
      unneeded: [],
      rootsSent: [],
      crossSigned: [],
      objections: [],
      roots: 1,
    };
    expect(await assess([leaf, middle])).to.deep.equal(trusted);
    expect(await assess([leaf, middle, root])).to.deep.equal({ ...trusted, rootsSent: shas(root) });
    expect(await assess([root])).to.include({ trust: 'trusted' });
  });

  it('takes asynchronous verifiers', async () => {
    const verify: VerifySignature = async (...of) => nodeVerify(...of);
    expect((await counted([leaf, middle], rootSet([root]), verify)).found.trust).to.equal('trusted');
  });

  it('names the issuer that nobody supplied and where it could be fetched', async () => {
    expect(await assess([leaf])).to.deep.include({
      trust: 'incomplete',
      path: shas(leaf),
      missingIssuer: 'CN=Intermediate',
      missingIssuerUrls: ['http://ca.example/middle.der'],
    });
    expect(await assess([leaf, middle], [])).to.deep.include({
      trust: 'incomplete',
      path: shas(leaf, middle),
      missingIssuer: 'CN=Root',
      roots: 0,
    });
  });

  it('tells an unknown root from a self-signed leaf', async () => {
    expect(await assess([leaf, middle, root], [other])).to.deep.include({
      trust: 'untrusted-root',
      path: shas(leaf, middle, root),
      missingIssuer: null,
    });
    expect(await assess([root], [other])).to.deep.include({ trust: 'self-signed', path: shas(root) });
  });

  it('tells a wrong signature from a CA that was renewed under the same name', async () => {
    const forged = certificateOf({ ...leafSpec, signer: otherKeys });
    expect(await assess([forged, middle])).to.deep.include({
      trust: 'bad-signature',
      path: shas(forged),
      unneeded: [],
    });
    const renewedMiddle = certificateOf({ ...middleSpec, keys: otherKeys, extensions: [ca, subjectKeyId('02')] });
    const old = certificateOf({ ...leafSpec, extensions: [authorityKeyId('01')] });
    expect(await assess([old, renewedMiddle])).to.deep.include({
      trust: 'incomplete',
      missingIssuer: 'CN=Intermediate',
      unneeded: shas(renewedMiddle),
    });
  });

  it('counts a self-issued certificate that did not sign itself as badly signed', async () => {
    const broken = certificateOf({ subject: rootName, keys: leafKeys, signer: otherKeys });
    expect(await assess([broken], [])).to.deep.include({ trust: 'bad-signature', path: shas(broken) });
  });

  it('lets a key identifier decide between issuers of one name', async () => {
    const right = certificateOf({ ...middleSpec, extensions: [ca, subjectKeyId('01')] });
    const wrong = certificateOf({ ...middleSpec, keys: otherKeys, extensions: [ca, subjectKeyId('02')] });
    const child = certificateOf({ ...leafSpec, extensions: [authorityKeyId('01')] });
    const { found, checks } = await counted([child, wrong, right], rootSet([root]));
    expect(found).to.deep.include({ trust: 'trusted', path: shas(child, right, root), unneeded: shas(wrong) });
    expect(checks).to.be.at.most(4);
  });

  it('takes a cross-signed certificate with the key of a root for that root', async () => {
    expect(await assess([leaf, middle, crossRoot])).to.deep.include({
      trust: 'trusted',
      uncheckedAlgorithm: null,
      limited: false,
      path: shas(leaf, middle, root),
      unneeded: [],
      misordered: false,
    });
    expect(await assess([crossRoot])).to.deep.include({ trust: 'trusted', path: shas(crossRoot) });
    expect(await assess([leaf, middle, crossRoot], [other])).to.deep.include({
      trust: 'trusted',
      path: shas(leaf, middle, crossRoot, other),
    });
  });

  it('prefers a path that is valid now over a shorter one that is not', async () => {
    const dates = { notBefore: utcTime('100101000000Z'), notAfter: utcTime('200101000000Z') };
    const expired = certificateOf({ ...middleSpec, ...dates });
    const renewed = certificateOf({ ...middleSpec, issuer: otherName, signer: otherKeys });
    const crossOther = certificateOf({
      subject: otherName,
      keys: otherKeys,
      issuer: rootName,
      signer: rootKeys,
      extensions: [ca],
    });
    expect((await assess([leaf, expired, renewed, crossOther])).path).to.deep.equal(
      shas(leaf, renewed, crossOther, root),
    );
    expect(await assess([leaf, expired])).to.deep.include({ trust: 'trusted', path: shas(leaf, expired, root) });
  });

  it('never trusts a path through a certificate that is no CA', async () => {
    const usage = [ca, keyUsage(0x80)];
    for (const spec of [{ extensions: [] }, { extensions: usage }, { version: 1, extensions: [] } as const]) {
      const noCa = certificateOf({ ...middleSpec, ...spec });
      const { trust, path, objections } = await assess([leaf, noCa]);
      expect({ trust, path }).to.deep.equal({ trust: 'invalid', path: shas(leaf, noCa, root) });
      expect(objections).to.deep.include({
        id: spec.extensions === usage ? 'cert-sign-missing' : 'basic-constraints-missing',
        effect: 'refuses',
        position: 1,
        length: 3,
        root: false,
        sha256: shas(noCa)[0],
        subject: 'CN=Intermediate',
        detail: null,
      });
    }
    const signing = certificateOf({ ...middleSpec, extensions: [ca, keyUsage(0x04)] });
    expect((await assess([leaf, signing])).trust).to.equal('trusted');
  });

  it('accepts a version 1 root without any CA flag, as sftunnel has', async () => {
    const internal = certificateOf({ subject: rootName, keys: rootKeys, version: 1, serial: int(0) });
    const device = certificateOf({ subject: leafName, keys: leafKeys, issuer: rootName, signer: rootKeys });
    expect((await assess([device, internal], [internal])).trust).to.equal('trusted');
    expect((await assess([device, internal], [])).trust).to.equal('untrusted-root');
  });

  it('names roots that were sent, and certificates of one key that several CAs issued', async () => {
    const both = await assess([leaf, middle, crossRoot, root, other]);
    expect(both).to.deep.include({ rootsSent: shas(root, other), unneeded: [] });
    expect(both.crossSigned).to.deep.equal([
      {
        subject: 'CN=Root',
        certificates: shas(crossRoot, root),
        issuers: [(await assess([crossRoot], [])).missingIssuer, 'CN=Root'],
        used: shas(root)[0],
      },
    ]);
    expect((await assess([leaf, middle, crossRoot], [other])).crossSigned).to.deep.equal([]);
  });

  it('tells what path validation refuses: path lengths, name constraints, usages of a CA, each with its place', async () => {
    const below = { issuer: otherName, signer: otherKeys };
    const sub = certificateOf({ ...middleSpec, ...below });
    const noMore = certificateOf({
      ...middleSpec,
      subject: otherName,
      keys: otherKeys,
      extensions: [extension('2.5.29.19', seq(bool(true), int(0)), true)],
    });
    const { trust, objections } = await assess([leaf, sub, noMore]);
    expect(trust).to.equal('invalid');
    expect(objections?.map(({ id, position, detail }) => ({ id, position, detail }))).to.deep.equal([
      { id: 'path-length', position: 1, detail: '0' },
    ]);
  });

  it('tells certificates out of order from certificates that nothing needs', async () => {
    expect(await assess([leaf, root, middle])).to.deep.include({ trust: 'trusted', misordered: true, unneeded: [] });
    expect(await assess([leaf, other, middle])).to.deep.include({
      trust: 'trusted',
      misordered: false,
      unneeded: shas(other),
    });
    expect(await assess([leaf, middle, middle, leaf])).to.deep.include({ misordered: false, unneeded: [] });
    expect(await assess([leaf, middle, crossRoot, root, other])).to.deep.include({ misordered: false, unneeded: [] });
    expect(await assess([middle, leaf])).to.deep.include({ misordered: true, unneeded: shas(leaf) });
  });

  it('says when the leaf cannot be read, and ignores other certificates that cannot', async () => {
    expect(await assess([ascii('hello'), middle])).to.deep.include({
      trust: 'unreadable',
      path: [],
      unneeded: shas(middle),
    });
    expect(await assess([])).to.deep.include({ trust: 'unreadable', path: [], unneeded: [] });
    expect(await assess([leaf, ascii('hello'), middle])).to.deep.include({
      trust: 'trusted',
      unneeded: shas(ascii('hello')),
    });
  });

  it('claims nothing of a signature that cannot be checked', async () => {
    const unsupported = (): SignatureResult => 'unsupported';
    const { found } = await counted([leaf, middle], rootSet([root]), unsupported);
    expect(found).to.include({ trust: 'unverified', uncheckedAlgorithm: 'ED25519', limited: false });
    const alone = await counted([root], rootSet([]), unsupported);
    expect(alone.found).to.include({ trust: 'unverified', uncheckedAlgorithm: 'ED25519', limited: false });
    const spent = await counted([leaf, middle], rootSet([root]), (): SignatureResult => 'unchecked');
    expect(spent.found).to.include({ trust: 'unverified', uncheckedAlgorithm: null, limited: true });
    const proven = await assess([certificateOf({ ...leafSpec, signer: otherKeys }), middle]);
    expect(proven).to.include({ trust: 'bad-signature', uncheckedAlgorithm: null, limited: false });
  });

  it('ends on certificates that issue one another', async () => {
    const a = certificateOf({
      subject: rootName,
      keys: rootKeys,
      issuer: otherName,
      signer: otherKeys,
      extensions: [ca],
    });
    const b = certificateOf({
      subject: otherName,
      keys: otherKeys,
      issuer: rootName,
      signer: rootKeys,
      extensions: [ca],
    });
    const child = certificateOf({ ...leafSpec, issuer: rootName, signer: rootKeys });
    const { found, checks } = await counted([child, a, b], rootSet([]));
    expect(found).to.deep.include({ trust: 'untrusted-root', path: shas(child, a, b) });
    expect(checks).to.be.at.most(3);
  });

  it('does bounded work whatever is sent', async () => {
    const same = Array.from({ length: 1000 }, (_, i) =>
      certificateOf({ subject: rootName, keys: rootKeys, signer: otherKeys, serial: int(1, i >> 8, i & 255) }),
    );
    const { found, checks } = await counted([...same], rootSet([]));
    expect(checks).to.be.at.most(chainLimits.signatureChecks);
    expect(found).to.include({ trust: 'bad-signature', limited: true });
    const copies = await counted([leaf, ...Array.from({ length: 1000 }, () => middle)], rootSet([root]));
    expect(copies.found).to.deep.include({ trust: 'trusted', limited: true, unneeded: [] });
    expect(copies.checks).to.be.at.most(chainLimits.signatureChecks);
  });

  it('claims nothing of a signature for which the work was not enough', async () => {
    const sameName = Array.from({ length: chainLimits.signatureChecks + 1 }, (_, i) =>
      certificateOf({ subject: middleName, keys: otherKeys, serial: int(1, i) }),
    );
    const { found } = await counted([leaf], rootSet(sameName));
    expect(found).to.include({ trust: 'unverified', uncheckedAlgorithm: null, limited: true });
  });

  it('survives seeded mutations of a chain', async () => {
    const random = seededRandom(7);
    for (let i = 0; i < 300; i++) {
      const chain = [leaf, middle, root].map((der) => der.slice());
      for (const der of chain) der[random(der.length)] = random(256);
      const { trust, path } = await assess(chain);
      if (trust !== 'trusted') expect(path.length).to.be.at.most(3);
    }
  });
});
