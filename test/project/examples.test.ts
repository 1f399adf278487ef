import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startHeadend } from '../../lib/lab/index.ts';
import { abilityOf } from '../../lib/net/index.ts';
import { type Consumer, consumerProject, root } from '../support/consumer.ts';
import { type Block, blocksOf, filled, guides, plainGuides } from '../support/guides.ts';

describe('the code in the guides', () => {
  for (const guide of guides) {
    it(`of ${guide} is that of the examples, word for word (npm run docs copies it)`, async () => {
      const text = await readFile(join(root, guide), 'utf8');
      const blocks = blocksOf(text).filter(({ language }) => /^[jt]s$/.test(language));
      expect(blocks).to.not.be.empty;
      expect(blocks.filter(({ source }) => source === null)).to.deep.equal([]);
      expect(text).to.equal(filled(text));
    });
  }

  it('is the same in both languages of the README, and what is printed has the same headend and finding', async () => {
    const [english = [], japanese = []] = await Promise.all(
      ['README.md', 'README.ja.md'].map(async (name) => blocksOf(await readFile(join(root, name), 'utf8'))),
    );
    // A report is printed in the language of its reader; its first line, and the id of its finding, are in none.
    const compared = ({ source, language, text }: Block): unknown =>
      source ?? (language === 'text' ? [text.split('\n')[0], text.match(/\b\w+\.[\w-]+(?= · )/)?.[0]] : text);
    expect(japanese.map(compared)).to.deep.equal(english.map(compared));
  });

  it('names no file of this repository that is not there', async () => {
    for (const guide of [...guides, ...plainGuides]) {
      const text = await readFile(join(root, guide), 'utf8');
      for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        await readFile(join(root, guide, '..', target as string)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EISDIR') throw new Error(`${guide} points to ${target}, which is not there`);
        });
      }
    }
  });
});

describe('the examples, in the project of a stranger', function () {
  this.timeout(60_000);
  let project: Consumer;

  before(async () => {
    project = await consumerProject();
    await cp(join(root, 'docs/examples'), join(project.folder, 'examples'), { recursive: true });
    const { stdout, status } = await project.tsc();
    expect(stdout, 'type errors').to.equal('');
    expect(status).to.equal(0);
  });

  it('are all run here', async () => {
    const files = await readdir(join(root, 'docs/examples'));
    expect(files.sort()).to.deep.equal([
      'analyze-a-capture.ts',
      'check-a-target.ts',
      'craft-a-hello.ts',
      'faulty-headend.test.ts',
      'faulty-path.test.ts',
      'node-test.ts',
      'own-probe.ts',
      'upload-server.ts',
    ]);
  });

  it('check a target and print its verdict', async () => {
    await using headend = await startHeadend('self-signed');
    const { stdout, stderr } = await project.node('out/examples/check-a-target.js', headend.host, String(headend.port));
    expect(stdout, stderr).to.match(/^findings\n/);
    expect(stdout).to.contain('high cert.self-signed');
  });

  it('read a capture, and print its certificates and conversations', async () => {
    const capture = join(root, 'captures/sftunnel-good.pcapng');
    const { stdout, stderr } = await project.node('out/examples/analyze-a-capture.js', capture);
    expect(stdout, stderr).to.match(/title=InternalCA.* in 2 conversations/);
    expect(stdout.match(/^203\.0\.113\.23 -> 203\.0\.113\.48:8305 TLSv1\.2 completed$/gm)).to.have.length(2);
  });

  it('start a faulty headend and assert its finding with chai', async () => {
    const { stdout, stderr } = await project.node(
      'node_modules/mocha/bin/mocha.js',
      'out/examples/faulty-headend.test.js',
    );
    expect(stdout + stderr).to.contain('1 passing');
  });

  it('put a client on a faulty path and cure it', async function () {
    for (const id of ['namespaces', 'nft'] as const) if (!(await abilityOf(id)).available) this.skip();
    const { stdout, stderr } = await project.node(
      'node_modules/mocha/bin/mocha.js',
      'out/examples/faulty-path.test.js',
    );
    expect(stdout + stderr).to.contain('1 passing');
  });

  it('do the same with node:test', async () => {
    const { stdout, stderr, status } = await project.node('--test', 'out/examples/node-test.js');
    expect(stdout + stderr).to.match(/pass 1\b/);
    expect(status).to.equal(0);
  });

  it('craft a hello, read it back and dump it', async () => {
    const { stdout, stderr } = await project.node('out/examples/craft-a-hello.js');
    expect(stdout, stderr).to.match(/^512 \d+ suites\ntrue\n/);
    expect(stdout).to.contain('"vpn.example.com"');
    expect(stdout).to.match(/^DecodeError: truncated: cipherSuites.*: need 65535 bytes/m);
  });

  it('define a probe and run it', async () => {
    const { stdout, stderr } = await project.node('out/examples/own-probe.js');
    const rows = JSON.parse(stdout === '' ? stderr : stdout) as { value: string | null; verdict: string }[];
    expect(rows.map(({ value, verdict }) => [value, verdict])).to.deep.equal([
      ['vpn.example.test', 'fails'],
      ['old.example.test', 'passes'],
      [null, 'passes'],
    ]);
  });

  it('analyse uploaded captures', async () => {
    const server = spawn(process.execPath, ['out/examples/upload-server.js', '0'], { cwd: project.folder });
    try {
      const [line] = (await once(server.stdout, 'data')) as [Buffer];
      const url = `http://127.0.0.1:${line.toString().match(/port: (\d+)/)?.[1]}/`;
      const upload = async (body: Uint8Array): Promise<[status: number, answer: Record<string, unknown>]> => {
        const answer = await fetch(url, { method: 'POST', body: new Uint8Array(body) });
        return [answer.status, (await answer.json()) as Record<string, unknown>];
      };
      const [status, report] = await upload(await readFile(join(root, 'captures/sftunnel-good.pcapng')));
      expect(status).to.equal(200);
      expect(report['source']).to.include({ name: 'upload', format: 'pcapng' });
      expect(report['conversations']).to.have.length(2);
      // Longer than what fits on its way: the answer comes while it is sent.
      const [refused, error] = await upload(new Uint8Array(2 ** 26));
      expect(refused).to.equal(422);
      expect(error['code']).to.equal('not-a-capture');
      expect((await fetch(url)).status).to.equal(405);
    } finally {
      server.kill();
    }
  });
});
