/** `hello from-pcap`: a ClientHello of a capture as data, ready to be shown, edited and sent again. */

import type { CaptureEvent, Conversation } from '../../evidence/index.ts';
import { decodeHello, encodeHello, firstFlight, type HelloSpec, ja4, planOf, sniOf } from '../../hello/index.ts';
import { displayWidth, padColumns } from '../../report/index.ts';
import { codeText, HarnessError, printable, toHex } from '../../wire/index.ts';
import { captureInputs } from '../captureInputs.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import type { Services } from '../services.ts';
import { languageOf } from '../terminal.ts';
import { usageError } from '../usage.ts';
import { wholeNumber } from './checkOptions.ts';

export interface FromPcapOptions {
  readonly list?: boolean;
  readonly hex?: boolean;
  readonly raw?: boolean;
  readonly lang?: string;
}

type HelloEvent = Extract<CaptureEvent, { type: 'client-hello' }>;

/**
 * @param file a capture, or `-`.
 * @param which counted from 1, in the order of the packets that complete the hellos.
 * @throws HarnessError `no-client-hello`, `bad-hello`, `bad-option`, `unreadable-file`, `not-a-capture`
 */
export async function fromPcapCommand(
  file: string,
  which: string | undefined,
  options: FromPcapOptions,
  io: Io,
  services: Services,
): Promise<void> {
  const { stdout, stderr } = io;
  if ([options.list, options.hex, options.raw].filter((option) => option === true).length > 1)
    throw usageError('output-conflict', '--list, --hex and --raw are forms of the same output.', 'Give one of them.');
  if (options.list === true && which !== undefined)
    throw usageError('bad-option', '--list shows every ClientHello; a number chooses one.', 'Give one of the two.');
  const wanted = which === undefined ? 1 : wholeNumber(which, 'n', 1, 999_999_999);
  const rows: string[][] = [];
  let count = 0;
  let ofDtls = 0;
  for await (const event of eventsOf(file, io, services)) {
    if (event.type === 'conversation') ofDtls += dtlsHellos(event.conversation);
    if (event.type !== 'client-hello') continue;
    count++;
    if (options.list === true) rows.push(rowOf(event, count));
    else if (count === wanted) {
      print(readHello(event, count), options, stdout);
      return;
    }
  }
  if (count === 0) throw noHello(file, ofDtls);
  if (options.list === true) {
    stdout.write(table(rows));
    if (ofDtls > 0) stderr.write(`${cliMessages[languageOf(options.lang, io.env)].dtlsHellosLeft(ofDtls)}\n`);
  } else {
    throw usageError(
      'no-client-hello',
      `There ${count === 1 ? 'is 1 ClientHello' : `are ${count} ClientHellos`} in ${nameOf(file)}, no number ${wanted}.`,
      'hello from-pcap FILE --list shows them.',
    );
  }
}

/** Ends reading when the consumer stops. */
async function* eventsOf(file: string, io: Io, services: Services): AsyncGenerator<CaptureEvent> {
  for (const { name, source } of captureInputs([file], {}, io))
    yield* services.captureEvents(source, { name, hellos: true, signal: io.signal });
}

/** Those of DTLS have a cookie, and go out in datagrams: a spec is about TLS over TCP. */
function dtlsHellos({ protocol, clientHello, moreClientHellos }: Conversation): number {
  return protocol === 'dtls' && clientHello !== null ? 1 + moreClientHellos.length : 0;
}

function noHello(file: string, ofDtls: number): Error {
  const none = `There is no ClientHello of TLS over TCP in ${nameOf(file)}`;
  if (ofDtls === 0)
    return usageError('no-client-hello', `${none}.`, 'helloprobe pcap FILE shows what the capture holds.');
  const but = `${ofDtls} of DTLS, which cannot be written as data`;
  return usageError('no-client-hello', `${none}, but ${but}.`, 'helloprobe pcap FILE shows the conversations of DTLS.');
}

/** The spec that gives these bytes again. @throws HarnessError `bad-hello` */
function readHello({ message, packet, recordVersion }: HelloEvent, number: number): HelloSpec {
  const bad = (why: string): Error =>
    usageError('bad-hello', `ClientHello ${number} (packet ${packet}) cannot be written as data: ${why}`);
  let spec: HelloSpec;
  try {
    spec = decodeHello(message, codeText(recordVersion));
  } catch (error) {
    if (error instanceof HarnessError) throw bad(error.message);
    throw error;
  }
  if (toHex(encodeHello(spec)) !== toHex(message)) throw bad('encoded again it has other bytes.');
  return spec;
}

function print(spec: HelloSpec, { hex, raw }: FromPcapOptions, stdout: Io['stdout']): void {
  if (raw === true) stdout.write(firstFlight(planOf(spec)));
  else if (hex === true) stdout.write(`${toHex(firstFlight(planOf(spec)))}\n`);
  else stdout.write(`${JSON.stringify(spec, null, 2)}\n`);
}

/** Number, packet, length, JA4 and server name; the reason for one that cannot be read. */
function rowOf(event: HelloEvent, number: number): string[] {
  const head = [String(number), `packet ${event.packet}`, `${event.message.length} bytes`];
  try {
    const spec = readHello(event, number);
    return [...head, ja4(spec), printable(sniOf(spec) ?? '')];
  } catch (error) {
    if (error instanceof HarnessError) return [...head, '-', printable(error.message)];
    throw error;
  }
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => padColumns(cell, widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : JSON.stringify(printable(file));
}
