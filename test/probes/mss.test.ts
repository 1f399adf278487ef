import { expect } from 'chai';
import type { MssValue } from '../../lib/evidence/index.ts';
import type { HeadendChoice, LabFaults } from '../../lib/lab/index.ts';
import { abilityOf } from '../../lib/net/index.ts';
import { Bench } from '../matrix/bench.ts';
import type { Cell } from '../matrix/cells.ts';
import { longFlight } from '../matrix/headend.ts';
import type { Measured } from '../matrix/measure.ts';
import { observeAt } from './support.ts';

const tls13 = { ...longFlight, id: 'long-flight-13', behaviour: { kind: 'tls', minVersion: 'TLSv1.3' } } as const;

describe('mss', function () {
  this.timeout(60_000);
  let bench: Bench;

  before(async function () {
    const started = (await abilityOf('tcp-mss')).available ? await Bench.startIfPossible() : null;
    if (started === null) this.skip();
    else bench = started;
  });
  after(async () => {
    await bench?.close();
  });

  async function measured(
    faults: LabFaults,
    headend: HeadendChoice = longFlight,
    probes: readonly string[] = ['mss', 'pmtud'],
  ): Promise<Measured & { readonly value: MssValue; readonly ids: readonly string[] }> {
    const cell = { name: 'mss', faults, headend, family: 4, group: 'boundary', probes } as const;
    const result = await bench.run(cell as unknown as Cell);
    const value = result.mss?.value;
    if (value == null) throw new Error(`no value: ${JSON.stringify(result.mss)}`);
    return { ...result, value, ids: result.findings.map(({ id }) => id) };
  }

  it('clears a good path in four connections, the two that find the control included', async () => {
    const { value, connections, ids } = await measured({});
    expect([value.outbound.verdict, value.inbound.verdict]).to.deep.equal(['clear', 'clear']);
    expect([value.outbound.largestPassing, value.inbound.largestPassing]).to.deep.equal([1500, 1500]);
    expect(connections).to.equal(4);
    expect(ids).to.deep.equal([]);
  });

  it('finds both directions behind a server whose flight is all encrypted', async () => {
    const { value, connections, ms } = await measured({ mtu: 1454, icmp: 'dropped' }, tls13);
    expect(value.outbound).to.include({ verdict: 'blackhole', pathMtu: 1454 });
    expect(value.inbound).to.include({ verdict: 'blackhole', pathMtu: 1454 });
    expect(connections).to.be.at.most(40);
    expect(ms).to.be.below(15_000);
  });

  it('does not take the MSS that a server announces for a bound of what it sends', async () => {
    const { value } = await measured({ mtu: 1454, icmp: 'dropped', serverMss: 1300 });
    expect(value.inbound).to.include({ verdict: 'blackhole', pathMtu: 1454 });
    expect(value.outbound).to.include({ verdict: 'clear', largestPassing: 1340 });
  });

  it('finds the loss below an MTU that a router announces wrongly', async () => {
    const { value, ids } = await measured({ mtu: 1454, mtuDirection: 'outbound', icmp: { rewriteMtu: 1480 } });
    expect(value.outbound).to.include({ verdict: 'blackhole', pathMtu: 1454, smallestFailing: 1455 });
    expect(ids).to.include('path.blackhole-outbound').and.not.include('path.mtu-reduced');
  });

  for (const direction of ['outbound', 'inbound'] as const) {
    it(`says of working path MTU discovery that the path is narrower ${direction}, and no fault`, async () => {
      const { value, ids } = await measured({ mtu: 1454, mtuDirection: direction, icmp: 'sent' });
      expect(value[direction]).to.include({ verdict: 'reduced', pathMtu: 1454 });
      expect(ids).to.deep.equal(['path.mtu-reduced']);
      // What the server has learned limits our packets too: nothing is known of larger ones.
      if (direction === 'inbound') expect(value.outbound.reason).to.match(/^peer-limited: .* 1454 bytes/);
    });
  }

  it('finds the limit of the path with hellos that the server does not answer', async () => {
    const { value, ids } = await measured(
      { mtu: 1454, mtuDirection: 'outbound', icmp: 'dropped' },
      { maker: 'silentAbove', args: [1200] },
    );
    expect(value.outbound).to.include({ verdict: 'blackhole', pathMtu: 1454 });
    expect(ids).to.include('path.blackhole-outbound').and.not.include('path.blackhole-inbound');
  });

  it('goes on in packets that pass, so that the path hides nothing of the server', async () => {
    const { ids } = await measured({ mtu: 1454, icmp: 'dropped' }, longFlight, [
      'mss',
      'pmtud',
      'certificates',
      'hello-size',
    ]);
    expect(ids.toSorted()).to.deep.equal(['path.blackhole-inbound', 'path.blackhole-outbound', 'path.icmp-filtered']);
  });

  it('claims no limit on a path that loses a packet in five at random', async () => {
    const { value } = await measured({ loss: 0.2 });
    expect([value.outbound.verdict, value.inbound.verdict]).to.not.include('blackhole');
  });
});

describe('mss on loopback', () => {
  it('blames no path, whatever the server does with long hellos', async () => {
    const { value } = await observeAt('good', ['mss', 'pmtud']);
    expect(value('mss').outbound.verdict).to.not.equal('blackhole');
    expect(value('pmtud').icmpSeen).to.equal(null);
  });
});
