import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  type Fact,
  factsAbout,
  factsNamed,
  factTables,
  hotfixes,
  readRelease,
  releasesOf,
} from '../../../lib/cisco/index.ts';
import { findingCatalogue, isFindingId } from '../../../lib/diagnose/index.ts';
import { helloprobe } from '../../cli/support.ts';
import { ciscoPage, ciscoPages } from '../../support/generate-cisco-docs.ts';

const facts: readonly Fact[] = factTables.flatMap((table) => table.facts);

describe('cisco: the tables of facts', () => {
  it('have ids that are unique and begin with the id of their table', () => {
    const ids = [...factTables.map(({ id }) => id), ...facts.map(({ id }) => id)];
    expect(new Set(ids)).to.have.property('size', ids.length);
    for (const table of factTables)
      for (const fact of table.facts) expect(fact.id).to.match(new RegExp(`^${table.id}\\.\\S+$`));
    // An id is either a fact's or a finding's.
    for (const id of ids) expect(isFindingId(id), id).to.equal(false);
  });

  it('say everything in both languages, with a source, and nothing that is only remembered', () => {
    for (const { id, about, says, source } of facts) {
      expect(source, id).to.not.equal('');
      expect(says.en, id).to.match(/^[\x20-\x7e’–…]+$/);
      expect(says.ja, id).to.match(/[ぁ-んァ-ヶ一-龠]/);
      for (const text of [about.en, about.ja, says.en, says.ja, source]) {
        expect(text, id).to.not.match(/\[(?:mem|inf|lab|doc|issue)\]|\s\s|undefined/);
      }
    }
  });

  it('belong to findings that exist', () => {
    for (const { id, concerns } of facts)
      for (const finding of concerns) expect(findingCatalogue, id).to.have.property(finding);
  });

  it('are found by their id, by that of their table, and by finding', () => {
    expect(factsNamed('cisco.hotfixes')?.facts).to.have.length(6);
    expect(factsNamed('cisco.path.tcpmss')?.facts.map(({ id }) => id)).to.deep.equal(['cisco.path.tcpmss']);
    expect(factsNamed('cert.expired')).to.equal(null);
    expect(factsAbout('sftunnel.ca-expired').map(({ id }) => id)).to.include.members([
      'cisco.sftunnel.lifetime',
      'cisco.notices.fn74214',
      'cisco.hotfixes.7.2',
    ]);
  });

  it('tell both sides where Cisco contradicts the article, and follow Cisco', () => {
    const said = (id: string): string => factsNamed(id)?.facts[0]?.says.en ?? '';
    expect(said('cisco.path.tcpmss')).to.match(/to the device itself.*does not\. The article.*1300/);
    expect(said('cisco.path.flexconfig')).to.include('Sysopt_Basic');
    expect(said('cisco.tls.settings')).to.match(/Platform Settings > SSL.*The article.*does not/);
    expect(said('cisco.tls.client-prompts')).to.match(/article.*at once.*non-serious/);
    expect(said('cisco.tls.decryption')).to.match(/The article.*exempting/);
  });

  for (const language of ['en', 'ja'] as const) {
    it(`are what ${ciscoPages[language]} says (else run test/support/generate-cisco-docs.ts)`, () => {
      const page = readFileSync(new URL(`../../../${ciscoPages[language]}`, import.meta.url), 'utf8');
      expect(page === ciscoPage(language), 'the page is up to date').to.equal(true);
    });
  }
});

describe('cisco: the table of hotfixes', () => {
  it('is the one of the renewal document', () => {
    expect(hotfixes.map((row) => [releasesOf(row), row.hotfix?.name ?? null, row.hotfix?.build ?? null])).to.deep.equal(
      [
        ['7.0.0 – 7.0.6', 'FK', '7.0.6.99-9'],
        ['7.1.x', null, null],
        ['7.2.0 – 7.2.9', 'FZ', '7.2.9.99-4'],
        ['7.3.x', 'AE', '7.3.1.99-4'],
        ['7.4.0 – 7.4.2', 'AO', '7.4.2.99-5'],
        ['7.6.0', 'B', '7.6.0.99-5'],
      ],
    );
  });

  it('is asked with releases as FMC writes them', () => {
    for (const [text, release] of [
      ['7.2.5', [7, 2, 5]],
      ['7.2.5.1', [7, 2, 5, 1]],
      ['7.2.5-208', [7, 2, 5]],
      ['Version 7.0.6 (Build 236)', [7, 0, 6]],
      ['7.3', [7, 3]],
      ['7', null],
      ['', null],
      ['seven', null],
      ['1.2.3.4.5', null],
    ] as const) {
      expect(readRelease(text), text).to.deep.equal(release);
    }
  });
});

describe('cli: facts', () => {
  it('are explained one by one, by table, and beside the findings they belong to', async () => {
    const one = await helloprobe(['explain', 'cisco.path.own-mss', '--lang', 'en']);
    expect(one.stdout).to.match(/^cisco\.path {2}MTU and MSS\n\n.*cisco\.path\.own-mss\n.*MTU of the\s+interface/s);
    const table = await helloprobe(['explain', 'cisco.hotfixes', '--lang', 'ja']);
    expect(table.stdout).to.include('7.2.9.99-4').and.to.include('出典');
    const finding = await helloprobe(['explain', 'sftunnel.ca-expired', '--lang', 'en']);
    expect(finding.stdout).to.match(/What to do[^]*What is known[^]*3650 days from the build date/);
    const known = await helloprobe(['list', 'facts']);
    for (const { id } of facts) expect(known.stdout).to.include(id);
  });
});
