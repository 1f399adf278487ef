import { expect } from 'chai';
import { clientProfile, evaluateChain, rootSet } from '../../../lib/x509/index.ts';
import { nodeVerify } from '../../../lib/x509/node.ts';
import {
  altNames,
  ascii,
  ca,
  certificateOf,
  der,
  dns,
  extension,
  extKeyUsage,
  fixedKeys,
  int,
  ip,
  nameOf,
  oid,
  seq,
} from '../der.ts';

const [rootKeys, leafKeys] = [fixedKeys(1), fixedKeys(3)];
const rootName = nameOf(['CN', 'Root']);
const email = (mailbox: string): Uint8Array => der(0x81, ascii(mailbox));
const uri = (text: string): Uint8Array => der(0x86, ascii(text));
const directory = (...attributes: readonly (readonly [type: string, value: string])[]): Uint8Array =>
  der(0xa4, nameOf(...attributes));

interface Constraints {
  readonly permit?: readonly Uint8Array[];
  readonly exclude?: readonly Uint8Array[];
}

/** `id: detail` of what is against a leaf with `names` under a root with these constraints. */
async function verdict(
  { permit = [], exclude = [] }: Constraints,
  names: readonly Uint8Array[],
  subject = nameOf(['CN', 'leaf'], ['O', 'Example']),
  limits = {},
): Promise<string[]> {
  const subtrees = (tag: number, list: readonly Uint8Array[]): Uint8Array[] =>
    list.length === 0 ? [] : [der(tag, ...list.map((base) => seq(base)))];
  const constraints = extension('2.5.29.30', seq(...subtrees(0xa0, permit), ...subtrees(0xa1, exclude)), true);
  const root = certificateOf({ subject: rootName, keys: rootKeys, extensions: [ca, constraints] });
  const leaf = certificateOf({
    subject,
    keys: leafKeys,
    issuer: rootName,
    signer: rootKeys,
    extensions: [...(names.length === 0 ? [] : [altNames(...names)]), extKeyUsage('1.3.6.1.5.5.7.3.1')],
  });
  const { ok, reasons } = await evaluateChain({
    presented: [leaf],
    roots: rootSet([root]),
    time: new Date('2025-01-01T00:00:00Z'),
    host: null,
    usage: 'server',
    profile: clientProfile,
    verify: nodeVerify,
    limits,
  });
  const counted = reasons.filter(({ effect }) => effect !== 'notes');
  expect(ok).equals(counted.length === 0);
  return counted.map(({ id, detail }) => (detail === null ? id : `${id}: ${detail}`));
}

const refusal = (name: string): string[] => [`name-constraint: ${name}`];

describe('name constraints', () => {
  it('permit a DNS name and what is below it, whatever its case', async () => {
    const permit = [dns('Example.com')];
    expect(await verdict({ permit }, [dns('example.COM'), dns('a.b.example.com'), dns('*.example.com')])).deep.equals(
      [],
    );
    expect(await verdict({ permit }, [dns('badexample.com')])).deep.equals(refusal('DNS:badexample.com'));
    expect(await verdict({ permit }, [dns('.example.com')])).includes.members(refusal('DNS:.example.com'));
  });

  it('refuse a wildcard that may stand for an excluded name, or for one that is not permitted', async () => {
    expect(await verdict({ exclude: [dns('bar.example.com')] }, [dns('*.example.com')])).deep.equals(
      refusal('DNS:*.example.com'),
    );
    expect(await verdict({ permit: [dns('foo.example.com')] }, [dns('*.example.com')])).deep.equals(
      refusal('DNS:*.example.com'),
    );
    expect(await verdict({ exclude: [dns('a.bar.example.com')] }, [dns('*.example.com')])).deep.equals([]);
  });

  it('exclude before they permit', async () => {
    const both = { permit: [dns('example.com')], exclude: [dns('secret.example.com')] };
    expect(await verdict(both, [dns('x.secret.example.com')])).deep.equals(refusal('DNS:x.secret.example.com'));
  });

  it('compare addresses with ranges of their own family', async () => {
    const permit = [ip(192, 0, 2, 0, 255, 255, 255, 0)];
    expect(await verdict({ permit }, [ip(192, 0, 2, 9)])).deep.equals([]);
    expect(await verdict({ permit }, [ip(192, 0, 3, 1)])).deep.equals(refusal('IP:192.0.3.1'));
    const loopback = [...Array.from({ length: 15 }, () => 0), 1];
    expect(await verdict({ permit }, [ip(...loopback)])).deep.equals(refusal('IP:::1'));
  });

  it('compare mailboxes exactly, hosts whole, and domains by their leading dot', async () => {
    expect(await verdict({ permit: [email('*@example.com')] }, [email('*@EXAMPLE.com')])).deep.equals([]);
    expect(await verdict({ permit: [email('*@example.com')] }, [email('user@example.com')])).deep.equals(
      refusal('email:user@example.com'),
    );
    expect(await verdict({ permit: [email('example.com')] }, [email('user@sub.example.com')])).deep.equals(
      refusal('email:user@sub.example.com'),
    );
    expect(await verdict({ permit: [email('.example.com')] }, [email('user@sub.example.com')])).deep.equals([]);
  });

  it('apply to the emailAddress of a subject that has no mailbox among its names', async () => {
    const subject = nameOf(['1.2.840.113549.1.9.1', 'user@example.org']);
    expect(await verdict({ permit: [email('example.com')] }, [], subject)).deep.equals(
      refusal('email:user@example.org'),
    );
  });

  it('compare the host of a URI; one without a host name cannot be located', async () => {
    const permit = [uri('.example.com')];
    expect(await verdict({ permit }, [uri('https://user@www.example.com:444/a')])).deep.equals([]);
    expect(await verdict({ permit }, [uri('https://example.com/')])).deep.equals(refusal('URI:https://example.com/'));
    expect(await verdict({ permit }, [uri('urn:x')])).deep.equals(refusal('URI:urn:x'));
  });

  it('take a directory name as a prefix, of the subject too', async () => {
    const inside = nameOf(['O', 'Example'], ['CN', 'leaf']);
    expect(await verdict({ permit: [directory(['O', 'EXAMPLE '])] }, [], inside)).deep.equals([]);
    expect(await verdict({ exclude: [directory(['O', 'Example'])] }, [], inside)).deep.equals(
      refusal('a directory name'),
    );
  });

  it('leave forms free that they do not mention, and refuse forms that nobody compares', async () => {
    const other = der(0xa0, oid('1.2.3'), der(0xa0, int(1)));
    expect(await verdict({ permit: [ip(10, 0, 0, 0, 255, 0, 0, 0)] }, [dns('example.com')])).deep.equals([]);
    expect(await verdict({ exclude: [other] }, [dns('example.com')])).deep.equals([]);
    expect(await verdict({ exclude: [other] }, [other])).deep.equals([
      'name-constraint-unsupported: a name of form [0]',
    ]);
  });

  it('are invalid with a wildcard, a mask that is no prefix, or two at signs', async () => {
    for (const base of [dns('*.example.com'), ip(10, 0, 0, 0, 255, 0, 255, 0), email('a@b@example.com')]) {
      expect((await verdict({ permit: [base] }, []))[0]).match(/^name-constraints-invalid/);
    }
  });

  it('cost no more than the budget', async () => {
    const many = Array.from({ length: 20 }, (_, i) => dns(`n${i}.example.com`));
    expect(await verdict({ exclude: many }, many, undefined, { nameComparisons: 399 })).deep.equals([
      'name-constraints-limit',
    ]);
  });
});
