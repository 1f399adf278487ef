import { expect } from 'chai';
import { check } from '../../lib/check.ts';
import { checklistOf, diagnose } from '../../lib/diagnose/index.ts';
import { checklistEn } from '../../lib/diagnose/messages/checklist-en.ts';
import { checklistJa } from '../../lib/diagnose/messages/checklist-ja.ts';
import type { CertificateRow, CheckReport } from '../../lib/evidence/index.ts';
import { type HeadendId, startHeadend } from '../../lib/lab/index.ts';
import { renderText } from '../../lib/report/index.ts';

const only = ['versions', 'certificates', 'ciphers'];

async function checked(id: HeadendId, options: { readonly pin?: boolean } = {}): Promise<CheckReport> {
  await using headend = await startHeadend(id);
  const at = { sni: headend.sni, timeouts: { firstReplyMs: 400 }, only, caPem: [headend.rootsPem] };
  const report = await check(headend, at);
  if (options.pin !== true) return report;
  const rows = (report.observations['certificates']?.value ?? []) as readonly CertificateRow[];
  return await check(headend, { ...at, expectIssuer: rows[0]?.chain[0]?.issuer ?? '' });
}

/** State by id, without the points that never change. */
function statesOf({ checklist = [] }: CheckReport): Record<string, string> {
  return Object.fromEntries(
    checklist.filter(({ id }) => id !== 'connection-profile').map(({ id, state }) => [id, state]),
  );
}

const wellSet = {
  certificate: 'done',
  intermediate: 'done',
  tls12: 'done',
  'old-versions-off': 'done',
  ciphers: 'done',
  reachable: 'done',
  inspection: 'unknown',
};

describe('diagnose: the recommended configuration as a checklist', () => {
  const cases: readonly [HeadendId, Record<string, string>][] = [
    ['good', {}],
    ['asa-like', { 'old-versions-off': 'not-done', ciphers: 'not-done' }],
    ['tls10-11-only', { tls12: 'not-done', 'old-versions-off': 'not-done', ciphers: 'not-done' }],
    ['tls13-only', { tls12: 'not-done' }],
    ['expired', { certificate: 'not-done' }],
    ['wrong-name', { certificate: 'not-done' }],
    ['missing-intermediate', { intermediate: 'not-done' }],
    ['reset-on-hello', Object.fromEntries(Object.keys(wellSet).map((id) => [id, 'unknown']))],
  ];
  for (const [id, changed] of cases) {
    it(`at ${id}, ${Object.keys(changed).length === 0 ? 'finds everything done' : `has another answer for ${Object.keys(changed).join(', ')}`}`, async () => {
      expect(statesOf(await checked(id))).to.deep.equal({ ...wellSet, ...changed });
    });
  }

  it('calls the connection profile not visible, and inspection done only with a pin that fits', async () => {
    const { checklist = [] } = await checked('good', { pin: true });
    expect(checklist[0]).to.include({ id: 'connection-profile', step: 1, state: 'not-visible' });
    expect(checklist.at(-1)).to.include({ id: 'inspection', step: 5, state: 'done' });
    expect(checklist.at(-1)?.why).to.include('Decrypt-Known Key');
  });

  it('names the findings that decide a point', async () => {
    const { checklist = [] } = await checked('expired');
    expect(checklist.find(({ id }) => id === 'certificate')?.findings).to.deep.equal(['cert.expired']);
  });

  it('is of check alone, and never of an sftunnel', async () => {
    expect(await checked('sftunnel-good')).to.not.have.property('checklist');
    await using headend = await startHeadend('good');
    expect(await check(headend, { only: ['versions'], command: 'versions' })).to.not.have.property('checklist');
  });

  it('is the same for a saved report, in either language', async () => {
    const report = await checked('asa-like');
    const saved = JSON.parse(JSON.stringify(report)) as CheckReport;
    expect(checklistOf(saved, diagnose(saved))).to.deep.equal(report.checklist);
    const japanese = checklistOf(saved, diagnose(saved, { language: 'ja' }), { language: 'ja' });
    expect(japanese.map(({ state }) => state)).to.deep.equal(report.checklist?.map(({ state }) => state));
    for (const { title, why } of japanese) expect(title + why).to.match(/[ぁ-んァ-ヶ一-龠]/);
    expect(Object.keys(checklistJa)).to.deep.equal(Object.keys(checklistEn));
  });

  it('stands in the text report, what is not done first', async () => {
    const text = renderText(await checked('asa-like'), { width: 200 });
    const row = text.slice(text.lastIndexOf('\nRecommended') + 1);
    expect(row).to.match(
      /^Recommended\s+✖ TLS 1\.0 and 1\.1 off: .*\n\s+✖ ECDHE.*\n\s+✔ .*\n\s+\? .*\n\s+– not visible/,
    );
  });

  it('knows nothing of a damaged report, and says so', () => {
    for (const damaged of [{}, { observations: 3 }, { observations: { versions: { value: 'x' } } }]) {
      const list = checklistOf(damaged as unknown as CheckReport, []);
      expect(list.filter(({ state }) => state === 'done' || state === 'not-done')).to.deep.equal([]);
    }
  });
});
