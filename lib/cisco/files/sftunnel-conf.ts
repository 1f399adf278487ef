/** /etc/sf/sftunnel.conf: named blocks of `key value;`. */

import { nearest } from '../../wire/index.ts';
import { cleanPath, Diagnostics, field, linesOf, type TextLine } from './text.ts';
import type { ConfBlock, ConfSetting, Parsed, SftunnelConf } from './types.ts';

/** Cisco 222464. `proxy_crl` is printed there as `proxy_cr1`, which pictures turned into text make of it. */
const knownKeys = ['proxy_cert', 'proxy_key', 'proxy_cacert', 'proxy_crl', 'proxy_cipher', 'proxy_tls_version'];
/** Printed as `proxysl` in one translation of the document, as `proxyssl` in the others. */
const knownBlocks = ['proxyssl'];
const secretKey = /pass|secret|token|psk/i;

const opening = /^\s*([A-Za-z_][\w.-]{0,63})\s*\{/;
const closing = /^\s*\}\s*;?/;
const setting = /^\s*([A-Za-z_][\w.-]{0,63})[ \t]+("[^"]{0,1024}"|[^\s;{}"]{1,1024})\s*;/;
const comment = /^\s*(?:#|\/\/)/;

/** Reads the file, or a terminal session or document that shows it. */
export function parseSftunnelConf(text: string): Parsed<SftunnelConf> {
  const diagnostics = new Diagnostics();
  const blocks: { name: string; line: number; settings: ConfSetting[] }[] = [];
  let open: (typeof blocks)[number] | null = null;
  for (const { number, text: line, command } of linesOf(text, diagnostics)) {
    if (command !== null) continue;
    let rest = line;
    let afterStatement = false;
    for (
      let match: RegExpExecArray | null;
      rest.trim() !== '' && !comment.test(rest);
      rest = rest.slice(match[0].length)
    ) {
      if ((match = opening.exec(rest)) !== null) {
        if (open !== null) diagnostics.add(open.line, 'not-closed');
        const name = match[1] as string;
        open = { name: field(name), line: number, settings: [] };
        blocks.push(open);
        if (!knownBlocks.includes(name)) unknown(diagnostics, number, name, knownBlocks);
      } else if ((match = closing.exec(rest)) !== null) {
        if (open === null) diagnostics.add(number, 'not-closed');
        open = null;
      } else if ((match = setting.exec(rest)) !== null) {
        const [, key, value] = match as unknown as [string, string, string];
        if (open === null) diagnostics.add(number, 'not-understood');
        else {
          if (!knownKeys.includes(key)) unknown(diagnostics, number, key, knownKeys);
          if (open.settings.some((other) => other.key === key)) diagnostics.add(number, 'repeated');
          open.settings.push({
            key: field(key),
            value: secretKey.test(key) ? '<redacted>' : valueText(value),
            line: number,
          });
        }
      } else {
        diagnostics.add(number, afterStatement ? 'annotation' : 'not-understood');
        break;
      }
      afterStatement = true;
    }
  }
  if (open !== null) diagnostics.add(open.line, 'not-closed');
  return diagnostics.result({ blocks, ...meaning(blocks) });
}

/** The file as text, as far as its blocks tell. */
export function sftunnelConfText({ blocks }: Pick<SftunnelConf, 'blocks'>): string {
  return blocks
    .map(({ name, settings }) => `${name} {\n${settings.map(({ key, value }) => `  ${key} ${value};\n`).join('')}};\n`)
    .join('');
}

function unknown(diagnostics: Diagnostics, line: TextLine['number'], word: string, known: readonly string[]): void {
  const meant = nearest(word, known)[0];
  diagnostics.add(line, 'unknown-key', ...(meant === undefined ? [] : [meant]));
}

function valueText(value: string): string {
  return value.startsWith('/') ? cleanPath(value) : field(value);
}

function meaning(blocks: readonly ConfBlock[]): Omit<SftunnelConf, 'blocks'> {
  const settings = blocks.flatMap((block) => block.settings);
  // What pictures turned into text confuse: 1 and l, 0 and o.
  const plain = (key: string): string => key.replaceAll('1', 'l').replaceAll('0', 'o');
  const valueOf = (key: string): string | null =>
    (settings.find((other) => other.key === key) ?? settings.find((other) => plain(other.key) === key))?.value ?? null;
  return {
    certificate: valueOf('proxy_cert'),
    key: valueOf('proxy_key'),
    ca: valueOf('proxy_cacert'),
    crl: valueOf('proxy_crl'),
    tlsVersion: valueOf('proxy_tls_version'),
  };
}
