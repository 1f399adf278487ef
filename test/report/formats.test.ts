import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { CheckReport } from '../../lib/evidence/index.ts';
import {
  bundleOf,
  exitCodeOf,
  jsonLine,
  renderCaptureJunit,
  renderJson,
  renderJunit,
  reportEvents,
  worstExit,
  xmlAttribute,
  xmlText,
} from '../../lib/report/index.ts';
import { messages } from '../../lib/report/messages/index.ts';
import { versionWhyText } from '../../lib/report/reasonText.ts';
import { bundle, cleanReport, finding, observation, refusedReport, sampleReport } from './samples.ts';

describe('report: exit code', () => {
  const inconclusive = cleanReport({ verdict: 'inconclusive' });

  it('says 0 clean, 1 findings, 3 unreachable, 6 inconclusive', () => {
    expect(
      [cleanReport(), sampleReport(), refusedReport(), inconclusive].map((report) => exitCodeOf(report)),
    ).to.deep.equal([0, 1, 3, 6]);
  });

  it('counts findings from --fail-on upwards', () => {
    const low = sampleReport({ findings: [finding({ severity: 'low' })] });
    expect(exitCodeOf(low)).to.equal(0);
    expect(exitCodeOf(low, { failOn: 'low' })).to.equal(1);
    expect(exitCodeOf(sampleReport({ findings: [finding({ severity: 'medium' })] }), { failOn: 'high' })).to.equal(0);
  });

  it('says 4 for a probe that broke, and 5 only for a probe that was named', () => {
    const withObservation = (known: Parameters<typeof observation>[0]): CheckReport =>
      cleanReport({ observations: { mss: observation(known) } });
    expect(exitCodeOf(withObservation({ status: 'failed', reason: 'error: x' }))).to.equal(4);
    const skipped = withObservation({ status: 'skipped', reason: 'missing-ability: raw' });
    expect(exitCodeOf(skipped)).to.equal(0);
    expect(exitCodeOf(skipped, { named: ['mss'] })).to.equal(5);
    expect(exitCodeOf(withObservation({ status: 'skipped', reason: 'no-answer' }), { named: ['mss'] })).to.equal(0);
  });

  it('takes the gravest of several in the order 4, 2, 5, 3, 1, 6, 0', () => {
    expect(worstExit([0, 6, 1, 3, 5, 2, 4])).to.equal(4);
    expect(worstExit([0, 6, 1, 3, 5, 2])).to.equal(2);
    expect(worstExit([0, 6, 1, 3, 5])).to.equal(5);
    expect(exitCodeOf(bundle([cleanReport(), inconclusive, sampleReport(), refusedReport()]))).to.equal(3);
    expect(exitCodeOf(bundle([cleanReport(), inconclusive, sampleReport()]))).to.equal(1);
    expect(exitCodeOf(bundle([cleanReport(), inconclusive]))).to.equal(6);
    expect(worstExit([])).to.equal(0);
  });

  it('gives a bundle the worst verdict of its reports', () => {
    const head = { tool: cleanReport().tool, command: 'check', startedAt: '', finishedAt: '' };
    expect(bundleOf([cleanReport(), sampleReport()], head).verdict).to.equal('findings');
    expect(bundleOf([refusedReport(), sampleReport()], head).verdict).to.equal('unreachable');
    expect(bundleOf([cleanReport(), inconclusive], head).verdict).to.equal('inconclusive');
  });
});

describe('report: JSON and JSON Lines', () => {
  it('writes one document and a newline that reads back as it was', () => {
    const text = renderJson(sampleReport());
    expect(text.endsWith('}\n')).to.equal(true);
    expect(JSON.parse(text)).to.deep.equal(sampleReport());
  });

  it('writes each event on one line with the name of its target', () => {
    const lines = reportEvents(sampleReport()).map((event) => jsonLine(event, 'vpn:443'));
    for (const line of lines) {
      expect(line.indexOf('\n')).to.equal(line.length - 1);
      expect(JSON.parse(line)).to.include({ targetName: 'vpn:443' });
    }
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types[0]).to.equal('run-started');
    expect(new Set(types)).to.deep.equal(
      new Set(['run-started', 'attempt', 'probe-finished', 'finding', 'run-finished']),
    );
  });

  it('closes with the report, without what had lines of its own', () => {
    const last = JSON.parse(jsonLine({ type: 'run-finished', report: sampleReport() }, 'x')) as { report: object };
    expect(last.report)
      .to.include({ schemaVersion: 1, verdict: 'findings' })
      .and.not.have.any.keys('observations', 'findings');
  });
});

describe('report: JUnit', () => {
  it('has a case per probe; a finding at or above the threshold fails the probe that saw it', () => {
    const xml = renderJunit(sampleReport());
    expect(xml).to.contain(
      '<testsuite name="vpn.example.com:443" tests="15" failures="2" errors="0" skipped="2" time="2.140"',
    );
    expect(xml).to.match(
      /<testcase name="certificates"[^>]*>\n {6}<failure message="cert\.expired: The server certificate has expired" type="high">/,
    );
    expect(xml).to.match(/<testcase name="hello-size"[^>]*>\n {6}<failure/);
    expect(xml).to.match(
      /<testcase name="versions"[^>]*>\n {6}<system-out>\[low, proven\] tls\.legacy-version-enabled/,
    );
    expect(xml).to.contain('<skipped message="inconclusive: target-silent"/>');
  });

  it('fails by --fail-on, and reports a probe that broke as an error', () => {
    expect(renderJunit(sampleReport(), { failOn: 'low' })).to.contain('failures="3"');
    const broken = cleanReport({ observations: { mine: observation({ status: 'failed', reason: 'error: x' }) } });
    expect(renderJunit(broken)).to.contain('<error message="error: x"/>');
  });

  it('says reasons in words, in either language', () => {
    const undecided = cleanReport({
      verdict: 'inconclusive',
      observations: {
        versions: observation({ status: 'inconclusive', reason: 'quick-run: TLSv1.0' }),
        mine: observation({ status: 'inconclusive', reason: null }),
      },
    });
    expect(renderJunit(undecided))
      .to.contain('<skipped message="inconclusive: not decided in the few connections of --quick: TLSv1.0')
      .and.contain('<skipped message="inconclusive: the measurements do not decide"/>');
    const japanese = renderJunit(undecided, { language: 'ja' });
    expect(japanese).to.contain('<skipped message="判定不能: --quick の接続数では判断できません: TLSv1.0');
    expect(renderCaptureJunit([{ ...undecided, name: 'a', error: null }], 'medium', 'ja')).to.contain(
      '<skipped message="判定不能: ',
    );
  });

  it('keeps findings that belong to no probe, and a target that no probe reached', () => {
    const loose = cleanReport({
      observations: {},
      findings: [finding({ evidence: [{ kind: 'file', ref: 'f', text: 't' }] })],
    });
    expect(renderJunit(loose)).to.match(/<testcase name="verdict"[^>]*>\n {6}<failure/);
    expect(renderJunit(cleanReport({ observations: {} }))).to.contain('tests="1"');
  });

  it('fails a target that was not reached, and takes names for the suites', () => {
    const unresolved = refusedReport({
      findings: [],
      observations: { connect: observation({ status: 'inconclusive', reason: 'resolve-failed' }) },
    });
    const xml = renderJunit(bundle([unresolved]), { names: ['lab <1>'] });
    expect(xml).to.contain('<testsuite name="lab &lt;1&gt;" tests="2" failures="1"');
    expect(xml).to.contain('<testcase name="verdict" classname="lab &lt;1&gt;"');
    expect(xml).to.contain('<failure message="unreachable: no connection could be established" type="unreachable"/>');
  });

  it('sums several targets', () => {
    expect(renderJunit(bundle([sampleReport(), cleanReport()]))).to.contain(
      '<testsuites name="helloprobe" tests="16" failures="2" errors="0" skipped="2"',
    );
  });

  it('escapes markup, and writes characters that XML forbids in digits', () => {
    expect(xmlText('<a & b>\u0000\u001b\ufffe\ud800\r')).to.equal(
      '&lt;a &amp; b&gt;\\u{0}\\u{1b}\\u{fffe}\\u{d800}&#13;',
    );
    expect(xmlAttribute('"a"\n\t')).to.equal('&quot;a&quot;&#10;&#9;');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(xmlAttribute(text)).to.match(/^[^<>"\u0000-\u001f\ufffe\uffff\ud800-\udfff]*$/u);
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

describe('report: what stands behind a reason', () => {
  it('is worded in Japanese, each sentence that the probes and the resolver have', async () => {
    const files = ['net/resolve.ts', 'probe/path-directions.ts', 'probe/path-sweep.ts'];
    const sources = files.map((file) => readFileSync(new URL(`../../lib/${file}`, import.meta.url), 'utf8')).join('');
    const details = [
      ...sources.matchAll(
        /(?:packets-limited|peer-limited|not-reproducible|flight-too-small): ([^`']+(?:'s [^`']+)?)[`']/g,
      ),
      ...sources.matchAll(/(?:E[A-Z_]+: |'ENODATA', )'([^']+)'/g),
    ].map(([, detail = '']) => detail.replaceAll(/\$\{[^}]+\}/g, '1300'));
    expect(details).to.have.lengthOf(8);
    for (const detail of details) {
      expect(messages.en.detail(detail)).to.equal(detail);
      expect(messages.ja.detail(detail), detail).not.to.match(/[a-z]{3}/);
    }
    expect(messages.ja.detail('a7')).to.equal('a7');
  });
});

describe('report: why a version counts as it does', () => {
  it('is as it was measured in English, and worded in Japanese', () => {
    const said = [
      ['a2: server-hello', 'a2: ServerHello'],
      ['a2, a3, a4: alert each time', 'a2, a3, a4: 毎回 アラート'],
      [
        'a2: alert 40 handshake_failure, other suites not asked',
        'a2: アラート 40 handshake_failure、ほかの暗号スイートは未確認',
      ],
      ['a2: no reply', 'a2: 応答なし'],
      ['a2, a3: reset each time, control answered', 'a2, a3: 毎回 RST、対照の ClientHello には応答あり'],
      ['a2: closed, not repeated', 'a2: FIN、再試行していません'],
      ['a2, a3: alert, not each time', 'a2, a3: アラート、毎回同じ応答ではありません'],
      ['a2: server chose TLSv1.2', 'a2: サーバーは TLSv1.2 を選択'],
      ['not asked', '問い合わせていません'],
      ['something new', 'something new'],
      ['', ''],
    ] as const;
    for (const [why, japanese] of said)
      expect([versionWhyText(messages.en, why), versionWhyText(messages.ja, why)]).to.deep.equal([why, japanese]);
  });
});
