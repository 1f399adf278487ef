import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { abilityOf } from '../../lib/net/index.ts';
import { type Consumer, consumerProject, finish, root } from '../support/consumer.ts';

const mocha = 'node_modules/mocha/bin/mocha.js';

const javaScriptTest = `
import { expect, use } from 'chai';
import { check } from 'helloprobe';
import { startHeadend } from 'helloprobe/lab';
import { tlsMatchers } from 'helloprobe/match/chai';

use(tlsMatchers);

describe('a JavaScript test', () => {
  it('finds the fault of a headend', async () => {
    const headend = await startHeadend('expired');
    try {
      const report = await check(headend, { sni: headend.sni, caPem: [headend.rootsPem], quick: true });
      expect(report).to.have.finding('cert.expired');
      expect(report).to.negotiate('TLSv1.2');
    } finally {
      await headend.close();
    }
  });
});
`;

const typeScriptTest = `
import { expect, use } from 'chai';
import { check, type CheckReport } from 'helloprobe';
import { type HeadendId, startHeadend } from 'helloprobe/lab';
import { tlsMatchers } from 'helloprobe/match/chai';
import { assertFinding } from 'helloprobe/match/node';
import { matchers } from 'helloprobe/match';
import { CaptureAnalyzer, type CaptureInput, defaultCaptureLimits, PcapngWriter } from 'helloprobe/capture';
import { packetsOf, type PcapParserEmitter } from 'helloprobe/capture/node';

const inputOf: (emitter: PcapParserEmitter) => CaptureInput = packetsOf;
const analyzer = new CaptureAnalyzer({ limits: { ...defaultCaptureLimits, flows: 10 } });
analyzer.push(new PcapngWriter({ interfaces: [{ linkType: 1 }] }).header());
// @ts-expect-error: bytes are no text
analyzer.push(String(inputOf));

use(tlsMatchers);

describe('a TypeScript test', () => {
  it('finds the fault of a headend', async () => {
    const id: HeadendId = 'wrong-name';
    await using headend = await startHeadend(id);
    const report: CheckReport = await check(headend, { sni: headend.sni, caPem: [headend.rootsPem], quick: true });
    expect(report).to.have.finding('cert.name-mismatch', { severity: 'high' });
    // @ts-expect-error: versions are typed
    expect(() => expect(report).to.negotiate('TLS 1.2')).to.throw('TLS version');
    assertFinding(report, 'cert.name-mismatch');
    expect(matchers.toHaveFinding(report, 'cert.expired').pass).to.equal(false);
  });
});
`;

describe('the packed package in an empty project', function () {
  this.timeout(60_000);
  let project: Consumer;

  before(async () => {
    project = await consumerProject();
    await mkdir(join(project.folder, 'test'), { recursive: true });
    await writeFile(join(project.folder, 'test/plain.test.js'), javaScriptTest);
    await writeFile(join(project.folder, 'test/typed.test.ts'), typeScriptTest);
  });

  it('runs a JavaScript test with mocha and chai that starts a faulty headend and asserts its finding', async () => {
    const { stdout, stderr, status } = await project.node(mocha, 'test/plain.test.js');
    expect(stdout + stderr).to.contain('1 passing');
    expect(status).to.equal(0);
  });

  it('type-checks and runs a TypeScript test, with every type we ship checked', async () => {
    const compiled = await project.tsc();
    expect(compiled.stdout).to.equal('');
    const { stdout, stderr } = await project.node(mocha, 'out/test/typed.test.js');
    expect(stdout + stderr).to.contain('1 passing');
  });

  it('declares nothing that TypeScript before 5.7 does not know', async () => {
    const types = join(project.folder, 'node_modules/helloprobe');
    for (const name of project.packed.filter((file) => file.endsWith('.d.ts'))) {
      expect(await readFile(join(types, name), 'utf8'), name).to.not.match(/<ArrayBuffer/);
    }
  });

  it('can be required from CommonJS', async () => {
    const script =
      "const { check } = require('helloprobe'); const { startHeadend } = require('helloprobe/lab'); console.log(typeof check, typeof startHeadend)";
    const { stdout, stderr } = await project.node('--input-type=commonjs', '--eval', script);
    expect(stdout, stderr).to.equal('function function\n');
  });

  it('resolves every entry point of its exports map', async () => {
    const { exports, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      exports: Record<string, string | { types: string; default: string }>;
      version: string;
    };
    const entries = Object.keys(exports).map((entry) => `helloprobe${entry.slice(1)}`);
    const script = `for (const entry of ${JSON.stringify(entries)}) {
      const json = entry.endsWith('schema') || entry.endsWith('.json');
      const loaded = await import(entry, json ? { with: { type: 'json' } } : undefined);
      if (Object.keys(loaded).length === 0) throw new Error(entry + ' exports nothing');
    }
    console.log('all there')`;
    const { stdout, stderr } = await project.node('--input-type=module', '--eval', script);
    expect(stdout, stderr).to.equal('all there\n');
    for (const entry of Object.values(exports)) {
      if (typeof entry === 'object')
        expect(project.packed).to.include.members([entry.types.slice(2), entry.default.slice(2)]);
    }
    expect(version).to.match(/^\d+\.\d+\.\d+$/);
  });

  it('writes a capture, and reads what pcap-parser reads of it', async () => {
    const script = `import { createRequire } from 'node:module';
    import { writeFileSync } from 'node:fs';
    import { analyzeCapture } from 'helloprobe';
    import { defaultCaptureLimits, linkType, PcapngWriter } from 'helloprobe/capture';
    import { fileBytes, packetsOf } from 'helloprobe/capture/node';
    const writer = new PcapngWriter({ interfaces: [{ linkType: linkType.ethernet }] });
    writeFileSync('written.pcapng', writer.header());
    writeFileSync('written.pcapng', writer.packet({ time: 1.7e12, bytes: new Uint8Array(60) }), { flag: 'a' });
    const written = await analyzeCapture(fileBytes('written.pcapng'));
    const header = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
    writeFileSync('written.pcap', Buffer.concat([header, Buffer.alloc(8), Buffer.from([60, 0, 0, 0, 60, 0, 0, 0]), Buffer.alloc(60)]));
    const { parse } = createRequire(${JSON.stringify(import.meta.url)})('pcap-parser');
    const parsed = await analyzeCapture(packetsOf(parse('written.pcap')));
    console.log(written.source.format, written.counters.packets, parsed.source.format, parsed.counters.packets, defaultCaptureLimits.flows)`;
    const { stdout, stderr } = await project.node('--input-type=module', '--eval', script);
    expect(stdout, stderr).to.equal('pcapng 1 pcap 1 100000\n');
  });

  it('has each class once, whichever entry point it comes from', async () => {
    const script = `const [main, wire, hello] = await Promise.all(['', '/wire', '/hello'].map((entry) => import('helloprobe' + entry)));
    try {
      hello.padTo(hello.makePreset('tls12-minimal', { random: (n) => new Uint8Array(n) }), 1);
    } catch (error) {
      console.log(error instanceof main.HarnessError, error instanceof wire.HarnessError, main.DecodeError === wire.DecodeError);
      console.log(error.constructor.name);
    }`;
    const { stdout, stderr } = await project.node('--input-type=module', '--eval', script);
    expect(stdout, stderr).to.equal('true true true\nHarnessError\n');
  });

  it('leads the stack of an error back to its sources', async () => {
    const script = `import { clientHello, decode } from 'helloprobe/wire';
    try { decode(clientHello, new Uint8Array(3)); } catch (error) { console.log(error.stack); }`;
    const { stdout, stderr } = await project.node('--enable-source-maps', '--input-type=module', '--eval', script);
    const places = [...stdout.matchAll(/helloprobe\/([^:)]*):(\d+)/g)];
    expect(places, stdout + stderr).to.not.be.empty;
    for (const [, file = ''] of places)
      expect(project.packed).to.include(file).and.to.not.include(file.replace(/\.ts$/, '.js'));
    expect(places.map(([, file]) => file)).to.include('lib/wire/codec.ts');
  });

  it('loads nothing of Node with the entry points that run anywhere', async () => {
    const folder = join(project.folder, 'node_modules/helloprobe');
    for (const layer of ['wire', 'evidence', 'hello', 'session', 'x509', 'capture', 'diagnose', 'report', 'match']) {
      const files = new Set([join(folder, `dist/lib/${layer}/index.js`)]);
      for (const file of files) {
        for (const [, specifier = ''] of (await readFile(file, 'utf8')).matchAll(/(?:\bfrom|^import)\s*"([^"]+)"/gm)) {
          expect(specifier, layer).to.not.match(/^node:/);
          if (specifier.startsWith('.')) files.add(join(file, '..', specifier));
        }
      }
      expect(files.size, layer).to.be.above(1);
    }
  });

  it('has a program that prints its version', async () => {
    const { bin, version } = JSON.parse(
      await readFile(join(project.folder, 'node_modules/helloprobe/package.json'), 'utf8'),
    ) as {
      bin: Record<string, string>;
      version: string;
    };
    const program = join('node_modules/helloprobe', bin['helloprobe'] as string);
    expect(await readFile(join(project.folder, program), 'utf8')).to.match(/^#!\/usr\/bin\/env node\n/);
    const { stdout, status } = await project.node(program, '--version');
    expect(stdout).to.contain(version);
    expect(status).to.equal(0);
  });

  it('has a program that prints help, and takes a mistake on the command line for no fault of its own', async () => {
    const program = 'node_modules/helloprobe/dist/lib/cli/main.js';
    for (const command of ['pcap', 'check']) {
      const help = await project.node(program, command, '--help');
      expect(help.stdout, command).to.contain(`Usage: helloprobe ${command}`);
      expect([help.stderr, help.status], command).to.deep.equal(['', 0]);
      const mistake = await project.node(program, command, '--no-such-option');
      expect(mistake.stderr, command).to.match(/^helloprobe: Unknown option '--no-such-option'\.\n/);
      expect(mistake.status, command).to.equal(2);
    }
  });

  it('has a program that holds its packages, but for native ones, and their licences', async () => {
    const folder = join(project.folder, 'node_modules/helloprobe');
    const files = new Set([join(folder, 'dist/lib/cli/main.js')]);
    const [imported, held] = [new Set<string>(), new Set<string>()];
    for (const file of files) {
      const code = await readFile(file, 'utf8');
      for (const [, specifier = ''] of code.matchAll(
        /(?:\bfrom|\bimport|\brequire\w*|\$load|\$later|\bURL)\s*\(?\s*"([^"\s]+)"/g,
      )) {
        if (specifier.startsWith('.')) files.add(join(file, '..', specifier));
        else imported.add(specifier);
      }
      const { sources } = JSON.parse(await readFile(`${file}.map`, 'utf8')) as { sources: string[] };
      for (const source of sources) held.add(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? '');
    }
    held.delete('');
    const { dependencies, optionalDependencies } = JSON.parse(
      await readFile(join(folder, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'optionalDependencies', Record<string, string>>;
    const promised = Object.keys({ ...dependencies, ...optionalDependencies });
    const isOf = (name: string): boolean => [...imported].some((one) => one === name || one.startsWith(`${name}/`));
    // The name of raw-socket is not to be found.
    expect([...promised, ...held].filter(isOf)).to.deep.equal(['koffi']);
    expect(held).to.include.keys('@peculiar/asn1-schema', '@noble/hashes', 'commander', 'fzstd');
    const licences = await readFile(join(folder, 'dist/program/LICENSES.txt'), 'utf8');
    const told = [...licences.matchAll(/^(\S+) \d+\.\d+\.\d+$/gm)].map(([, name]) => name);
    expect(told).to.include.members([...held]);
  });

  it('has bytecode of its program that this Node takes, and does without where it is of no use', async () => {
    const program = join(project.folder, 'node_modules/helloprobe/dist/program');
    const script = `const { readdirSync, readFileSync } = require('node:fs');
    const { Script } = require('node:vm');
    const files = readdirSync('.').filter((name) => name.includes('.js.v'));
    console.log(files.length > 1, files.filter((name) => {
      const source = readFileSync(name.replace(/[.]js[.]v.*/, '.js'), 'latin1');
      return new Script(source, { cachedData: readFileSync(name) }).cachedDataRejected;
    }));`;
    const taken = await finish(process.execPath, ['--eval', script], program);
    expect(taken.stdout, taken.stderr).to.equal('true []\n');
    const words = [
      'node_modules/helloprobe/dist/lib/cli/main.js',
      'pcap',
      join(root, 'captures/sftunnel-expired.pcapng'),
    ];
    const [usual, other] = [await project.node(...words), await project.node('--no-opt', ...words)];
    expect(other).to.deep.equal(usual);
    expect(usual.stdout).to.contain('sftunnel.certificate-expired');
    // What is loaded late comes when the program has set flags of V8.
    await writeFile(
      join(project.folder, 'hook.cjs'),
      `const vm = require('node:vm');
      vm.Script = class extends vm.Script {
        constructor(source, options) {
          super(source, options);
          console.error(require('node:path').basename(options.filename), this.cachedDataRejected === false);
        }
      };`,
    );
    const { stderr } = await project.node('--require', './hook.cjs', ...words);
    expect(stderr).to.match(/^certificateBook-\w+[.]js true$/m);
    expect(stderr).not.to.match(/ false$/m);
  });

  it('has programs that run in labs, and exact packets of what they did', async function () {
    for (const id of ['namespaces', 'nft'] as const) if (!(await abilityOf(id)).available) this.skip();
    const main = 'node_modules/helloprobe/dist/lib/cli/main.js';
    const pcap = join(project.folder, 'lab.pcapng');
    const words = ['lab', 'plain', '--only', 'connect,versions', '--json', '--pcap', pcap];
    const { stdout, stderr } = await project.node(main, ...words);
    expect(JSON.parse(stdout), stderr).to.have.nested.property('observations.versions');
    const read = await project.node(main, 'pcap', pcap, '--json');
    expect(JSON.parse(read.stdout), read.stderr).to.have.nested.property(
      'conversations[0].client.address',
      '192.0.2.2',
    );
  });

  it('holds sources, build and schema, and no tests', () => {
    expect(project.packed).to.include.members([
      'LICENSE',
      'README.md',
      'README.ja.md',
      'CHANGELOG.md',
      'docs/schema/report-v1.json',
      'lib/wire/codec.ts',
    ]);
    expect(project.packed.filter((name) => name.startsWith('test/') || name.endsWith('.tgz'))).to.deep.equal([]);
  });
});
