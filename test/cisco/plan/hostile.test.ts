import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  describePlan,
  parseCertificateDates,
  parseCopyCerts,
  parseFailedPush,
  parseGenerateCerts,
  parseSftunnelStatus,
  planRenewal,
} from '../../../lib/cisco/index.ts';
import { renderPlanMarkdown, renderPlanText } from '../../../lib/report/index.ts';
import { now } from './samples.ts';

const vectors = new URL('../../vectors/cisco-222464/', import.meta.url);

/** What may be typed as root: nothing that a damaged or hostile file could have put there. */
const typed =
  /^(?:expert|sudo su|sftunnel_status\.pl|generate_certs\.pl|command -v generate_certs\.pl|pmtool restartbyid sftunnel|openssl x509 -dates -noout -in cacert\.pem|vi devices\.csv|copy_sftunnel_certs(?:_jumpserver)?\.py devices\.csv|cat '[\w/ .<>-]+'|(?:cat|cd) [\w/.-]+|cd '[\w/ .<>-]+'|(?:cp|vi|>|ls -hal) [\w .-]+)$/;

describe('cisco: plans from damaged and hostile files', () => {
  const texts = readdirSync(vectors)
    .filter((name) => name !== 'README.md')
    .map((name) => readFileSync(new URL(name, vectors), 'latin1'));

  function check(text: string): void {
    const sourced = <T>({ value }: { readonly value: T }) => [{ source: 'x', value }];
    const plan = planRenewal({
      now,
      generated: sourced(parseGenerateCerts(text)),
      failedPushes: sourced(parseFailedPush(text)),
      copies: sourced(parseCopyCerts(text)),
      dates: sourced(parseCertificateDates(text)),
      status: sourced({ value: { ...parseSftunnelStatus(text).value, complete: true, after: false } }),
    });
    const described = describePlan(plan);
    const commands = [
      ...plan.steps.flatMap((step) => step.commands),
      ...plan.devices.flatMap((device) => [...device.commands.fmc, ...device.commands.device]),
    ];
    for (const command of commands) expect(command).to.match(typed);
    // No control character but the line feed, and no line of the samples' private key.
    // oxlint-disable-next-line no-control-regex
    for (const shown of [renderPlanText(described), renderPlanMarkdown(described)])
      expect(shown).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f]|MIIEvgIBADANBg/);
  }

  it('plans from every prefix of the samples', function () {
    this.timeout(60_000);
    for (const text of texts) for (let length = 0; length <= text.length; length += 17) check(text.slice(0, length));
  });

  it('plans from 2,000 mutations of the samples, and lets none of them into a command', function () {
    this.timeout(60_000);
    let seed = 20_241_014;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed % below;
    };
    const pieces = [
      ';reboot',
      '$(reboot)',
      '`id`',
      '\n',
      '\u001b[31m',
      "'",
      '"',
      '\\',
      '/../',
      '<',
      '|',
      '&&',
      '\0',
      ' ',
    ];
    for (let round = 0; round < 2_000; round++) {
      let text = texts[random(texts.length)] ?? '';
      for (let edits = 1 + random(4); edits > 0; edits--) {
        const at = random(text.length + 1);
        text = text.slice(0, at) + (pieces[random(pieces.length)] ?? '') + text.slice(at + random(3));
      }
      check(text);
    }
  });
});
