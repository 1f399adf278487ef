import { expect } from 'chai';
import { describePlan, type PlanInput, planRenewal } from '../../lib/cisco/index.ts';
import { displayWidth, renderPlanMarkdown, renderPlanText } from '../../lib/report/index.ts';
import { authority, failedPushes, ftd1, generated, now, onFmc, peer, push, status } from '../cisco/plan/samples.ts';
import { releases, ways } from '../cisco/plan/table.ts';

const languages = ['en', 'ja'] as const;
const full: PlanInput = {
  now,
  given: { version: '7.2.5', ha: 'primary' },
  certificates: [onFmc(authority({ end: -3, start: -3650 }))],
  generated: [
    generated({ outcome: 'failed-pushes', currentCa: { daysLeft: -3, at: '2025-01-12T12:00:00.000Z', line: 1 } }),
  ],
  failedPushes: [
    failedPushes(
      ['cacert.pem', 'sftunnel-cert.pem', 'sftunnel-key.pem'].map((file) =>
        push(ftd1, 'BSNS-1120-1', '10.48.67.54', file),
      ),
    ),
  ],
  status: [status([peer('10.48.67.54', 'down'), peer('10.0.0.7', 'up')])],
};

describe('report: renewal plans', () => {
  it('says in both languages which way, what not to do, the steps, and what to bring where', () => {
    for (const language of languages) {
      const text = renderPlanText(describePlan(planRenewal(full), language), { language });
      for (const part of ['2a', 'BSNS-1120-1', 'sftunnel_status.pl', 'pmtool restartbyid sftunnel'])
        expect(text, language).to.contain(part);
      expect(text).to.not.match(/undefined|NaN|\[object/);
    }
    expect(renderPlanText(describePlan(planRenewal(full)))).to.contain('Do NOT reboot or upgrade');
    expect(renderPlanText(describePlan(planRenewal(full), 'ja'), { language: 'ja' })).to.contain(
      'アップグレードを行わない',
    );
  });

  it('stays within the width, but for paths and commands, which are there to be copied', () => {
    for (const language of languages) {
      const lines = renderPlanText(describePlan(planRenewal(full), language), { language, width: 72 }).split('\n');
      const wide = lines.filter((line) => displayWidth(line) > 72 && !/^\s+(?:\$|→|\/)/.test(line));
      expect(wide).to.deep.equal([]);
    }
  });

  it('has words for every way, release and pair', () => {
    const ends: Readonly<Record<string, number>> = {
      expired: -3,
      'within-30-days': 12,
      'within-90-days': 60,
      fine: 900,
    };
    for (const way of ways)
      for (const { version = '-' } of releases)
        for (const ha of [undefined, 'primary', 'secondary'] as const) {
          const end = ends[way['expiry'] ?? ''];
          const tunnels = way['tunnels'] === 'unknown' ? undefined : (way['tunnels'] as 'up');
          const plan = planRenewal({
            now,
            given: {
              ...(version === '-' ? {} : { version }),
              ...(ha === undefined ? {} : { ha }),
              ...(tunnels === undefined ? {} : { tunnels }),
            },
            ...(end === undefined ? {} : { certificates: [onFmc(authority({ end }))] }),
          });
          for (const language of languages) {
            const described = describePlan(plan, language);
            const texts = [renderPlanText(described, { language }), renderPlanMarkdown(described, language)];
            for (const text of texts) expect(text).to.not.match(/undefined|NaN|null|\[object/);
          }
        }
  });

  it('writes a check-list in Markdown, with boxes ticked where something is done', () => {
    const text = renderPlanMarkdown(describePlan(planRenewal(full)));
    expect(text).to.match(/^# Renewal of the sftunnel CA\n/);
    expect(text).to.match(/^- \[x\] \d+\. \*\*Make and push the new certificates\*\*/m);
    expect(text).to.match(/^- \[ \] \d+\. \*\*Copy the files by hand\*\*/m);
    expect(text).to.contain('- [ ] `/etc/sf/ca_root/cacert.pem` → `/var/sf/peers/');
  });

  it('lets no name from a file become markup, a link or an escape sequence', () => {
    const evil = '</script>[x](http://a)`|\u001b[31m';
    const plan = planRenewal({ now, failedPushes: [failedPushes([push(ftd1, evil, '10.0.0.2', 'cacert.pem')])] });
    const markdown = renderPlanMarkdown(describePlan(plan));
    expect(renderPlanText(describePlan(plan))).to.not.contain('\u001b');
    expect(markdown).to.not.contain('\u001b');
    // Outside of code spans nothing of it is left as it was.
    expect(markdown.replaceAll(/`[^`\n]*`/g, '')).to.not.match(/<\/script>|\[x\]\(/);
  });
});
