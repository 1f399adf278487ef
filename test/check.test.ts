import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { check } from '../lib/check.ts';
import { diagnose, finding } from '../lib/diagnose/index.ts';
import { checkEmbedded } from '../lib/embedded.ts';
import { attemptsOf, type CertificateRow, type CheckReport } from '../lib/evidence/index.ts';
import { type HeadendSpec, headends, startHeadend } from '../lib/lab/index.ts';
import { abilityOf, lackText } from '../lib/net/index.ts';
import { defineProbe, type ProbeEvent } from '../lib/probe/index.ts';
import { renderText } from '../lib/report/index.ts';
import { HarnessError } from '../lib/wire/index.ts';

const quickly = { connectMs: 1000, firstReplyMs: 400, totalMs: 2000, deadlineMs: 20_000 };

/** A port on which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('check', () => {
  it('calls a target whose port is refused unreachable, with the refused connection as proof', async () => {
    const report = await check({ host: '127.0.0.1', port: await closedPort() }, { timeouts: quickly });
    expect(report.verdict).to.equal('unreachable');
    expect(report.findings.map(({ id }) => id)).to.deep.equal(['policy.port-refused']);
    expect(report.observations['versions']).to.include({ status: 'skipped' });
  });

  it('calls a name that does not resolve unreachable, without a finding', async () => {
    const report = await check(
      { host: 'no-such-host.invalid', port: 443 },
      { timeouts: quickly, resolve: () => Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' })) },
    );
    expect(report.verdict).to.equal('unreachable');
    expect(report.findings).to.deep.equal([]);
    expect(report.target.address).to.equal(null);
    const { status, reason, attempts } = report.observations['connect'] ?? {};
    expect({ status, reason }).to.deep.equal({ status: 'completed', reason: null });
    const { hello, records, segments, evidence } = attempts?.[0] ?? {};
    expect(evidence?.connect).to.equal('resolve-failed');
    expect(evidence?.detail).to.match(/does not resolve/);
    expect(evidence?.certificateAbsence.server).to.equal('no-handshake');
    // What would have been sent is told as for a port that is refused.
    expect(evidence?.hello).to.include({ sni: 'no-such-host.invalid', length: hello?.length });
    const text = renderText(report);
    expect(text).to.match(/^✖ UNREACHABLE {2}the name does not resolve \((?!.*does not resolve)/m);
    expect(text, 'nothing was connected to').to.match(/^Run +0 connections in /m);
    expect(records).to.deep.equal([hello?.length]);
    expect(segments).to.deep.equal([hello?.firstFlight]);
  });

  it('numbers the attempts without a gap, and has them all in the report even when the deadline ends it', async () => {
    await using headend = await startHeadend('late-100ms');
    const seen: string[] = [];
    const report = await check(headend, {
      sni: headend.sni,
      caPem: [headend.rootsPem],
      timeouts: { ...quickly, deadlineMs: 1200 },
      observer: (event) => {
        if (event.type === 'attempt') seen.push(event.attempt.id);
      },
    });
    const kept = [...attemptsOf(report).keys()];
    const inOrder = (ids: string[]): number[] => ids.map((id) => Number(id.slice(1))).sort((a, b) => a - b);
    expect(report.verdict).to.equal('inconclusive');
    expect(inOrder(kept)).to.deep.equal(kept.map((_, index) => index + 1));
    expect(inOrder(seen)).to.deep.equal(inOrder(kept));
  });

  it('judges a saved report again with the same findings', async () => {
    await using headend = await startHeadend('missing-intermediate');
    const report = await check(headend, { sni: headend.sni, caPem: [headend.rootsPem], timeouts: quickly });
    const saved = JSON.parse(JSON.stringify(report)) as CheckReport;
    expect(saved.findings).to.not.be.empty;
    expect(diagnose(saved)).to.deep.equal(saved.findings);
  });

  it('says the same in Japanese under the same ids', async () => {
    await using headend = await startHeadend('expired');
    const run = (language: 'en' | 'ja'): Promise<CheckReport> =>
      check(headend, { sni: headend.sni, caPem: [headend.rootsPem], timeouts: quickly, language, quick: true });
    const [english, japanese] = [await run('en'), await run('ja')];
    expect(japanese.findings.map(({ id }) => id)).to.deep.equal(english.findings.map(({ id }) => id));
    expect(japanese.findings[0]?.title).to.match(/[\u3040-\u30ff]/);
  });

  it('runs a probe of the caller, its findings among the others, skips one that needs more than TCP and survives one that throws', async () => {
    await using headend = await startHeadend('good');
    const broken = defineProbe({
      id: 'broken',
      title: { en: 'Broken', ja: '壊れたプローブ' },
      run: () => Promise.reject(new Error('a bug')),
    });
    const own = defineProbe({
      id: 'own',
      title: { en: 'Own', ja: '自作' },
      run: async (ctx) => ctx.target.port,
      judge: ({ value }) => [
        finding({
          id: 'tls.legacy-version-enabled',
          confidence: 'possible',
          evidence: [{ kind: 'attempt', ref: 'a1', text: `port ${String(value)}` }],
        }),
      ],
    });
    const raw = defineProbe({ id: 'raw', title: { en: 'Raw', ja: '生' }, needs: ['tcp', 'raw'], run: async () => 0 });
    const report = await check(headend, {
      sni: headend.sni,
      caPem: [headend.rootsPem],
      probes: [broken, own, raw],
      only: ['broken', 'own', 'raw'],
      timeouts: quickly,
    });
    expect(report.findings.map(({ id, evidence }) => [id, evidence[0]?.text])).to.deep.include([
      'tls.legacy-version-enabled',
      `port ${headend.port}`,
    ]);
    const ability = await abilityOf('raw');
    expect(report.observations['raw']).to.deep.include(
      ability.available
        ? { status: 'completed', reason: null }
        : { status: 'skipped', reason: `missing-ability: ${lackText(ability)}` },
    );
    expect(report.observations['broken']).to.deep.include({ status: 'failed', reason: 'error: a bug' });
    expect(report.observations['own']).to.deep.include({ status: 'completed', value: headend.port });
  });

  it('refuses what it cannot use before anything is sent', async () => {
    await using headend = await startHeadend('good');
    for (const [options, code] of [
      [{ only: ['nonsense'] }, 'unknown-probe'],
      [{ only: ['versions'], skip: ['versions'] }, 'bad-option'],
      [{ caFiles: ['no/such/file.pem'] }, 'unreadable-file'],
      [{ address: 'not-an-address' }, 'bad-option'],
      [{ concurrency: 0 }, 'bad-option'],
      [{ expectFingerprint: 'abcd' }, 'bad-option'],
      [{ now: new Date(Number.NaN) }, 'bad-option'],
      [{ timeouts: { firstReplyMs: -1 } }, 'bad-option'],
    ] as const) {
      const error = await check(headend, options).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(HarnessError).with.property('code', code);
    }
    expect(headend.seen.connections).to.equal(0);
  });

  it('expects the name of the target also when it sends none', async () => {
    await using headend = await startHeadend('good');
    const named = async (host: string): Promise<(readonly string[])[]> => {
      const { judgement, findings, target } = await check(
        { host, port: headend.port },
        { address: headend.host, sni: null, caPem: [headend.rootsPem], timeouts: quickly, quick: true },
      );
      expect([judgement.expectName, target.sni, target.address]).to.deep.equal([host, null, headend.host]);
      return findings.map(({ id, confidence }) => [id, confidence]);
    };
    expect(await named(headend.sni)).to.deep.equal([]);
    expect(await named('other.example.test')).to.deep.equal([['cert.name-mismatch', 'likely']]);
  });

  it('takes a pinned fingerprint as tools print it', async () => {
    await using headend = await startHeadend('tls12-only');
    const checked = (expectFingerprint?: string): Promise<CheckReport> =>
      check(headend, {
        sni: headend.sni,
        caPem: [headend.rootsPem],
        timeouts: quickly,
        quick: true,
        ...(expectFingerprint === undefined ? {} : { expectFingerprint }),
      });
    const rows = (await checked()).observations['certificates']?.value as CertificateRow[] | undefined;
    const sha256 = rows?.[0]?.chain[0]?.sha256 ?? '';
    const colons = sha256.toUpperCase().replace(/..(?=.)/g, '$&:');
    for (const text of [sha256, colons, `sha256:${sha256}`, `SHA256:${colons}`, `SHA256 Fingerprint=${colons}`]) {
      const { findings, judgement } = await checked(text);
      expect(judgement.expectFingerprint, text).to.equal(sha256);
      expect(findings, text).to.deep.equal([]);
    }
  });

  it('ends with its last event, in which the report is', async () => {
    await using headend = await startHeadend('good');
    const events: ProbeEvent[] = [];
    const report = await check(headend, { quick: true, observer: (event) => events.push(event), timeouts: quickly });
    expect(events[0]?.type).to.equal('run-started');
    expect(events.at(-1)).to.deep.equal({ type: 'run-finished', report });
  });

  it('tells five failures apart that other scanners show alike', async () => {
    const ids = ['silent', 'reset-on-hello', 'close-on-hello', 'silent-above-300', 'client-certificate-tls12'] as const;
    const told = [];
    for (const id of ids) {
      await using headend = await startHeadend(id);
      const report = await check(headend, {
        sni: headend.sni,
        caPem: [headend.rootsPem],
        timeouts: quickly,
        only: ['connect', 'client-auth', 'hello-size'],
      });
      told.push(report.findings.map((finding) => finding.id).join(' '));
    }
    expect(told).to.deep.equal([
      'handshake.silent',
      'handshake.reset',
      'handshake.closed',
      'tls.hello-size-intolerant',
      'tls.client-certificate-required',
    ]);
  }).timeout(60_000);
});

describe('the embedded run', () => {
  it('leaves no headend running when another one cannot be started', async () => {
    const broken: HeadendSpec = {
      ...headends.silent,
      id: 'broken',
      behaviour: {
        kind: 'raw',
        start: () => {
          throw new Error('cannot start');
        },
      },
    };
    const reported: string[] = [];
    const error = await checkEmbedded({
      headends: [broken, headends['reset-on-hello']],
      onReport: ({ headend }) => reported.push(headend),
    }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error).with.property('message', 'cannot start');
    expect(reported).to.deep.equal(['reset-on-hello']);
  });

  it('diagnoses every planted fault and invents none', async () => {
    const { planted, bundle, skipped } = await checkEmbedded();
    expect(planted.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect([...planted.map(({ headend }) => headend), ...skipped.map(({ scenario }) => scenario)]).to.have.members([
      ...Object.keys(headends),
      'pppoe-1454',
    ]);
    expect(bundle.reports).to.have.length(planted.length);
  }).timeout(180_000);

  it('says which path it had to leave out, and why, on a machine that cannot have labs', async () => {
    const { PATH } = process.env;
    try {
      process.env['PATH'] = '/nonexistent';
      const { planted, skipped } = await checkEmbedded({ headends: [], paths: ['pppoe-1454'] });
      expect(planted).to.deep.equal([]);
      expect(skipped).to.have.length(1);
      expect(skipped[0]).to.include({ scenario: 'pppoe-1454', reason: 'no-namespaces' });
      expect(skipped[0]?.detail).to.match(/\.$/);
    } finally {
      process.env['PATH'] = PATH;
    }
  });

  it('leaves out a path whose fault takes an ability to be found that this machine lacks', async function () {
    if (!(await abilityOf('namespaces')).available || !(await abilityOf('nft')).available) this.skip();
    const script = `
      import { checkEmbedded } from ${JSON.stringify(new URL('../lib/embedded.ts', import.meta.url).href)};
      const { planted, skipped } = await checkEmbedded({ headends: [], paths: ['pppoe-1454-inbound'], only: ['mss'] });
      console.log(JSON.stringify({ planted, skipped }));`;
    const withoutKoffi = new URL('support/without-koffi.mjs', import.meta.url).href;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      { env: { ...process.env, NODE_OPTIONS: `--import ${withoutKoffi}` } },
    );
    const { planted, skipped } = JSON.parse(stdout) as Awaited<ReturnType<typeof checkEmbedded>>;
    expect(planted).to.deep.equal([]);
    expect(skipped).to.have.length(1);
    expect(skipped[0]).to.include({
      scenario: 'pppoe-1454-inbound',
      reason: 'missing-ability',
      help: 'npm install koffi',
    });
  }).timeout(60_000);
});
