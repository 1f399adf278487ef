import { expect } from 'chai';
import type { ProbeValues } from '../../../lib/evidence/index.ts';
import { checkLab } from '../../../lib/index.ts';
import { abilityOf } from '../../../lib/net/index.ts';

/** What the raw probes find in a lab; the client of a lab may send raw packets wherever namespaces can be made and koffi is there. */
async function found(
  scenario: string,
  only: readonly (keyof ProbeValues)[],
  ipv6 = false,
): Promise<{ value: <Id extends keyof ProbeValues>(id: Id) => ProbeValues[Id]; ids: readonly string[] }> {
  const { report } = await checkLab(scenario, { only, ipv6 });
  return {
    value: (id) => report.observations[id]?.value as ProbeValues[typeof id],
    ids: report.findings.map(({ id }) => id),
  };
}

describe('probes over raw packets on paths', function () {
  this.timeout(60_000);

  before(async function () {
    for (const id of ['namespaces', 'nft', 'tcp-mss'] as const) if (!(await abilityOf(id)).available) this.skip();
  });

  it('trace names each router, and the hop from which an injected RST comes; its distance is not the server’s', async () => {
    const { value, ids } = await found('reset-injected', ['trace', 'reset-origin']);
    expect(value('trace').map(({ ttl, reply }) => `${ttl} ${reply}`)).to.deep.equal([
      '1 silent',
      '2 silent',
      '3 reset',
    ]);
    expect(value('trace').map(({ icmp }) => icmp?.type ?? null)).to.deep.equal([11, 11, null]);
    expect(new Set(value('trace').map(({ from }) => from)).size).to.equal(3);
    expect(value('reset-origin')).to.deep.equal({
      synAck: { ttl: 61, ipId: 0 },
      reset: { ttl: 63, ipId: 0, window: 0 },
      sameHost: false,
    });
    expect(ids).to.include('policy.reset-injected');
  });

  for (const ipv6 of [false, true]) {
    it(`fragments finds them dropped over IPv${ipv6 ? 6 : 4}, while whole packets pass and reach the server at the second hop`, async () => {
      const { value, ids } = await found('fragments-dropped', ['fragments', 'trace'], ipv6);
      expect(value('fragments')).to.deep.equal({ sent: 3, answered: 0, verdict: 'dropped' });
      expect(value('trace').map(({ ttl }) => ttl)).to.deep.equal([1, 2]);
      expect(value('trace').at(-1)?.icmp).to.equal(null);
      expect(value('trace').at(-1)?.reply).to.match(/^(?:server-hello|hello-retry-request)$/);
      expect(ids).to.deep.equal(['path.fragments-dropped']);
    });
  }
});
