import { expect } from 'chai';
import * as fc from 'fast-check';
import { linkCases, tunnelCases } from './cases.ts';
import { dissect, frame } from './frames.ts';

const linkTypes = [...new Set(linkCases.map(({ linkType }) => linkType))];
const cases = [...linkCases, ...tunnelCases];

describe('packets that somebody made to break the dissector', () => {
  it('of 0 to 63 equal bytes end, in every link type', () => {
    for (const linkType of linkTypes) {
      for (const byte of [0x00, 0x08, 0x40, 0x45, 0x60, 0x80, 0xff]) {
        for (let length = 0; length < 64; length++) {
          const { lines, dropped } = dissect([{ bytes: new Uint8Array(length).fill(byte), linkType }]);
          expect(lines.length + Object.keys(dropped).length).to.be.greaterThan(0);
        }
      }
    }
  });

  it('cut anywhere never show a datagram that the whole does not', () => {
    for (const { bytes, linkType, seen, name } of cases) {
      const inner = seen.slice(0, seen.indexOf(' protocol'));
      for (let length = 0; length < bytes.length; length++) {
        const { lines } = dissect([{ bytes: bytes.subarray(0, length), linkType, length: bytes.length }]);
        for (const line of lines)
          expect(line, `${name}, ${length} bytes`).to.match(new RegExp(`^(${inner}|203\\.0\\.113\\.1) `));
      }
    }
  });

  it('with changed bytes end in a datagram inside the packet or in a count', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        ({ bytes, linkType }, changes) => {
          const changed = bytes.slice();
          for (const [at, value] of changes) changed[at % changed.length] = value;
          let inside = true;
          const { lines, dropped } = dissect(
            [
              { bytes: changed, linkType },
              { bytes: changed, linkType },
            ],
            {
              describe: (d) => {
                inside &&= d.payload >= 0 && d.payload <= d.end && d.end <= d.bytes.length && d.missing >= 0;
                inside &&= d.header < 0 || d.header <= d.payload;
                return 'datagram';
              },
            },
          );
          expect(inside).to.equal(true);
          expect(lines.length + Object.keys(dropped).length).to.be.greaterThan(0);
        },
      ),
      { seed: 14, numRuns: 5000 },
    );
  });

  it('of random bytes behind each link type end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...linkTypes), fc.uint8Array({ maxLength: 200 }), (linkType, bytes) => {
        dissect([{ bytes, linkType }]);
      }),
      { seed: 15, numRuns: 3000 },
    );
  });

  it('in a tunnel of fragments of tunnels of fragments end', () => {
    const bytes = frame('4500 0020 0001 2000 40 29 0000 c0000201 c6336402 600000000000 2c 40');
    expect(() => dissect(Array.from({ length: 100 }, () => ({ bytes, linkType: 101 })))).not.to.throw();
  });
});
