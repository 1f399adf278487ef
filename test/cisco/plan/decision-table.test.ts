import { expect } from 'chai';
import { type PlanInput, type PlanStep, planRenewal, type RenewalPlan } from '../../../lib/cisco/index.ts';
import { authority, now, onFmc } from './samples.ts';
import { order, pairs, releases, scripts, upgradeIsHarmless, ways } from './table.ts';

type Row = Readonly<Record<string, string>>;

/** Days left for each state. */
const ends: Readonly<Record<string, number>> = { expired: -3, 'within-30-days': 12, 'within-90-days': 60, fine: 900 };
const signs: Readonly<Record<PlanStep['state'], string>> = {
  todo: '',
  'if-needed': '?',
  alternative: '~',
  done: '!',
  past: '-',
};

describe('cisco: the decision table of the renewal', () => {
  const combinations = ways.flatMap((way) =>
    releases.flatMap((release) =>
      pairs.flatMap((pair) => ['yes', 'no', '-'].map((installed) => ({ way, release, pair, installed }))),
    ),
  );

  it('covers every combination of expiry, channels, release, HA and hotfix', () => {
    const count = (column: string, of: readonly Row[]): number => new Set(of.map((row) => row[column])).size;
    expect(count('expiry', ways) * count('tunnels', ways)).to.equal(ways.length);
    expect(combinations).to.have.length(20 * releases.length * 3 * 3);
  });

  for (const way of ways)
    it(`gives what is written there for ${way['expiry']}, channels ${way['tunnels']}`, () => {
      for (const { release, pair, installed } of combinations.filter((one) => one.way === way)) {
        const plan = planRenewal(inputOf(way, release, pair, installed));
        const where = `${release['version']}, HA ${pair['ha']}, hotfix ${installed}`;
        expect(shown(plan), where).to.deep.equal(expected(way, release, pair, installed));
      }
    });
});

function inputOf(way: Row, release: Row, pair: Row, installed: string): PlanInput {
  const end = ends[way['expiry'] ?? ''];
  const { version = '-' } = release;
  const tunnels = way['tunnels'] as 'up' | 'partial' | 'down' | 'unknown';
  return {
    now,
    given: {
      ...(version === '-' ? {} : { version }),
      ...(tunnels === 'unknown' ? {} : { tunnels }),
      ...(pair['ha'] === '-' ? {} : { ha: pair['ha'] as 'primary' | 'secondary' }),
      ...(installed === '-' ? {} : { hotfix: installed === 'yes' }),
    },
    ...(end === undefined ? {} : { certificates: [onFmc(authority({ end }))] }),
  };
}

function shown({ leaf, candidates, urgency, hotfix, warnings, steps, phase }: RenewalPlan): object {
  return {
    ways: candidates.join(' '),
    leaf: leaf ?? '-',
    urgency,
    phase,
    hotfix: [hotfix.status, hotfix.name ?? '-', hotfix.build ?? '-', hotfix.patchBeyond ? 'yes' : 'no'],
    warnings: warnings.map(({ id }) => id),
    steps: steps.map(({ id, state }) => `${id}${signs[state]}`),
  };
}

function expected(way: Row, release: Row, pair: Row, installed: string): object {
  const words = (...cells: (string | undefined)[]): string[] =>
    cells
      .join(' ')
      .split(' ')
      .filter((word) => word !== '');
  const script = scripts.find((row) => row['table'] === release['table'] && row['installed'] === installed);
  const harmless = upgradeIsHarmless.some(
    (row) => row['expiry'] === way['expiry'] && row['tunnels'] === way['tunnels'],
  );
  const scriptSteps = words(script?.['steps']).filter((step) => step !== 'upgrade-fmc~' || harmless);
  const goesOn = script?.['goes-on'] === 'yes';
  const beyond = release['beyond'] === 'yes' && installed !== 'yes' ? 'patch-beyond-list' : '';
  return {
    ways: way['ways'],
    leaf: words(way['ways']).length === 1 ? way['ways'] : '-',
    urgency: way['urgency'],
    phase: 'prepare',
    hotfix: [release['table'], release['name'], release['build'], release['beyond']],
    warnings: words(way['warnings'], script?.['warning'], beyond, pair['warning']),
    steps: [
      ...words(pair['first'], way['first']),
      ...scriptSteps,
      ...(goesOn ? words(order, way['copying'], 'status-after', pair['last']) : []),
      ...(goesOn && way['expiry'] === 'fine' ? ['watch-expiry'] : []),
    ],
  };
}
