import { expect } from 'chai';
import {
  onHello,
  refuse,
  refuseFirstSegmentBelow,
  refuseSeveralRecords,
  refuseSuitesAbove,
  refuseUnknownExtensions,
  silentAbove,
  silentBetween,
} from '../../lib/lab/index.ts';
import { observeAt } from './support.ts';

describe('probe hello-size', () => {
  it('finds nothing at a good server, and tries every length of the grid', async () => {
    const { value, observation } = await observeAt('good', ['hello-size']);
    expect(value('hello-size').failing).to.deep.equal([]);
    expect(value('hello-size').rows.map(({ length }) => length)).to.include.members([255, 256, 511, 512, 1460, 16_384]);
    expect(observation('hello-size').status).to.equal('completed');
  });

  it('finds to the byte where a server begins to be silent', async () => {
    const { value } = await observeAt(silentAbove(700), ['hello-size']);
    expect(value('hello-size').failing).to.deep.equal([{ from: 701, to: 16_384 }]);
    const edge = value('hello-size').rows.find(({ length }) => length === 701);
    expect(edge?.attempts).to.have.length(3);
    expect(edge?.controls).to.have.length(3);
  }).timeout(40_000);

  it('finds a hole with both its edges, since faults are not monotone', async () => {
    const { value } = await observeAt(silentBetween(256, 511), ['hello-size']);
    expect(value('hello-size').failing).to.deep.equal([{ from: 256, to: 511 }]);
  }).timeout(40_000);
});

describe('probe hello-size where a path could be to blame', () => {
  it('sends the swallowed hello in small segments too, three times', async () => {
    const { observation } = await observeAt(silentAbove(1390), ['hello-size']);
    const split = observation('hello-size').attempts.filter(({ segments }) => segments.length > 1);
    expect(split).to.have.length(3);
    for (const { hello, segments } of split) {
      expect(hello.length).to.equal(1391);
      expect(Math.max(...segments)).to.be.at.most(536);
    }
  }).timeout(40_000);
});

describe('probes of single intolerances', () => {
  it('hello-segments names the short first segments that fail, and not the others', async () => {
    const { value } = await observeAt(refuseFirstSegmentBelow(8), ['hello-segments']);
    expect(value('hello-segments').intolerant).to.deep.equal(['first-1', 'first-4', 'first-5', 'first-6']);
  });

  it('hello-records names every split when a server takes one record only', async () => {
    const { value } = await observeAt(refuseSeveralRecords(), ['hello-records']);
    expect(value('hello-records').intolerant).to.deep.equal(value('hello-records').rows.map((row) => row.case));
  });

  it('suite-count tells 127 suites from 128', async () => {
    const { value } = await observeAt(refuseSuitesAbove(127), ['suite-count']);
    expect(value('suite-count').intolerant).to.deep.equal(['128', '129', 'all']);
  });

  it('extensions tells an unknown extension from an unknown group', async () => {
    const { value } = await observeAt(refuseUnknownExtensions(), ['extensions']);
    expect(value('extensions').intolerant).to.include.members(['grease-extension', 'unknown-extension']);
    expect(value('extensions').intolerant).to.not.include('unknown-group');
  });

  for (const id of ['hello-records', 'hello-segments', 'suite-count', 'extensions'] as const) {
    it(`${id} finds nothing at a good server`, async () => {
      const { value } = await observeAt('good', [id]);
      expect(value(id).rows).to.not.be.empty;
      expect(value(id).intolerant).to.deep.equal([]);
    });
  }
});

describe('probes of intolerances at two machines behind one address, of which one is broken', () => {
  for (const refusal of ['reset', 'close', { alert: 'handshake_failure' }] as const) {
    it(`blame no hello for ${typeof refusal === 'string' ? refusal : refusal.alert} by turns`, async () => {
      const behaviour = onHello((connection) => {
        if (connection.number % 2 === 0) refuse(connection, refusal);
        else connection.passOn();
      });
      const { value } = await observeAt(
        { id: 'by-turns', title: { en: 'By turns', ja: '交互' }, behaviour, expect: [], verdictHint: 'inconclusive' },
        ['hello-size', 'hello-records', 'hello-segments', 'suite-count', 'extensions'],
      );
      expect(value('hello-size').failing).to.deep.equal([]);
      for (const id of ['hello-records', 'hello-segments', 'suite-count', 'extensions'] as const)
        expect(value(id).intolerant, id).to.deep.equal([]);
    }).timeout(20_000);
  }
});
