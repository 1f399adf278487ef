/** `hello build` and `hello show`: a ClientHello as data, hex, bytes or an annotated dump. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Language } from '../../evidence/index.ts';
import {
  annotatedHex,
  decodeHello,
  encodeHello,
  firstFlight,
  type HelloSpec,
  isPresetName,
  ja3,
  ja4,
  makePreset,
  padTo,
  planOf,
  presets,
  withCipherSuites,
  withVersions,
} from '../../hello/index.ts';
import { kindOfBytes } from '../../planFiles.ts';
import { cipherSuites, codeText, fromHex, HarnessError, recordHeaderLength, toHex } from '../../wire/index.ts';
import { parseCodes, parseVersions } from '../codes.ts';
import { type Io, readAll } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { parseName } from '../target.ts';
import { readBytes } from '../targets.ts';
import { languageOf } from '../terminal.ts';
import { suggestion, usageError } from '../usage.ts';

export interface BuildOptions {
  readonly preset: string;
  readonly sni?: string;
  readonly padTo?: string;
  readonly versions?: string;
  readonly ciphers?: string;
  readonly json?: boolean;
  readonly raw?: boolean;
}

/** @throws HarnessError `unknown-preset`, `bad-option`, `unreachable-size` */
export function buildCommand(options: BuildOptions, { stdout }: Io): void {
  let spec = makeHello(options.preset, options.sni);
  if (options.versions !== undefined) spec = withVersions(spec, parseVersions(options.versions, '--versions'));
  if (options.ciphers !== undefined)
    spec = withCipherSuites(spec, parseCodes(options.ciphers, cipherSuites, '--ciphers'));
  if (options.padTo !== undefined) spec = padTo(spec, messageLength(options.padTo));
  if (options.json === true && options.raw === true) {
    throw usageError(
      'output-conflict',
      '--json and --raw are two forms of the same hello.',
      'Give one of them; without either it is hex.',
    );
  }
  if (options.json === true) stdout.write(`${JSON.stringify(spec, null, 2)}\n`);
  else if (options.raw === true) stdout.write(firstFlight(planOf(spec)));
  else stdout.write(`${toHex(firstFlight(planOf(spec)))}\n`);
}

export interface ShowOptions {
  readonly sni?: string;
  readonly json?: boolean;
  readonly lang?: string;
}

/**
 * @param source `-`, the name of a preset, a file (raw bytes, hex or JSON spec), or hex.
 * @throws HarnessError `bad-hello`, `unreadable-file`, DecodeError
 */
export async function showCommand(source: string, options: ShowOptions, io: Io): Promise<void> {
  const { stdout, env } = io;
  const language = languageOf(options.lang, env);
  const spec = await readHello(source, options.sni, io);
  if (options.json === true) {
    stdout.write(`${JSON.stringify(spec, null, 2)}\n`);
    return;
  }
  stdout.write(describe(spec, language));
}

function describe(spec: HelloSpec, language: Language): string {
  const message = encodeHello(spec);
  const flight = firstFlight(planOf(spec)).length;
  return [
    annotatedHex(message, { language }).trimEnd(),
    '',
    `ClientHello  ${cliMessages[language].bytes(message.length, flight)}`,
    `JA3          ${ja3(spec).hash}`,
    `JA4          ${ja4(spec)}`,
    '',
  ].join('\n');
}

async function readHello(source: string, sni: string | undefined, io: Io): Promise<HelloSpec> {
  if (source === '-') return parseHello(await readAll(io.stdin), 'standard input');
  if (isPresetName(source)) return makeHello(source, sni);
  if (existsSync(source)) return parseHello(await readBytes(source), JSON.stringify(source));
  if (/^[0-9a-f\s:]+$/i.test(source)) return parseHello(new TextEncoder().encode(source), 'the argument');
  const hint = suggestion(
    source,
    Object.keys(presets),
    'Give the name of a preset, a file, hex digits, or - for standard input.',
  );
  throw usageError(
    'bad-hello',
    `There is neither a preset nor a file ${JSON.stringify(source.slice(0, 60))}, and it is not hex.`,
    hint,
  );
}

function makeHello(preset: string, name: string | undefined): HelloSpec {
  const names = Object.keys(presets);
  if (!isPresetName(preset)) {
    const hint = suggestion(preset, names, `There are ${names.join(', ')}.`);
    throw usageError('unknown-preset', `There is no preset ${JSON.stringify(preset.slice(0, 60))}.`, hint);
  }
  const sni = name === undefined ? null : parseName(name, '--sni');
  return makePreset(preset, { sni, random: (length) => new Uint8Array(randomBytes(length)) });
}

const takenOut = 'It is a capture: helloprobe hello from-pcap FILE takes its ClientHellos out.';
const wholeFlight = 'Give the whole first flight, or the handshake message with its 4-byte header.';

/** Bytes, hex or a JSON spec, told apart by their content; records are taken off when there are any. */
function parseHello(bytes: Uint8Array, where: string): HelloSpec {
  const text = bytes.every((byte) => byte < 0x80) ? new TextDecoder().decode(bytes).trim() : '';
  if (text.startsWith('{')) {
    try {
      // Encoding checks every field of the spec; what comes back is the hello in its readable form.
      const spec = JSON.parse(text) as HelloSpec;
      return decodeHello(encodeHello(spec), spec.recordVersion);
    } catch (error) {
      if (error instanceof HarnessError) throw error;
      throw usageError(
        'bad-hello',
        `The JSON of ${where} is not a ClientHello.`,
        'helloprobe hello build --json shows the form.',
      );
    }
  }
  const isHex = text !== '' && /^[0-9a-f\s:]+$/i.test(text);
  const digits = text.replaceAll(/[\s:]/g, '');
  if (isHex && digits.length % 2 === 1)
    throw usageError('bad-hello', `The hex of ${where} has an odd number of digits.`);
  const { message, version } = withoutRecords(isHex ? fromHex(digits) : bytes, where);
  try {
    return decodeHello(message, codeText(version));
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw new HarnessError(error.code, `The bytes of ${where} are not a ClientHello: ${error.message}`, {
      hint: kindOfBytes(bytes) === 'capture' ? takenOut : (error.hint ?? wholeFlight),
      cause: error,
    });
  }
}

/** The handshake message of a first flight; bytes that do not begin with a record of type handshake are taken as the message. */
function withoutRecords(bytes: Uint8Array, where: string): { message: Uint8Array; version: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== handshakeRecord || bytes[1] !== 3) return { message: bytes, version: 0x0301 };
  const fragments: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = at + recordHeaderLength <= bytes.length ? view.getUint16(at + 3) : Number.POSITIVE_INFINITY;
    const end = at + recordHeaderLength + length;
    if (bytes[at] !== handshakeRecord || end > bytes.length) {
      throw usageError(
        'bad-hello',
        `The bytes of ${where} end within a TLS record.`,
        'Give the whole first flight, or the handshake message alone.',
      );
    }
    fragments.push(bytes.subarray(at + recordHeaderLength, end));
    at = end;
  }
  return { message: Buffer.concat(fragments), version: view.getUint16(1) };
}

/** Content type handshake (RFC 8446 §5.1). */
const handshakeRecord = 22;
function messageLength(text: string): number {
  const length = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (length >= 1 && length <= 0xffff) return length;
  throw usageError(
    'bad-option',
    `--pad-to ${JSON.stringify(text.slice(0, 40))} is not a number of bytes from 1 to 65535.`,
    'It counts the handshake message with its 4-byte header.',
  );
}
