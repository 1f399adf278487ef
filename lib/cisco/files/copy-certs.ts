/** What copy_sftunnel_certs.py and copy_sftunnel_certs_jumpserver.py print: one block of dated lines a device. */

import { Diagnostics, field, linesOf } from './text.ts';
import type { CopiedDevice, CopyCertsOutput, CopyStep, Parsed } from './types.ts';

const dated = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) - (.{1,512})$/;
const separator = /^={3,}$/;

/** Texts of the steps, in the words of the script; `{}` stands for the device. */
const steps: readonly (readonly [CopyStep, string])[] = [
  ['attempting', 'Attempting connection to {}'],
  ['connected', 'Connected to {}'],
  ['not-ha-peer', '{} is not an HA-peer. Certificates will not be copied'],
  ['copying', 'Copying certificates to peer'],
  ['copied', 'Successfully copied certificates to {}'],
  ['restarting', 'Restarting sftunnel for {}'],
  ['closing', 'Closing connection with {}'],
  ['could-not-connect', 'Could not connect to {}'],
];

interface Block {
  name: string | null;
  line: number;
  readonly steps: { step: CopyStep; at: string; line: number }[];
}

/** Reads the output, or a terminal session that shows it. */
export function parseCopyCerts(text: string): Parsed<CopyCertsOutput> {
  const diagnostics = new Diagnostics();
  const devices: CopiedDevice[] = [];
  let block: Block | null = null;
  const close = (): void => {
    if (block !== null) {
      if (block.name === null) diagnostics.add(block.line, 'cut-off', 'device');
      else {
        const device = deviceOf(block, block.name);
        if (device.outcome === 'incomplete') diagnostics.add(block.line, 'cut-off');
        devices.push(device);
      }
    }
    block = null;
  };
  for (const { number, text: raw, command } of linesOf(text, diagnostics)) {
    const line = raw.trim();
    if (command !== null || separator.test(line)) close();
    if (command !== null || separator.test(line) || line === '') continue;
    const [, day, time, what] = dated.exec(line) ?? [];
    const found = what === undefined ? null : stepIn(what);
    if (found === null) {
      diagnostics.add(number, 'not-understood');
      continue;
    }
    const at = `${day}T${time}`;
    if (Number.isNaN(Date.parse(`${at}Z`))) {
      diagnostics.add(number, 'bad-value', 'time');
      continue;
    }
    const known: Block | null = block;
    const name = found.device === null ? null : field(found.device);
    if (
      known !== null &&
      (found.step === 'attempting' || (name !== null && known.name !== null && name !== known.name))
    )
      close();
    block ??= { name: null, line: number, steps: [] };
    block.name ??= name;
    block.steps.push({ step: found.step, at, line: number });
  }
  close();
  return diagnostics.result({ devices });
}

/** The output again. */
export function copyCertsText({ devices }: CopyCertsOutput): string {
  const blocks = devices.map(({ name, steps: done }) =>
    done
      .map(({ step, at }) => {
        const words = (steps.find(([id]) => id === step) as readonly [CopyStep, string])[1];
        // Not replace(): a name may hold what it takes for a pattern.
        return `${at.replace('T', ' ')} - ${words.split('{}').join(name)}\n`;
      })
      .join(''),
  );
  return ['=====\n', ...blocks.map((block) => `${block}\n=====\n`)].join('\n');
}

function stepIn(text: string): { step: CopyStep; device: string | null } | null {
  for (const [step, words] of steps) {
    const [before, after] = words.split('{}') as [string, string | undefined];
    if (after === undefined) {
      if (text === before) return { step, device: null };
    } else if (text.startsWith(before) && text.endsWith(after) && text.length > before.length + after.length) {
      return { step, device: text.slice(before.length, text.length - after.length) };
    }
  }
  return null;
}

function deviceOf({ line, steps: done }: Block, name: string): CopiedDevice {
  const has = (step: CopyStep): boolean => done.some((other) => other.step === step);
  return {
    name,
    line,
    startedAt: done[0]?.at ?? null,
    endedAt: done.at(-1)?.at ?? null,
    steps: done,
    outcome: has('copied')
      ? 'copied'
      : has('not-ha-peer')
        ? 'not-ha-peer'
        : has('could-not-connect')
          ? 'unreachable'
          : 'incomplete',
    restarted: has('restarting'),
  };
}
