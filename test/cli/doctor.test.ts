import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { abilityTexts } from '../../lib/cli/abilityTexts.ts';
import { libraryServices } from '../../lib/cli/services.ts';
import { type Ability, abilityIds } from '../../lib/net/index.ts';
import { helloprobe } from './support.ts';

const there: Ability = { id: 'nft', available: true, reason: null, detail: null, help: null };
const missing: Ability = {
  id: 'tcp-mss',
  available: false,
  reason: 'no-koffi',
  detail: 'koffi is not installed.',
  help: `npm install koffi ${'--a-very-long-option '.repeat(4)}`,
};
const container: Ability = {
  id: 'namespaces',
  available: false,
  reason: 'no-namespaces',
  detail: 'A policy forbids it.',
  help: 'Run outside the container.',
};

const having = (...all: Ability[]) => ({ services: { abilities: async () => all } });

describe('cli: doctor', () => {
  it('says of each ability what it is for, and of a missing one why and the command that helps, in one line', async () => {
    const { status, stdout } = await helloprobe(['doctor'], having(missing, there));
    expect(status).to.equal(0);
    expect(stdout).to.match(
      /^✖ tcp-mss {2}kernel TCP .*\n(?: {11}\S.*\n)+ {11}koffi is not installed\.\n {11}\$ npm install/,
    );
    expect(stdout).to.contain(`$ ${missing.help}\n`);
    expect(stdout).to.match(/\n✔ nft {6}nftables\n/);
    expect(stdout).to.match(/\n1 of 2 abilities are available\./);
    expect((await helloprobe(['doctor'], having(there))).stdout).to.match(/\nEverything is available\.\n$/);
  });

  it('says it in Japanese, with the exact sentence behind the reason', async () => {
    const { stdout } = await helloprobe(['doctor', '--lang', 'ja'], { ...having(missing, container), columns: 200 });
    expect(stdout).to.contain('koffi を読み込めません。 (koffi is not installed.)');
    expect(stdout).to.contain('コンテナの外で実行するか').and.not.to.contain('Run outside');
    expect(stdout).to.contain('2 件中 0 件の機能を利用できます。');
  });

  it('has a text for every ability in both languages', () => {
    for (const language of ['en', 'ja'] as const)
      expect(Object.keys(abilityTexts[language])).to.have.members([...abilityIds]);
  });

  it('writes a document that fits the schema, of this very machine', async () => {
    const { stdout } = await helloprobe(['doctor', '--json'], { services: libraryServices });
    const document = JSON.parse(stdout) as { abilities: Ability[] };
    const schema = JSON.parse(
      readFileSync(new URL('../../docs/schema/report-v1.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
    validate(document);
    expect(validate.errors ?? []).to.deep.equal([]);
    expect(document.abilities.map(({ id }) => id)).to.deep.equal(abilityIds);
    validate({ ...document, abilities: [{ id: 'raw' }] });
    expect(validate.errors).to.not.equal(null);
  });
});
