/** The command line on the captures of this repository, with the library behind it. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { libraryServices } from '../../lib/cli/services.ts';
import type { CaptureReport } from '../../lib/evidence/index.ts';
import { encodeHello, type HelloSpec } from '../../lib/hello/index.ts';
import { helloprobe } from './support.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const captures = readdirSync(join(root, 'captures')).filter((name) => name.endsWith('.pcapng'));
const given = ['--now', '2026-03-05T00:00:00Z', '--ca', join(root, 'captures/example-root.pem')];

/** `helloprobe …words` on a capture of the repository. */
function onCapture(name: string, ...words: string[]) {
  return helloprobe(['pcap', join(root, 'captures', name), ...given, ...words], {
    services: libraryServices,
    columns: 100,
  });
}

describe('cli: pcap on the captures of the repository', function () {
  this.timeout(20_000);

  it('prints documents that the schema accepts, text in two languages and CSV, all without control characters', async () => {
    const schema = readFileSync(join(root, 'docs/schema/report-v1.json'), 'utf8');
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    const validate = ajv.compile(JSON.parse(schema) as object);
    const folder = mkdtempSync(join(tmpdir(), 'helloprobe-captures-'));
    const [json, csv, more] = ['report.json', 'rows.csv', 'more.csv'].map((file) => join(folder, file)) as [
      string,
      string,
      string,
    ];
    try {
      for (const name of captures) {
        const english = await onCapture(name, '--json', json, '--csv', csv);
        const japanese = await onCapture(name, '--lang', 'ja', '--fields', 'id,cert.subject', '--csv', more);
        expect(english.stderr + japanese.stderr, name).to.equal('');
        expect(japanese.status, name).to.equal(english.status);
        const report = JSON.parse(readFileSync(json, 'utf8')) as CaptureReport;
        validate(report);
        expect(validate.errors ?? [], name).to.deep.equal([]);
        expect(report.conversations.length, name).to.equal(report.counters.tlsConversations);
        const files = [json, csv, more].map((file) => readFileSync(file, 'utf8'));
        for (const text of [...files, english.stdout, japanese.stdout])
          expect(text.replaceAll('\n', ''), name).to.not.match(
            /[\u0000-\u001f\u007f-\u009f]|NaN|Invalid Date|undefined/,
          );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes hellos out as data that give the same bytes again', async () => {
    for (const name of ['tls12-mutual.pcapng', 'sftunnel-tls13.pcapng', 'hello-out-of-order.pcapng']) {
      const path = join(root, 'captures', name);
      const options = { services: libraryServices };
      const { stdout } = await helloprobe(['hello', 'from-pcap', path], options);
      const hex = await helloprobe(['hello', 'from-pcap', path, '--hex'], options);
      const message = Buffer.from(encodeHello(JSON.parse(stdout) as HelloSpec)).toString('hex');
      expect(hex.stdout).to.match(/^1603/).and.to.contain(message);
    }
  });

  it('prints what both READMEs show', async () => {
    for (const [language, readme] of [
      ['en', 'README.md'],
      ['ja', 'README.ja.md'],
    ] as const) {
      const name = 'captures/sftunnel-good.pcapng';
      const { stdout } = await helloprobe(['pcap', join(root, name), '--now', '2026-11-22', '--lang', language], {
        services: libraryServices,
        columns: 100,
      });
      const shown = stdout.replace(/^.*\n/, `${name}\n`);
      expect(readFileSync(join(root, readme), 'utf8')).to.contain(`\`\`\`text\n${shown}\`\`\``);
    }
  });
});
