import { expect } from 'chai';
import { helloprobe } from '../cli/support.ts';
import { type Consumer, consumerProject } from '../support/consumer.ts';

/** Command lines that end without a network or a clock. */
const commandLines: readonly string[] = [
  '',
  '--help',
  ...['check', 'certs', 'doctor', 'explain', 'hello', 'lab', 'list', 'logs', 'pcap'].map((name) => `${name} --help`),
  '--help --lang ja',
  'pcap --help --lang ja',
  'pcap --format json',
  'check --port x example.com',
  'check --nothing --lang ja',
  'list nothing',
  'list findings',
  'list presets --json',
  'chekc',
  'explain alert.from-server --lang ja',
];

describe('the built program', function () {
  this.timeout(60_000);
  let project: Consumer;

  before(async () => {
    project = await consumerProject();
  });

  for (const line of commandLines) {
    it(`says what its sources say: helloprobe ${line}`, async () => {
      const words = line.split(' ').filter((word) => word !== '');
      const built = await project.node('node_modules/helloprobe/dist/lib/cli/main.js', ...words);
      const { status, stdout, stderr } = await helloprobe(words, { env: process.env as Record<string, string> });
      expect(built).to.deep.equal({ status, stdout, stderr });
    });
  }

  it('tells on standard error nothing of its own making when it looks for native packages', async () => {
    const { stderr, status } = await project.node('node_modules/helloprobe/dist/lib/cli/main.js', 'doctor');
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
  });
});
