import { sign } from 'node:crypto';
import { expect } from 'chai';
import { clientProfile, evaluateChain, rootSet } from '../../../lib/x509/index.ts';
import { nodeVerify } from '../../../lib/x509/node.ts';
import {
  algorithms,
  bits,
  ca,
  certificateOf,
  der,
  extension,
  fixedKeys,
  int,
  keyUsage,
  nameOf,
  seq,
  utcTime,
} from '../der.ts';

const [rootKeys, leafKeys] = [fixedKeys(1), fixedKeys(3)];
const name = nameOf(['CN', 'Root']);
const number = extension('2.5.29.20', int(1));
const leaf = certificateOf({
  subject: nameOf(['CN', 'leaf']),
  keys: leafKeys,
  issuer: name,
  signer: rootKeys,
  serial: int(7),
});

interface ListSpec {
  readonly revoked?: readonly number[];
  readonly signer?: typeof rootKeys;
  readonly extensions?: readonly Uint8Array[];
  readonly nextUpdate?: string;
  readonly issuer?: Uint8Array;
}

function listOf({
  revoked = [],
  signer = rootKeys,
  extensions = [number],
  nextUpdate = '260101000000Z',
  issuer = name,
}: ListSpec): Uint8Array {
  const tbs = seq(
    int(1),
    algorithms.ED25519,
    issuer,
    utcTime('240101000000Z'),
    utcTime(nextUpdate),
    ...(revoked.length === 0 ? [] : [seq(...revoked.map((serial) => seq(int(serial), utcTime('240201000000Z'))))]),
    der(0xa0, seq(...extensions)),
  );
  return seq(tbs, algorithms.ED25519, bits(new Uint8Array(sign(null, tbs, signer.privateKey))));
}

async function verdict(spec: ListSpec, rootExtensions = [ca]): Promise<string[]> {
  const { reasons } = await evaluateChain({
    presented: [leaf],
    roots: rootSet([certificateOf({ subject: name, keys: rootKeys, extensions: rootExtensions })]),
    time: new Date('2025-01-01T00:00:00Z'),
    host: null,
    usage: null,
    profile: clientProfile,
    verify: nodeVerify,
    crls: [listOf(spec)],
  });
  const about = reasons.filter(({ id }) => ['revoked', 'crl-invalid', 'revocation-unknown'].includes(id));
  return about.map(({ id, detail }) => (detail === null ? id : `${id}: ${detail}`));
}

describe('revocation lists', () => {
  it('revoke what they list, and nothing else', async () => {
    expect(await verdict({ revoked: [6, 7] })).deep.equals(['revoked']);
    expect(await verdict({ revoked: [6] })).deep.equals([]);
  });

  it('say nothing of certificates of other issuers', async () => {
    expect(await verdict({ revoked: [7], issuer: nameOf(['CN', 'Other']) })).deep.equals([
      'revocation-unknown: no list of the issuer',
    ]);
  });

  it('count only when signed by the issuer, which must be allowed to', async () => {
    expect(await verdict({ signer: leafKeys })).deep.equals(['crl-invalid: wrong signature']);
    expect(await verdict({}, [ca, keyUsage(0x04)])).deep.equals(['crl-invalid: the issuer may not sign lists']);
    expect(await verdict({}, [ca, keyUsage(0x06)])).deep.equals([]);
  });

  it('need their number, not critical, and a date that is not over', async () => {
    expect(await verdict({ extensions: [] })).deep.equals(['crl-invalid: no cRLNumber']);
    expect(await verdict({ extensions: [extension('2.5.29.20', int(1), true)] })).deep.equals([
      'crl-invalid: a critical cRLNumber',
    ]);
    expect(await verdict({ nextUpdate: '240301000000Z' })).deep.equals(['revocation-unknown: the list is out of date']);
  });
});
