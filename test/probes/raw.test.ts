import { expect } from 'chai';
import { type HeadendSpec, onHello, refuse, silentAbove } from '../../lib/lab/index.ts';
import { abilityOf } from '../../lib/net/index.ts';
import { observeAt } from './support.ts';

/** A headend that treats hellos as `behaviour` says. */
function headendWith(behaviour: HeadendSpec['behaviour']): HeadendSpec {
  return { id: 'own', title: { en: 'Own', ja: '独自' }, behaviour, expect: [], verdictHint: 'inconclusive' };
}

describe('probes over raw packets', function () {
  this.timeout(30_000);

  before(async function () {
    if (!(await abilityOf('raw')).available) this.skip();
  });

  it('fragments sees that a hello in IP fragments arrives', async () => {
    const { value, observation } = await observeAt('good', ['fragments']);
    expect(value('fragments')).to.deep.equal({ sent: 1, answered: 1, verdict: 'pass' });
    expect(observation('fragments').attempts.map(({ transport }) => transport)).to.deep.equal(['raw', 'raw']);
  });

  it('fragments takes a shorter hello where a long one is not answered', async () => {
    const { value, observation } = await observeAt(silentAbove(900), ['fragments']);
    expect(value('fragments').verdict).to.equal('pass');
    const lengths = observation('fragments').attempts.map(({ hello }) => hello.length);
    expect(lengths[0]).to.equal(1180);
    expect(Math.max(...lengths.slice(1))).to.be.at.most(900);
  });

  it('hello-segments has the orders that only raw packets can have, and a good server minds none of them', async () => {
    const { value } = await observeAt('good', ['hello-segments']);
    const cases = value('hello-segments').rows.map((row) => row.case);
    expect(cases).to.include.members(['second-first', 'overlap', 'duplicate']);
    expect(value('hello-segments').intolerant).to.deep.equal([]);
  });

  it('trace ends at the first hop on loopback, answered, reset or only acknowledged', async () => {
    for (const [headend, reply] of [
      ['good', 'server-hello'],
      ['reset-on-hello', 'reset'],
      ['silent', 'silent'],
    ] as const) {
      const { value } = await observeAt(headend, ['trace']);
      expect(value('trace'), headend).to.deep.equal([{ ttl: 1, from: '127.0.0.1', reply, icmp: null }]);
    }
  });

  it('reset-origin tells what RST and SYN-ACK have in their headers, three times, and claims nothing of equal distances', async () => {
    const { value, observation } = await observeAt('reset-on-hello', ['reset-origin']);
    expect(value('reset-origin').reset?.ttl).to.equal(value('reset-origin').synAck.ttl);
    expect(value('reset-origin').sameHost).to.equal(null);
    expect(observation('reset-origin').attempts).to.have.length(3);
  });

  it('reset-origin has nothing to ask where no hello was reset', async () => {
    const { observation } = await observeAt('good', ['reset-origin']);
    expect(observation('reset-origin')).to.include({ status: 'skipped', value: null });
    expect(observation('reset-origin').reason).to.match(/^no-reset/);
  });

  it('reset-origin claims nothing of a RST that does not come each time', async () => {
    const now = onHello((connection) => (connection.number === 1 ? refuse(connection, 'reset') : connection.passOn()));
    const { observation } = await observeAt(headendWith(now), ['reset-origin']);
    expect(observation('reset-origin').status).to.equal('inconclusive');
    expect(observation('reset-origin').value).to.have.property('sameHost', null);
  });
});

describe('probes over raw packets without the ability', () => {
  it('are skipped where this machine cannot, and hello-segments does without its raw rows', async () => {
    const abilityOf = async (id: string) =>
      ({ id, available: false, reason: 'not-permitted', detail: 'No.', help: 'sudo' }) as never;
    const { value, observation } = await observeAt('good', ['hello-segments', 'trace'], { abilityOf });
    expect(value('hello-segments').rows.map((row) => row.case)).to.not.include('second-first');
    expect(observation('trace').reason).to.match(/^missing-ability: raw/);
  });
});
