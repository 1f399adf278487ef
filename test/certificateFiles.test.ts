import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { type CertificateFilesOptions, judgeCertificates } from '../lib/certificateFiles.ts';
import { diagnose } from '../lib/diagnose/index.ts';
import type { CertificatesReport } from '../lib/evidence/index.ts';
import { IssuerFetcher } from '../lib/issuerFetch.ts';
import { chainOf, createTestPki, daysAfter, type TestCertificate } from '../lib/lab/index.ts';
import { internalCa, prepareInternalCa, sftunnelLeaf } from '../lib/lab/internalCa.ts';
import { renderCertificates } from '../lib/report/index.ts';
import { sampleReport } from './report/samples.ts';

const now = new Date('2026-06-01T00:00:00Z');
const pki = createTestPki({ now });
const trusted = { now, caPem: [pki.rootsPem] };
const file = (name: string, ...certificates: TestCertificate[]) => ({
  name,
  bytes: new TextEncoder().encode(certificates.map(({ pem }) => pem).join('')),
});
const leaf = pki.issue({ names: ['vpn.example.com'] });
const [upper, lower] = pki.intermediates;

const ids = ({ findings }: CertificatesReport): string[] => findings.map(({ id }) => id);
const judge = (inputs: Parameters<typeof judgeCertificates>[0], options: CertificateFilesOptions = {}) =>
  judgeCertificates(inputs, { ...trusted, ...options });

describe('files of certificates, judged', () => {
  let validate: ValidateFunction;

  before(async () => {
    const schema = JSON.parse(
      readFileSync(new URL('../docs/schema/report-v1.json', import.meta.url), 'utf8'),
    ) as object;
    validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
    await prepareInternalCa();
  });

  /** The report is what the schema says, and judging what was saved gives the same again. */
  const checked = (report: CertificatesReport): CertificatesReport => {
    const saved = JSON.parse(JSON.stringify(report)) as CertificatesReport;
    validate(saved);
    expect(validate.errors ?? []).to.deep.equal([]);
    expect(diagnose(saved)).to.deep.equal(saved.findings);
    return report;
  };

  it('come from saved reports of captures and of files too, each once', async () => {
    const saved = await judge([file('chain.pem', leaf, lower, upper)]);
    const edited = { ...saved.certificates[0], sha256: '00'.repeat(32) };
    const documents = [
      saved,
      { ...saved, command: 'pcap', certificates: [...saved.certificates, ...saved.certificates, edited, null, {}] },
      { schemaVersion: 1, tool: saved.tool, reports: [saved, null, { certificates: 5 }, saved] },
    ];
    for (const document of documents) {
      const bytes = new TextEncoder().encode(JSON.stringify(document));
      const report = checked(await judge([{ name: 'saved.json', bytes }], { expectName: 'other.example.com' }));
      expect(report.files[0]).to.deep.include({ format: 'report', problems: [] });
      expect(report.files[0]?.certificates).to.deep.equal(saved.certificates.map(({ sha256 }) => sha256));
      expect(ids(report)).to.deep.equal(['cert.name-mismatch']);
    }
  });

  it('are clean where a chain leads to a trusted root, for both rule sets', async () => {
    const report = checked(await judge([file('chain.pem', ...chainOf(leaf))], { expectName: 'vpn.example.com' }));
    expect([report.verdict, ids(report)]).to.deep.equal(['clean', []]);
    expect(report.chains.map(({ verdicts }) => verdicts.map(({ ok }) => ok))).to.deep.equal([[true, true]]);
    expect(report.certificates.map(({ seenIn }) => seenIn[0]?.file)).to.deep.equal([
      'chain.pem',
      'chain.pem',
      'chain.pem',
    ]);
  });

  it('tell a missing intermediate, as possible where the file has the leaf alone, and find it in another file', async () => {
    const alone = checked(await judge([file('leaf.pem', leaf)]));
    expect(alone.findings.find(({ id }) => id === 'cert.chain-incomplete')).to.include({
      confidence: 'possible',
      severity: 'medium',
    });
    const gap = checked(await judge([file('chain.pem', leaf, upper)]));
    expect(gap.findings.find(({ id }) => id === 'cert.chain-incomplete')).to.include({
      confidence: 'likely',
      severity: 'high',
    });
    const beside = checked(await judge([file('leaf.pem', leaf), file('ca.pem', upper), file('issuing.pem', lower)]));
    expect(ids(beside)).to.deep.equal([]);
    expect(beside.chains[0]?.added).to.have.lengthOf(2);
  });

  it('tell an order that is not the chain’s, and show that of the file', async () => {
    const report = checked(await judge([file('chain.pem', upper, lower, leaf)]));
    expect(ids(report)).to.deep.equal(['cert.chain-misordered']);
    expect(report.findings[0]?.evidence[0]?.text).to.match(/Policy CA.*Issuing CA.*vpn\.example\.com/);
  });

  it('tell a CA certificate of the issuer’s name and another key from one that is not there', async () => {
    const renewed = pki.issue({ subject: lower.subject, issuer: upper, isCa: true });
    const report = checked(await judge([file('chain.pem', leaf, renewed, upper)]));
    expect(ids(report)).to.include('cert.chain-incomplete');
    const told = report.findings[0]?.evidence.map(({ text }) => text).join('\n');
    expect(told)
      .to.match(/certificate with the right key was not sent/)
      .and.match(/another key than the one that signed/);
    const absent = await judge([file('chain.pem', leaf, upper)]);
    expect(absent.findings[0]?.evidence[0]?.text).to.match(/Issuing CA.*, which was not sent/);
    expect(absent.findings[0]?.evidence.map(({ text }) => text).join()).not.to.match(/another key/);
  });

  it('judge one that is no CA and signed another as a part of its chain', async () => {
    const wrong = pki.issue({ names: ['wrong.example.com'], issuer: leaf });
    const report = checked(await judge([file('chain.pem', wrong, leaf, lower, upper)]));
    expect(new Set(ids(report))).to.deep.equal(new Set(['cert.chain-invalid']));
    expect(report.chains.map(({ certificates }) => certificates.length)).to.deep.equal([4]);
    const two = await judge([file('two.pem', leaf, pki.issue({ names: ['b.example'] }), lower, upper)]);
    expect([two.chains.length, two.verdict]).to.deep.equal([2, 'clean']);
  });

  it('say where there are more than are judged, and are not clean then', async () => {
    // Each file has its own chain, of the one leaf.
    const many = Array.from({ length: 2_001 }, (_, i) => file(`${i}.pem`, pki.root));
    const report = checked(await judge(many));
    const told = report.files.filter(({ problems }) => problems.some(({ problem }) => problem === 'not-judged'));
    expect(told.map(({ name }) => name)).to.deep.equal(['2000.pem']);
    expect([report.chains.length, report.verdict]).to.deep.equal([2_000, 'inconclusive']);
  }).timeout(20_000);

  it('tell validity, with the sentences that go with it', async () => {
    const expired = pki.issue({ names: ['a.example'], notAfter: daysAfter(now, -5) });
    const ending = pki.issue({ names: ['b.example'], notAfter: daysAfter(now, 20) });
    const report = checked(await judge([file('a.pem', expired, lower, upper), file('b.pem', ending, lower, upper)]));
    expect(report.findings.map(({ id, severity }) => [id, severity])).to.deep.equal([
      ['cert.expired', 'high'],
      ['cert.expiring', 'medium'],
    ]);
    expect(report.certificates[0]?.expiry).to.deep.include({ state: 'expired', days: 5, fmcAlert: null });
    expect(report.says.find(({ client, finding }) => client === 'node' && finding === 'cert.expired')?.code).to.equal(
      'CERT_HAS_EXPIRED',
    );
  });

  it('name captures, which have theirs read elsewhere, and are not clean with one', async () => {
    const bytes = readFileSync(new URL('../captures/wrong-name.pcapng', import.meta.url));
    for (const capture of [bytes, gzipSync(bytes)]) {
      const report = checked(await judge([{ name: 'ticket', bytes: capture }, file('chain.pem', ...chainOf(leaf))]));
      expect(report.files[0]?.problems.map(({ problem }) => problem)).to.deep.equal(['capture']);
      expect(report.verdict).to.equal('inconclusive');
      const alone = renderCertificates(await judge([{ name: 'ticket', bytes: capture }]));
      expect(alone).to.include('helloprobe pcap').and.not.to.include('no certificate in these files');
    }
    const [other] = (await judge([{ name: 'notes.gz', bytes: gzipSync('notes') }])).files;
    expect(other?.problems).to.deep.equal([]);
  });

  it('say nothing of names without one to match, and nothing of usages for what is for clients', async () => {
    const client = pki.issue({ subject: [['CN', 'alice']], extendedKeyUsage: ['clientAuth'] });
    expect(ids(await judge([file('client.pem', client, lower, upper)]))).to.deep.equal([]);
    const report = checked(await judge([file('client.pem', client, lower, upper)], { expectName: 'vpn.example.com' }));
    expect(ids(report)).to.include.members(['cert.name-mismatch', 'cert.wrong-usage']);
  });

  it('judge a CA that stands by itself by its dates, not by trust', async () => {
    const strange = pki.stranger().root;
    expect(ids(await judge([file('root.pem', strange)]))).to.deep.equal([]);
    const old = pki.issue({
      subject: [['CN', 'Old']],
      issuer: 'self',
      isCa: true,
      notAfter: daysAfter(now, -1),
      digest: 'sha1',
    });
    const report = checked(await judge([file('old.pem', old)]));
    expect(report.findings.map(({ id, severity }) => [id, severity])).to.deep.equal([['cert.expired', 'medium']]);
  });

  it('tell a self-signed server certificate, and accept it where it is given as trusted', async () => {
    const own = pki.issue({ names: ['vpn.example.com'], issuer: 'self' });
    expect(ids(checked(await judge([file('own.pem', own)])))).to.deep.equal(['cert.self-signed']);
    expect(ids(await judge([file('own.pem', own)], { caPem: [own.pem] }))).to.deep.equal([]);
  });

  it('judge certificates of sftunnel by their CA in another file, and match no names', async () => {
    const dates = { validFromDays: -3000, validToDays: 400 };
    const ca = internalCa(pki, { validFromDays: -3640, validToDays: 20 });
    const device = sftunnelLeaf(pki, ca, dates);
    const report = checked(
      await judge([file('cacert.pem', ca), file('sftunnel-cert.pem', device)], { expectName: 'ftd.example.com' }),
    );
    expect(ids(report)).to.deep.equal(['sftunnel.ca-expiring']);
    expect(report.chains.find(({ file: name }) => name === 'sftunnel-cert.pem')?.authority?.proof).to.equal('verified');
    const notice = report.certificates[0]?.expiry;
    expect(notice?.text[0]).to.equal('The certificate will expire within the next 30 days!');
    expect(notice?.fmcAlert).to.deep.equal({ task: 'error', health: 'warning' });
  });

  it('tell a CA that has the name of the issuer but not its key', async () => {
    const dates = { validFromDays: -100, validToDays: 400 };
    const device = sftunnelLeaf(pki, internalCa(pki, dates), dates);
    const [unit, name, uuid, organisation] = [
      ['OU', 'Intrusion Management System'],
      ['title', 'InternalCA'],
      ['CN', '11111111-2222-11ef-8333-444444444444'],
      ['O', 'Cisco Systems, Inc'],
    ] as const;
    const other = pki.issue({ issuer: 'self', version: 1, subject: [name, unit, uuid, organisation], key: 'RSA-2048' });
    const report = checked(await judge([file('cacert.pem', other), file('sftunnel-cert.pem', device)]));
    expect(ids(report)).to.include('sftunnel.ca-mismatch');
  });

  it('tell damage by line, in both languages, and are inconclusive where there is nothing', async () => {
    const lines = leaf.pem.split('\n');
    const damaged = { name: 'x.pem', bytes: new TextEncoder().encode(lines.with(3, `${lines[3]}l`).join('\n')) };
    const report = checked(await judge([damaged]));
    expect(report.findings[0]?.evidence[0]).to.deep.include({ kind: 'file', ref: 'x.pem:4' });
    const japanese = await judge([damaged], { language: 'ja' });
    expect(japanese.findings[0]?.evidence[0]?.text).to.match(/4 行目/);
    expect((await judge([{ name: 'notes.txt', bytes: new TextEncoder().encode('nothing') }])).verdict).to.equal(
      'inconclusive',
    );
  });

  it('compare a pin, and claim no more than that the file may be of another server', async () => {
    const report = checked(await judge([file('chain.pem', ...chainOf(leaf))], { expectIssuer: 'Another CA' }));
    expect(report.findings.map(({ id, confidence }) => [id, confidence])).to.deep.equal([
      ['policy.tls-inspection', 'possible'],
    ]);
    expect(ids(await judge([file('chain.pem', ...chainOf(leaf))], { expectIssuer: 'Lab Issuing CA' }))).to.deep.equal(
      [],
    );
  });

  describe('with saved reports', () => {
    /** A report of one target that showed `certificate`, as `check --json` saves it. */
    const seen = async (certificate: TestCertificate, more: { address?: string; at?: string; trust?: string } = {}) => {
      const { certificates, chains } = await judge([file('c.pem', ...chainOf(certificate))]);
      const [first] = chains;
      const assessment = first?.assessment;
      if (assessment === null || assessment === undefined) throw new Error('no assessment');
      const bySha = new Map(certificates.map((one) => [one.sha256, one]));
      const base = sampleReport();
      const report = {
        ...base,
        startedAt: more.at ?? '2026-06-01T00:00:00.000Z',
        target: { host: 'vpn.example.com', port: 443, address: more.address ?? '192.0.2.1', sni: 'vpn.example.com' },
        observations: {
          certificates: {
            status: 'completed' as const,
            reason: null,
            attempts: [],
            value: [
              {
                version: 'TLSv1.2',
                auth: 'ecdsa',
                how: 'plain',
                chain: (first?.certificates ?? []).flatMap((sha256) => bySha.get(sha256) ?? []),
                assessment,
                attempt: 'a1',
              },
            ],
          },
        },
      };
      return new TextEncoder().encode(JSON.stringify(report));
    };

    it('of the same certificate find nothing', async () => {
      const report = checked(
        await judge([
          { name: 'here.json', bytes: await seen(leaf) },
          { name: 'there.json', bytes: await seen(leaf) },
        ]),
      );
      expect(report.comparisons.map(({ result }) => result)).to.deep.equal(['same']);
      expect([report.verdict, ids(report)]).to.deep.equal(['clean', []]);
    });

    it('of a certificate with another issuer and key say that it may be re-signed', async () => {
      const resigned = pki.stranger().issue({ names: ['vpn.example.com'], notBefore: daysAfter(now, -0.01) });
      const report = checked(
        await judge([
          { name: 'here.json', bytes: await seen(resigned, { at: '2026-06-01T01:00:00.000Z' }) },
          { name: 'there.json', bytes: await seen(leaf) },
        ]),
      );
      const finding = report.findings.find(({ id }) => id === 'policy.tls-inspection');
      expect(finding?.confidence).to.equal('likely');
      expect(finding?.evidence.map(({ ref }) => ref)).to.deep.equal(['here.json', 'there.json']);
    });

    it('claim less where days or addresses lie between, and nothing of a renewal', async () => {
      const other = pki.stranger().issue({ names: ['vpn.example.com'] });
      const far = await judge([
        { name: 'a.json', bytes: await seen(leaf) },
        { name: 'b.json', bytes: await seen(other, { at: '2026-07-01T00:00:00.000Z', address: '192.0.2.9' }) },
      ]);
      expect(far.findings.find(({ id }) => id === 'policy.tls-inspection')?.confidence).to.equal('possible');
      const renewed = await judge([
        { name: 'a.json', bytes: await seen(leaf) },
        { name: 'b.json', bytes: await seen(pki.issue({ names: ['vpn.example.com'] })) },
      ]);
      expect(renewed.comparisons.map(({ result }) => result)).to.deep.equal(['renewed']);
      expect(ids(renewed)).not.to.include('policy.tls-inspection');
    });

    it('that were edited lose what does not fit its fingerprint, and damage is no error', async () => {
      const text = new TextDecoder().decode(await seen(leaf));
      const edited = text.replaceAll(leaf.pem.split('\n')[3] as string, lower.pem.split('\n')[3] as string);
      const report = checked(await judge([{ name: 'a.json', bytes: new TextEncoder().encode(edited) }]));
      expect(report.certificates.map(({ subject }) => subject)).not.to.include('CN=vpn.example.com');
      for (const cut of ['{', '{}', '{"schemaVersion":1,"tool":{},"reports":[1,null]}', text.slice(0, -9)])
        await judge([{ name: 'cut.json', bytes: new TextEncoder().encode(cut) }]);
    });
  });

  describe('with issuers that are asked for', () => {
    const issuing = (urls: readonly string[]): TestCertificate =>
      pki.issue({ names: ['vpn.example.com'], caIssuers: urls });
    const fetcher = (answers: Readonly<Record<string, Uint8Array>>, asked: string[] = []) =>
      new IssuerFetcher({
        get: (url) => {
          asked.push(url);
          const body = answers[url];
          return Promise.resolve(body === undefined ? { failure: 'http-error' as const } : { body });
        },
      });

    it('ask nobody unless they are told to', async () => {
      const report = checked(await judge([file('leaf.pem', issuing(['http://127.0.0.1:9/ca']))]));
      expect(report.chains[0]?.assessment?.fetched).to.equal(undefined);
    });

    it('prove what was missing, step by step, and leave the chain as it is', async () => {
      const middle = pki.issue({
        subject: [['CN', 'Middle CA']],
        issuer: upper,
        isCa: true,
        pathLength: 0,
        caIssuers: ['http://ca/upper'],
      });
      const server = pki.issue({
        names: ['vpn.example.com'],
        issuer: middle,
        caIssuers: ['http://ca/gone', 'http://ca/middle'],
      });
      const asked: string[] = [];
      const answers = { 'http://ca/middle': middle.der, 'http://ca/upper': new TextEncoder().encode(upper.pem) };
      const report = checked(await judge([file('chain.pem', server)], { fetchIssuers: fetcher(answers, asked) }));
      expect(asked).to.deep.equal(['http://ca/gone', 'http://ca/middle', 'http://ca/upper']);
      const assessment = report.chains[0]?.assessment;
      expect(assessment?.trust).to.equal('incomplete');
      expect(assessment?.fetched?.trust).to.equal('trusted');
      expect(assessment?.fetched?.fetches.map(({ outcome }) => outcome)).to.deep.equal([
        'http-error',
        'found',
        'found',
      ]);
      expect(ids(report)).to.deep.equal(['cert.chain-incomplete']);
    });

    it('take no certificate that did not sign, and no endless chain', async () => {
      const server = issuing(['http://ca/x']);
      const wrong = await judge([file('leaf.pem', server)], { fetchIssuers: fetcher({ 'http://ca/x': upper.der }) });
      expect(wrong.findings[0]?.evidence.map(({ text }) => text).join()).to.match(/No issuer was got/);
      expect(wrong.chains[0]?.assessment?.fetched?.fetches.map(({ outcome }) => outcome)).to.deep.equal([
        'not-the-issuer',
      ]);
      const none = await judge([file('leaf.pem', server)], {
        fetchIssuers: fetcher({ 'http://ca/x': Uint8Array.of(1) }),
      });
      expect(none.chains[0]?.assessment?.fetched?.fetches.map(({ outcome }) => outcome)).to.deep.equal([
        'no-certificate',
      ]);
      let above: TestCertificate = pki.root;
      const answers: Record<string, Uint8Array> = {};
      for (let i = 0; i < 12; i++) {
        above = pki.issue({ subject: [['CN', `CA ${i}`]], issuer: above, isCa: true, caIssuers: [`http://ca/${i}`] });
        answers[`http://ca/${i + 1}`] = above.der;
      }
      const asked: string[] = [];
      const deep = pki.issue({ names: ['a.example'], issuer: above, caIssuers: ['http://ca/12'] });
      await judgeCertificates([file('leaf.pem', deep)], { now, fetchIssuers: fetcher(answers, asked) });
      expect(asked).to.have.lengthOf(4);
    });
  });
});
