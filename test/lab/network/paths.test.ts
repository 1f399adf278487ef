import { expect } from 'chai';
import type { Lab, LabFaults, LabHeadend } from '../../../lib/lab/index.ts';
import { whole } from './captured.ts';
import type { Ask, Connected } from './inside.ts';
import { inside, labOrSkip, orSkip } from './support.ts';

describe('paths of a lab', function () {
  this.timeout(60_000);
  let lab: Lab;
  let headend: LabHeadend;
  let answering: number;

  before(async function () {
    lab = await labOrSkip(this, 'plain');
    headend = await lab.serve();
    answering = await lab.call<number>('server', inside, 'startAnswering');
  });
  after(() => lab?.close());

  const answers = (host: string, asks: readonly Ask[]): Promise<boolean[]> =>
    lab.call('client', inside, 'ask', host, answering, asks);
  const handshake = (host: string, sni: string | null = headend.sni): Promise<Connected> =>
    lab.call('client', inside, 'handshake', host, headend.port, sni, headend.rootsPem);
  const small = 100;

  for (const family of ['v4', 'v6'] as const) {
    describe(family === 'v4' ? 'over IPv4' : 'over IPv6', () => {
      /** Whether packets of the path's MTU and those one byte longer pass, towards the server and back. */
      const passing = async (faults: LabFaults, mtu: number): Promise<Record<string, boolean[]>> => {
        await lab.change(faults);
        const outbound = await answers(lab.server[family], [
          { out: mtu, back: small },
          { out: mtu + 1, back: small },
        ]);
        const inbound = await answers(lab.server[family], [
          { out: small, back: mtu },
          { out: small, back: mtu + 1 },
        ]);
        return { outbound, inbound };
      };

      for (const mtu of family === 'v4' ? [576, 1454, 1492] : [1280, 1454, 1492]) {
        it(`lose packets above an MTU of ${mtu} bytes in both directions, and no other`, async () => {
          expect(await passing({ mtu, icmp: 'dropped' }, mtu)).to.deep.equal({
            outbound: [true, false],
            inbound: [true, false],
          });
        });
      }

      it('have their own MTU in each direction', async () => {
        expect(await passing({ mtu: 1400, mtuDirection: 'outbound', icmp: 'dropped' }, 1400)).to.deep.equal({
          outbound: [true, false],
          inbound: [true, true],
        });
        expect(await passing({ mtu: 1400, mtuDirection: 'inbound', icmp: 'dropped' }, 1400)).to.deep.equal({
          outbound: [true, true],
          inbound: [true, false],
        });
      });

      it('drop by length without an ICMP error', async () => {
        const faults: LabFaults = { dropLongerThan: { bytes: 1400, direction: 'inbound' } };
        expect(await passing(faults, 1400)).to.deep.equal({ outbound: [true, true], inbound: [true, false] });
      });

      it('serve headends', async () => {
        await lab.change({});
        expect(await handshake(family === 'v4' ? headend.host : headend.host6)).to.deep.equal({
          issuer: 'Lab',
          authorized: true,
          error: null,
        });
      });
    });
  }

  it('teach the sender the MTU, and forget it with the next change', async () => {
    await lab.change({ mtu: 1400 });
    const route = async (): Promise<string> => (await lab.run('client', ['ip', 'route', 'get', lab.server.v4])).stdout;
    await answers(lab.server.v4, [{ out: 1500, back: small }]);
    expect(await route()).to.contain('mtu 1400');
    await lab.change({});
    expect(await route()).not.to.contain('mtu');
    expect(await answers(lab.server.v4, [{ out: 1500, back: 1500 }])).to.deep.equal([true]);
  });

  it('name a false MTU where the ICMP errors are rewritten', async () => {
    await lab.change({ mtu: 1400, icmp: { rewriteMtu: 1300 } });
    await answers(lab.server.v4, [{ out: 1500, back: small }]);
    expect((await lab.run('client', ['ip', 'route', 'get', lab.server.v4])).stdout).to.contain('mtu 1300');
  });

  it('refuse, prohibit and drop connections', async () => {
    const refused = (): Promise<string> => lab.call('client', inside, 'whyRefused', headend.host, headend.port);
    await lab.change({ blockPort: 'reject' });
    expect(await refused()).to.equal('ECONNREFUSED');
    await lab.change({ blockPort: 'admin-prohibited' });
    expect(await refused()).to.equal('EHOSTUNREACH');
    await lab.change({});
    expect(await refused()).to.equal('connected');
  });

  it('hide the client behind the router where it does NAT', async () => {
    const port = await lab.call<number>('server', inside, 'startTellingAddresses');
    const seen = async (): Promise<string> =>
      (await lab.call<{ said: string }>('client', inside, 'listen', lab.server.v4, port)).said;
    await lab.change({ nat: true });
    expect(await seen()).to.equal('::ffff:198.51.100.1');
    await lab.change({});
    expect(await seen()).to.equal(`::ffff:${lab.client.v4}`);
  });

  it('reset every connection at its hello by the firewall', async () => {
    await lab.change({ resetOnHello: { by: 'nft' } });
    expect((await handshake(headend.host)).error).to.equal('ECONNRESET');
    expect((await handshake(headend.host6)).error).to.equal('ECONNRESET');
  });

  it('reset hellos for one name by forged packets, and let the others pass', async function () {
    await orSkip(this, () => lab.change({ resetOnHello: { by: 'forged', sni: headend.sni.toUpperCase(), ttl: 200 } }));
    for (const host of [headend.host, headend.host6]) {
      expect((await handshake(host)).error).to.equal('ECONNRESET');
      expect((await handshake(host, null)).issuer).to.equal('Lab');
      expect((await handshake(host, 'other.example.test')).issuer).to.equal('Lab');
    }
  });

  it('show the certificates of a CA of their own where TLS is inspected', async () => {
    await lab.change({ inspect: true });
    for (const host of [headend.host, headend.host6]) {
      expect(await handshake(host)).to.include({ issuer: 'Inspection', authorized: false });
    }
    await lab.change({});
    expect(await handshake(headend.host)).to.include({ issuer: 'Lab', authorized: true });
  });

  it('delay every packet, and count as one hop all the same', async function () {
    await orSkip(this, () => lab.change({ delayMs: 30 }));
    const port = await lab.call<number>('server', inside, 'startTellingAddresses');
    for (const host of [lab.server.v4, lab.server.v6]) {
      const capture = await orSkip(this, () => lab.capture('client'));
      const { connectMs } = await lab.call<{ connectMs: number }>('client', inside, 'listen', host, port);
      expect(connectMs).to.be.at.least(58);
      const [synAck] = whole(await capture.stop()).filter(({ tcp }) => tcp?.flags === 0x12);
      expect(synAck?.ttl).to.equal(63);
    }
  });
});
