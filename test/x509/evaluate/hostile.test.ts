import { expect } from 'chai';
import {
  clientProfile,
  evaluateChain,
  rootSet,
  sftunnelProfile,
  strictProfile,
  workLimits,
} from '../../../lib/x509/index.ts';
import { nodeVerify } from '../../../lib/x509/node.ts';
import {
  altNames,
  authorityKeyId,
  ca,
  caIssuers,
  certificateOf,
  der,
  dns,
  extension,
  extKeyUsage,
  fixedKeys,
  int,
  ip,
  keyUsage,
  nameOf,
  oid,
  seededRandom,
  seq,
  subjectKeyId,
} from '../der.ts';

const keys = [fixedKeys(1), fixedKeys(2), fixedKeys(3)] as const;
const names = ['Root', 'Intermediate', 'leaf'].map((name) => nameOf(['CN', name]));
const policy = seq(seq(oid('1.2.3.4')));
const root = certificateOf({ subject: names[0] as Uint8Array, keys: keys[0], extensions: [ca, subjectKeyId('01')] });
const middle = certificateOf({
  subject: names[1] as Uint8Array,
  keys: keys[1],
  issuer: names[0] as Uint8Array,
  signer: keys[0],
  extensions: [
    ca,
    keyUsage(0x06),
    authorityKeyId('01'),
    extension('2.5.29.30', seq(der(0xa0, seq(dns('example.com')), seq(ip(10, 0, 0, 0, 255, 0, 0, 0)))), true),
    extension('2.5.29.32', policy),
    extension('2.5.29.33', seq(seq(oid('1.2.3.4'), oid('1.2.3.5')))),
    extension('2.5.29.36', seq(der(0x80, Uint8Array.of(0))), true),
    extension('2.5.29.54', int(0), true),
  ],
});
const leaf = certificateOf({
  subject: names[2] as Uint8Array,
  keys: keys[2],
  issuer: names[1] as Uint8Array,
  signer: keys[1],
  extensions: [
    altNames(dns('vpn.example.com'), ip(10, 0, 0, 1), der(0xa0, oid('1.2.3')), der(0xa4, names[2] as Uint8Array)),
    extKeyUsage('1.3.6.1.5.5.7.3.1'),
    caIssuers('http://ca.example/'),
    extension('2.5.29.32', policy),
  ],
});

async function judge(presented: readonly Uint8Array[], roots = [root], profile = clientProfile): Promise<void> {
  const { ok, reasons, workDone } = await evaluateChain({
    presented,
    roots: rootSet(roots),
    time: new Date('2025-01-01T00:00:00Z'),
    host: 'vpn.example.com',
    usage: 'server',
    profile,
    verify: nodeVerify,
    crls: [leaf, presented.at(-1) ?? root],
  });
  expect(ok).equals(reasons.every(({ effect }) => effect === 'notes'));
  expect(workDone.signatureChecks).at.most(workLimits.signatureChecks);
  for (const { detail } of reasons) expect(detail ?? '').not.match(/\p{Cc}/u);
}

describe('the evaluation of hostile certificates', () => {
  it('ends in a verdict for every prefix of a leaf, an intermediate and a root', async () => {
    for (let n = 0; n < leaf.length; n += 3) await judge([leaf.subarray(0, n), middle]);
    for (let n = 0; n < middle.length; n += 3) await judge([leaf, middle.subarray(0, n)]);
    for (let n = 0; n < root.length; n += 3) await judge([leaf, middle], [root.subarray(0, n)]);
  });

  it('ends in a verdict for 3,000 mutations, under every profile', async () => {
    const random = seededRandom(56);
    const profiles = [clientProfile, strictProfile, sftunnelProfile];
    for (let i = 0; i < 3_000; i++) {
      const chain = [leaf, middle, root].map((bytes) => bytes.slice());
      const victim = chain[random(3)] as Uint8Array;
      for (let edits = 1 + random(3); edits > 0; edits--) victim[random(victim.length)] = random(256);
      const [first, second, third] = chain as [Uint8Array, Uint8Array, Uint8Array];
      await judge([first, second], [third], profiles[i % 3]);
    }
  });
});
