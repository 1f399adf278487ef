import { expect } from 'chai';
import { clientHello, DecodeError, decode, toHex, withoutStacks } from '../../lib/wire/index.ts';

describe('wire: errors without stacks', () => {
  const thrown = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };

  it('say the same, and name no place in the code', () => {
    const decoding = (): unknown => decode(clientHello, Uint8Array.of(3, 3, 1));
    const [usual, bare] = [thrown(decoding), thrown(() => withoutStacks(decoding))];
    expect(bare)
      .to.be.instanceOf(DecodeError)
      .with.property('message', (usual as Error).message);
    expect((bare as Error).stack).not.to.match(/\n\s+at /);
    expect((usual as Error).stack).to.match(/\n\s+at /);
  });

  it('are made so only meanwhile', () => {
    const before = Error.stackTraceLimit;
    expect(withoutStacks(() => Error.stackTraceLimit)).to.equal(0);
    thrown(() => withoutStacks(() => decode(clientHello, new Uint8Array(0))));
    expect(Error.stackTraceLimit).to.equal(before);
  });
});

describe('wire: hex', () => {
  it('is of bytes of any number', () => {
    for (const length of [0, 1, 4095, 4096, 4097, 10_000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff);
      expect(toHex(bytes)).to.equal(Buffer.from(bytes).toString('hex'));
    }
  });
});
