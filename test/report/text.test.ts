import { expect } from 'chai';
import type { Certificate, CheckReport, Language, Target } from '../../lib/evidence/index.ts';
import { displayWidth, renderText, renderVerdict } from '../../lib/report/index.ts';
import { messages } from '../../lib/report/messages/index.ts';
import { validityText } from '../../lib/report/validityText.ts';
import {
  attempt,
  bundle,
  certificate,
  cleanReport,
  finding,
  observation,
  refusedReport,
  sampleReport,
} from './samples.ts';

const languages: readonly Language[] = ['en', 'ja'];

describe('report: text', () => {
  const lines = (text: string): string[] => text.split('\n');

  it('begins with the target and the verdict, then the findings, gravest first', () => {
    const text = renderText(sampleReport());
    expect(lines(text)[1]).to.equal('✖ FINDINGS  1 high, 1 medium, 1 low');
    const order = ['✖ HIGH  The server certificate has expired', '! MEDIUM  ClientHellos', '- LOW  TLS 1.0'].map(
      (head) => text.indexOf(head),
    );
    expect(order).to.not.include(-1);
    expect(order).to.deep.equal([...order].sort((a, b) => a - b));
  });

  it('says that a server asked for a client certificate and that nothing was tested of it, also where no fault was found', () => {
    const asking = attempt('a2', {}, { received: [{ message: 'certificate-request', at: 'x', bytes: 40 }] });
    const report = (known: CheckReport['observations']): CheckReport =>
      cleanReport({ observations: { versions: observation({ value: [], attempts: [asking] }), ...known } });
    const clientAuth = observation({ value: { requested: true, required: false, authorities: [], types: [] } });
    const said = [
      ['en', 'asks for a client certificate, and what it does with one, or without, was not tested'],
      ['ja', '証明書の有無でどう応答するかは検査していません'],
    ] as const;
    for (const [language, sentence] of said) {
      expect(renderVerdict(report({}), { language, width: 300 })).to.contain(sentence);
      expect(renderVerdict(report({ 'client-auth': clientAuth }), { language, width: 300 })).to.not.contain(sentence);
      expect(renderText(report({}), { language, width: 300 })).to.contain(messages[language].clientAuth.untested);
    }
  });

  it('fills the target into the commands to try, and only where a shell needs no quotes', () => {
    const command = 'openssl s_client -connect <host>:<port> -servername <name> </dev/null';
    const shown = (target: Partial<Target>): string =>
      renderText({
        ...sampleReport(),
        target: { ...sampleReport().target, ...target },
        findings: [finding({ remedies: [{ id: 'renew-certificate', text: 'Renew it.', commands: [command] }] })],
      });
    expect(shown({ host: 'vpn.example.com', port: 8443, sni: 'a.example' })).to.contain(
      '$ openssl s_client -connect vpn.example.com:8443 -servername a.example </dev/null',
    );
    expect(shown({ host: '2001:db8::1', sni: null })).to.match(/-connect \[2001:db8::1\]:\d+ -noservername/);
    expect(shown({ host: 'a;reboot', sni: '$(reboot)' })).to.contain('-connect <host>:<port> -servername <name>');
  });

  it('sets the evidence right under its finding, with size and time of each attempt', () => {
    expect(renderText(sampleReport())).to.contain(
      [
        '! MEDIUM  ClientHellos of 1400 bytes and more get no answer',
        '  tls.hello-size-intolerant · likely',
        '  A small hello is answered at once, a large one never.',
        '  Evidence   b1  silent until the deadline (1400 B hello, no reply)',
      ].join('\n'),
    );
  });

  it('counts the evidence it does not show, names what was ruled out, and the next step with command and check', () => {
    const text = renderText(sampleReport());
    expect(text).to.contain('and 4 more (all of them: --json)');
    expect(text).to.contain('Ruled out  cert.not-yet-valid: notBefore 2025-10-01 is in the past');
    expect(text).to.contain('Next step  Enrol a new certificate');
    expect(text).to.not.contain('Then deploy.');
    expect(text).to.contain(
      '             $ show crypto ca certificates\n  Verify     helloprobe certs vpn.example.com\n',
    );
    expect(text).to.contain('helloprobe explain <id>');
  });

  it('ends with the facts, what was left open and why, and what it cost', () => {
    const text = renderText(sampleReport());
    for (const line of [
      'Versions       TLSv1.1, TLSv1.2\n               off: SSLv3, TLSv1.3\n               unknown: TLSv1.0 (silent)',
      "Ciphers        TLSv1.2: 2 suites, server's order",
      'at least 1 suite, order unknown',
      'Groups         TLSv1.2: x25519, secp256r1',
      'ended 51 days ago',
      'certificate requested, 1 accepted CA: CN=Device CA,O=Example',
      'no answer at 1381-16000 B',
      'Undecided      extensions: target-silent',
      'Skipped        hello-segments: needs an ability that is missing here: raw',
      'Run            14 connections in 2.1 s, 2026-11-22 09:00 UTC, helloprobe 0.1.0',
    ]) {
      expect(text).to.contain(line);
    }
  });

  it('says the same in Japanese, aligned by columns', () => {
    const text = renderText(sampleReport(), { language: 'ja' });
    for (const line of [
      '✖ 問題あり  高 1 件、中 1 件、低 1 件',
      '  cert.expired · 確定 · パターン1 · CN=vpn.example.com',
      '  根拠          ',
      '  除外した原因  cert.not-yet-valid: ',
      'バージョン          TLSv1.1, TLSv1.2\n                    無効: SSLv3, TLSv1.3',
      '暗号スイート        TLSv1.2: 2 個、サーバー優先',
      'クライアント認証    証明書を要求、受け入れる CA 1 件: CN=Device CA,O=Example',
      '実行                14 接続、所要 2.1 s、2026-11-22 09:00 UTC、helloprobe 0.1.0',
    ]) {
      expect(text).to.contain(line);
    }
  });

  it('says why a target could not be reached', () => {
    expect(lines(renderText(refusedReport()))[1]).to.equal('✖ UNREACHABLE  the port refused the connection');
    const unresolved = cleanReport({
      verdict: 'unreachable',
      observations: { connect: observation({ status: 'inconclusive', reason: 'resolve-failed: ENOTFOUND' }) },
    });
    expect(lines(renderText(unresolved))[1]).to.equal('✖ UNREACHABLE  the name does not resolve (ENOTFOUND)');
    expect(lines(renderText(unresolved, { language: 'ja' }))[1]).to.equal('✖ 到達不能  名前解決に失敗 (ENOTFOUND)');
  });

  it('stays within the page at any width, in both languages', () => {
    const documents = [
      sampleReport(),
      cleanReport(),
      refusedReport(),
      bundle([sampleReport(), cleanReport(), refusedReport()]),
    ];
    for (const language of languages)
      for (const width of [60, 80, 100])
        for (const document of documents) {
          for (const line of lines(renderText(document, { language, width }))) {
            // A closing mark may hang over by one wide character.
            expect(displayWidth(line), line).to.be.at.most(width + 2);
            expect(line).to.equal(line.trimEnd());
          }
        }
  });

  it('colours nothing unless asked, and shows severity by word also when it does', () => {
    expect(renderText(sampleReport())).to.not.contain('\u001b');
    const coloured = renderText(sampleReport(), { colour: true });
    expect(coloured).to.contain('\u001b[31m\u001b[1m✖ HIGH');
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).to.equal(renderText(sampleReport()));
  });

  it('never lets a control character of a peer through', () => {
    const hostile = 'CN=\u001b[2J\u202eevil\nx';
    const report = sampleReport({
      target: { host: hostile, port: 1, address: hostile, sni: hostile },
      findings: [
        finding({
          subject: hostile,
          title: hostile,
          explanation: hostile,
          evidence: [{ kind: 'attempt', ref: 'a2', text: hostile }],
          excluded: [{ id: 'x.y', why: hostile }],
        }),
      ],
      observations: {
        certificates: observation({
          value: [
            {
              version: 'TLSv1.2',
              auth: 'rsa',
              how: 'plain',
              attempt: 'a2',
              chain: [certificate({ subject: hostile, issuer: hostile, names: [hostile] })],
              assessment: {
                trust: 'trusted',
                uncheckedAlgorithm: null,
                limited: false,
                path: [],
                missingIssuer: null,
                missingIssuerUrls: [],
                misordered: false,
                unneeded: [],
                roots: 0,
              },
            },
          ],
        }),
        mine: observation({ status: 'failed', reason: `error: ${hostile}` }),
      },
    });
    for (const document of [report, bundle([report])])
      for (const detail of [[], ['versions', 'certificates']]) {
        expect(renderText(document, { detail })).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      }
    expect(renderVerdict(report).split('\n')).to.have.lengthOf(2);
  });

  it('says that dates cannot be read, and what can be read of them all the same', () => {
    const said = (dates: Partial<Certificate>, language: Language = 'en'): string =>
      validityText(messages[language], certificate({ status: 'valid', ...dates }));
    expect(said({ notBefore: null, notAfter: null, daysLeft: null })).to.equal('validity dates unreadable');
    expect(said({ notBefore: null })).to.equal('validity dates unreadable');
    expect(said({ notAfter: null, daysLeft: null }, 'ja')).to.equal('有効期間を読み取り不能');
    expect(said({ notBefore: null, daysLeft: -3, status: 'expired' })).to.match(/^ended 2 days ago/);
  });

  it('does not call a size or a case tolerated that was not answered', () => {
    const row = (reply: string, of: object) => ({ ...of, reply, attempts: ['a1'], controls: [] });
    const text = renderText(
      cleanReport({
        observations: {
          'hello-size': observation({
            status: 'inconclusive',
            reason: 'not-reproducible',
            value: { rows: [row('server-hello', { length: 255 }), row('silent', { length: 512 })], failing: [] },
          }),
          extensions: observation({
            status: 'inconclusive',
            reason: 'not-reproducible: x',
            value: { rows: [row('silent', { case: 'x' })], intolerant: [] },
          }),
        },
      }),
    );
    expect(text).to.contain('no answer at 512 B, not confirmed');
    expect(text).to.contain('extensions: no answer at x, not confirmed');
    expect(text).to.contain(
      'Undecided  hello-size: failed only sometimes\n           extensions: failed only sometimes (x)',
    );
  });

  it('lists suites, groups and certificates by name for the single-probe commands', () => {
    const text = renderText(sampleReport(), { detail: ['ciphers', 'certificates'] });
    expect(text).to.contain("TLSv1.2  2 suites, server's order\n  0xc02f  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n");
    expect(text).to.contain(`     sha256  ${'ab'.repeat(32)}`);
    expect(text).to.contain('Versions  ');
    expect(text).to.not.contain('Ciphers  ');
    expect(text.indexOf('0xc02f')).to.be.lessThan(text.indexOf('✖ HIGH'));
  });

  it('heads several targets with one table and puts the proof under it', () => {
    const text = renderText(bundle([sampleReport(), cleanReport(), refusedReport()]), { width: 92 });
    expect(lines(text).slice(0, 4)).to.deep.equal([
      'Target               Verdict        Main finding                                        Time',
      'vpn.example.com:443  ✖ FINDINGS     cert.expired  The server certificate has expired   2.1 s',
      'vpn.example.com:443  ✔ CLEAN        nothing wrong found                                2.1 s',
      'vpn.example.com:443  ✖ UNREACHABLE  policy.port-refused  The port refuses connections  2.1 s',
    ]);
    expect(text).to.contain('✖ FINDINGS  3 targets, 16 connections in 2.1 s\n  CLEAN 1, FINDINGS 1, UNREACHABLE 1\n');
    expect(text).to.contain('    Evidence  b1  silent until the deadline (1400 B hello, no reply)');
  });

  it('shows what was planted in the embedded headends and what was missed', () => {
    const planted = [
      { headend: 'expired', expected: ['cert.expired'], found: ['cert.expired'], ok: true },
      { headend: 'silent', expected: ['handshake.silent'], found: [], ok: false },
    ];
    const text = renderText(bundle([sampleReport(), cleanReport()]), { planted });
    expect(text).to.match(/^expired {2}✔ FINDINGS {2}cert\.expired/m);
    expect(text).to.match(/^silent {3}✖ CLEAN {5}planted handshake\.silent, found no fault/m);
    expect(text).to.contain('✖ 1 of 2 embedded headends and paths diagnosed as planted');
    expect(renderText(bundle([sampleReport()]), { planted: planted.slice(0, 1), language: 'ja' })).to.contain(
      '内蔵のヘッドエンドと経路 1 件中 1 件で、仕込んだ障害を正しく診断',
    );
  });
});
