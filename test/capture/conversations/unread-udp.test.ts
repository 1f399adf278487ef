/** What the fast lane passes over of UDP must be what nobody would have read. */

import { expect } from 'chai';
import { assert, constantFrom, integer, oneof, property, record, uint8Array } from 'fast-check';
import { Failures } from '../../../lib/capture/conversations/failures.ts';
import { Outlet } from '../../../lib/capture/conversations/outlet.ts';
import { Pauses } from '../../../lib/capture/conversations/pauses.ts';
import { UdpConversations } from '../../../lib/capture/conversations/udp.ts';
import { Counters } from '../../../lib/capture/counters.ts';
import { defaultCaptureLimits } from '../../../lib/capture/limits.ts';
import { udp } from '../../../lib/capture/link/tunnels.ts';
import { layer, Walk } from '../../../lib/capture/link/walk.ts';
import { Packet } from '../../../lib/capture/packet.ts';
import { FragmentCounts } from '../../../lib/capture/path/fragment-counts.ts';
import { CertificateStore } from '../../../lib/capture/tls/certificate-store.ts';
import { looksLikeDtls } from '../../../lib/capture/tls/dtls-look.ts';
import { KeyLog } from '../../../lib/session/index.ts';
import { concat } from '../../../lib/wire/index.ts';

const header = 8;
const tunnels = [4789, 8472, 4790, 6081, 2152, 3544, 1701, 37008, 5247];
const port = oneof(constantFrom(...tunnels), integer({ min: 0, max: 65_535 }));
/** How DTLS records, their CAPWAP preamble and what tunnels carry begin. */
const beginning = constantFrom<readonly number[]>(
  [],
  [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 1, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 8],
  [1, 0, 0, 0, 23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20],
  [0x08, 0, 0, 0, 0, 0, 5, 0],
  [0x45, 0, 0, 40],
  [0x2c, 1, 2, 0, 20],
);

function conversations(): UdpConversations {
  const counters = new Counters();
  const limits = defaultCaptureLimits;
  const packet = new Packet();
  const certificates = new CertificateStore(limits, counters);
  const context = { limits, counters, packet, certificates, secrets: new KeyLog(), primitives: null };
  const outlet = new Outlet(packet, certificates, new Failures(counters, []), new Pauses());
  return new UdpConversations(context, outlet, new FragmentCounts(counters));
}

describe('UDP that nobody reads', () => {
  it('is neither a tunnel nor DTLS', () => {
    const dtls = conversations();
    let ignored = 0;
    assert(
      property(
        record({ from: port, to: port, begins: beginning, rest: uint8Array({ maxLength: 60 }) }),
        ({ from, to, begins, rest }) => {
          const ports = Uint8Array.of(from >> 8, from & 255, to >> 8, to & 255, 0, 0, 0, 0);
          const bytes = concat(ports, Uint8Array.from(begins), rest);
          if (!dtls.ignores(bytes, 0, bytes.length)) return;
          ignored++;
          const walk = new Walk();
          Object.assign(walk, { bytes, at: 0, end: bytes.length, wire: bytes.length });
          expect(udp(walk)).to.equal(layer.none);
          expect(looksLikeDtls(bytes, header, bytes.length)).to.equal(false);
          expect(looksLikeDtls(bytes, header + 4, bytes.length) && bytes[header] === 1).to.equal(false);
        },
      ),
      { numRuns: 3000, seed: 9 },
    );
    expect(ignored).to.be.greaterThan(300);
  });

  it('is not what is cut within its header', () => {
    expect(conversations().ignores(new Uint8Array(header), 0, header - 1)).to.equal(false);
    expect(conversations().ignores(new Uint8Array(header), 0, header)).to.equal(true);
  });
});
