import { expect } from 'chai';
import { findingIds } from '../../../lib/diagnose/index.ts';
import { scenarioById, scenarios, startLab } from '../../../lib/lab/index.ts';
import { checkFaults, checkHops } from '../../../lib/lab/network/check-faults.ts';
import { firewallRules } from '../../../lib/lab/network/firewall.ts';
import { routeCommands } from '../../../lib/lab/network/routes.ts';
import { addressOf, interfacesOf, rowOf } from '../../../lib/lab/network/topology.ts';
import type { LabFaults } from '../../../lib/lab/network/types.ts';
import { HarnessError } from '../../../lib/wire/index.ts';

const rules = (faults: LabFaults): string[] =>
  firewallRules(faults, null)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !/^(?:add|delete|table|chain|type|\}|$)/.test(line));

describe('faults of a path', () => {
  it('need no rule when there are none', () => {
    expect(rules({})).to.deep.equal([]);
  });

  it('replace those from before in one transaction', () => {
    const text = firewallRules({ blockPort: 'drop' }, null);
    expect(text).to.match(/^add table inet lab\ndelete table inet lab\ntable inet lab \{\n/);
  });

  it('clamp IPv6 to 20 bytes less, as its header is longer', () => {
    expect(rules({ clampMss: 1414 })).to.deep.equal([
      'meta nfproto ipv4 tcp flags & (syn|rst) == syn tcp option maxseg size set 1414',
      'meta nfproto ipv6 tcp flags & (syn|rst) == syn tcp option maxseg size set 1394',
    ]);
  });

  it('drop only the ICMP errors of path MTU discovery', () => {
    expect(rules({ icmp: 'dropped' })).to.deep.equal([
      'icmp type destination-unreachable icmp code 4 drop',
      'icmpv6 type packet-too-big drop',
    ]);
  });

  it('limit the MTU of the faulty router only, of IPv6 never below 1280, in the direction asked for', () => {
    const commands = (index: number, faults: LabFaults): string[] =>
      routeCommands(rowOf(1), index, faults, index === 1).filter((line) => line.includes('mtu'));
    expect(commands(1, { mtu: 576, mtuDirection: 'outbound' })).to.deep.equal([
      'route add 198.51.100.2/32 proto 77 dev toserver mtu lock 576',
      'route add 2001:db8:2::2/128 proto 77 dev toserver mtu lock 1280',
    ]);
    expect(commands(1, { mtu: 1454 })).to.have.length(4);
    expect([...commands(0, { mtu: 1454 }), ...commands(2, { mtu: 1454 })]).to.deep.equal([]);
  });

  it('announce a smaller MSS by the routes of the end that announces it', () => {
    const commands = (index: number): string[] => routeCommands(rowOf(1), index, { clientMss: 1300 }, false);
    expect(commands(0)).to.deep.equal([
      'route add 198.51.100.0/24 proto 77 via 192.0.2.1 dev toserver advmss 1300',
      'route add 2001:db8:2::/64 proto 77 via 2001:db8:1::2 dev toserver advmss 1280',
    ]);
    expect(commands(2).filter((line) => line.includes('advmss'))).to.deep.equal([]);
  });

  for (const [name, faults] of Object.entries({
    'an MTU that no IP packet fits': { mtu: 67 },
    'half a byte': { mtu: 1454.5 },
    'more loss than there are packets': { loss: 2 },
    'a name that nftables shall read': { resetOnHello: { by: 'nft', sni: 'vpn.example.test' } },
    'NAT in a delay line': { nat: true, delayMs: 5 },
    'a TTL of 0': { resetOnHello: { by: 'forged', ttl: 0 } },
  } satisfies Record<string, LabFaults>)) {
    it(`cannot be ${name}`, () => {
      expect(() => checkFaults(faults))
        .to.throw(HarnessError)
        .with.property('code', 'bad-fault');
    });
  }

  it('stand on a router that exists', () => {
    expect(() => checkHops(3, 3)).not.to.throw();
    for (const [hops, faulty] of [
      [0, 1],
      [9, 1],
      [2, 3],
    ] as const)
      expect(() => checkHops(hops, faulty)).to.throw(HarnessError);
  });
});

describe('the row of nodes', () => {
  it('has an address of its own for every interface', () => {
    const { links } = rowOf(8);
    const addresses = links.flatMap(({ v4, v6 }) => [v4.near, v4.far, v6.near, v6.far]);
    expect(new Set(addresses).size).to.equal(4 * 9);
  });

  it('keeps the addresses of client and server, however many routers there are', () => {
    for (const hops of [1, 3, 8]) {
      const row = rowOf(hops);
      expect(addressOf(row, 0)).to.deep.equal({ v4: '192.0.2.2', v6: '2001:db8:1::1' });
      expect(addressOf(row, hops + 1).v4).to.equal('198.51.100.2');
      expect(interfacesOf(row, 0)).to.deep.equal(['toserver']);
      expect(interfacesOf(row, hops + 1)).to.deep.equal(['toclient']);
    }
  });
});

describe('the table of labs', () => {
  it('has texts in both languages, possible faults and findings that exist', () => {
    for (const { id, title, description, faults, expect: expected, mayReport = [] } of scenarios.values()) {
      expect(title.en, id).not.to.equal('');
      expect(title.ja, id).to.match(/[\u3040-\u30ff\u4e00-\u9fff]/);
      expect(description.en, id).to.match(/\.$/);
      expect(description.ja, id).to.match(/。$/);
      expect(() => checkFaults(faults), id).not.to.throw();
      expect(findingIds, id).to.include.members([...expected, ...mayReport]);
    }
  });

  it('names each title once', () => {
    for (const language of ['en', 'ja'] as const) {
      const titles = [...scenarios.values()].map(({ title }) => title[language]);
      expect(new Set(titles).size).to.equal(titles.length);
    }
  });

  it('knows what was meant by a wrong id', async () => {
    expect(() => scenarioById('pppoe-1455'))
      .to.throw(HarnessError)
      .with.property('hint')
      .that.contains('pppoe-1454');
    const error = await startLab('no-such-lab').then(
      () => null,
      (reason: HarnessError) => reason.code,
    );
    expect(error).to.equal('unknown-scenario');
  });
});
