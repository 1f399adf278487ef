/** What a file is that is no capture: one sentence on what its first bytes look like, and what to do about it. */

import { HarnessError, toHex } from '../../wire/index.ts';
import { isPcap } from './pcap.ts';
import { isPcapng, type SectionProblem } from './section.ts';

interface Known {
  /** What the file may begin with, one character a byte. */
  readonly starts: readonly string[];
  readonly what: string;
  readonly hint: string;
}

const convert = 'Convert it first: editcap -F pcapng FILE out.pcapng';
const textHint = 'A capture is a binary file: write one with tcpdump -w or in Wireshark, not the text that they print.';
const again = 'Only one layer of compression is unpacked here: ';

const known: readonly Known[] = [
  { starts: ['\x1f\x8b'], what: 'a gzip file', hint: `${again}gunzip FILE` },
  { starts: ['\x28\xb5\x2f\xfd'], what: 'a zstd file', hint: `${again}unzstd FILE` },
  { starts: ['\x04\x22\x4d\x18'], what: 'an lz4 file', hint: 'Unpack it first: lz4 -d FILE out.pcap' },
  { starts: ['BZh'], what: 'a bzip2 file', hint: 'Unpack it first: bunzip2 FILE' },
  { starts: ['\xfd7zXZ\0'], what: 'an xz file', hint: 'Unpack it first: unxz FILE' },
  { starts: ['PK\x03\x04'], what: 'a zip archive', hint: 'Unpack it first: unzip FILE' },
  { starts: ['7z\xbc\xaf\x27\x1c'], what: 'a 7-Zip archive', hint: 'Unpack it first: 7z x FILE' },
  { starts: ['snoop\0\0\0'], what: 'a snoop capture (Solaris)', hint: convert },
  { starts: ['RTSS', 'GMBU'], what: 'a capture of Microsoft Network Monitor', hint: convert },
  { starts: ['TRSNIFF'], what: 'a capture of a Sniffer', hint: convert },
  { starts: ['XCP\0'], what: 'a capture of NetXRay', hint: convert },
  { starts: ['iptrace '], what: 'a capture of iptrace (AIX)', hint: convert },
  {
    starts: ['\x1c\0\x01\xab', '\x1c\0\x01\xac', '\xab\x01\0\x1c', '\xac\x01\0\x1c'],
    what: 'a capture of an Ixia tester',
    hint: convert,
  },
  {
    starts: ['\xa1\x2b\x3c\x4d', '\x4d\x3c\x2b\xa1', '\xa1\xb2\x34\xcd', '\xcd\x34\xb2\xa1'],
    what: 'a private variant of pcap, which libpcap does not read either',
    hint: 'Export it as pcap or pcapng with the program that wrote it.',
  },
  { starts: ['btsnoop\0'], what: 'a Bluetooth capture', hint: 'Only captures of IP networks are read.' },
  {
    starts: ['\r\n\r\r\r\n', '\r\n\r\r\n', '\n\r\n', '\n\n'],
    what: 'a pcapng file that a transfer in text mode damaged',
    hint: 'Copy it again in binary mode.',
  },
  { starts: ['-----BEGIN '], what: 'a PEM file', hint: textHint },
];

const keyLogLine = /^(?:CLIENT|SERVER)_[A-Z0-9_]+ [0-9A-Fa-f]{64} /m;

/** @param start up to 512 bytes, as many as the file has */
export function refusal(start: Uint8Array): HarnessError {
  if (start.length === 0) {
    return new HarnessError('not-a-capture', 'The file is empty.', {
      hint: 'Was the capture stopped before its header was written, or the disk full?',
    });
  }
  if (start.length < 4 || isPcap(start) || isPcapng(start)) {
    return new HarnessError(
      'not-a-capture',
      `The file ends after ${start.length} bytes, before or inside the header of a capture.`,
      { hint: 'Copy the file again, or take the capture again.' },
    );
  }
  const text = String.fromCharCode(...start);
  if (isText(start) && keyLogLine.test(text))
    return notCapture('a TLS key log', 'Give the capture, and the key log beside it.');
  const found = known.find(({ starts }) => starts.some((first) => text.startsWith(first)));
  // Line breaks alone are also how a text may begin.
  if (found !== undefined && !(/^[\r\n]/.test(text) && isText(start))) return notCapture(found.what, found.hint);
  if (isText(start)) return notCapture('text', textHint);
  const first = toHex(start.subarray(0, 8));
  return new HarnessError('not-a-capture', `The file is no capture: it begins with the bytes ${first}.`, {
    hint: 'pcap and pcapng are read, plain or compressed with gzip or zstd; editcap converts other formats.',
  });
}

/** A pcapng header that no reader accepts. */
export function headerRefusal(problem: SectionProblem): HarnessError {
  return new HarnessError('not-a-capture', sectionTexts[problem], {
    hint: 'Copy the file again in binary mode, or write it anew with editcap.',
  });
}

const sectionTexts: Record<SectionProblem, string> = {
  'no-pcapng': 'The file begins like pcapng, but its byte-order mark is damaged.',
  'bad-length': 'The file begins like pcapng, but the length of its first block is impossible.',
  'unknown-version': 'The file is pcapng of a version that nothing reads; 1.0 and 1.2 are known.',
};

function notCapture(what: string, hint: string): HarnessError {
  return new HarnessError('not-a-capture', `The file is no capture: it looks like ${what}.`, { hint });
}

/** Printable characters, white space and UTF-8 only, or UTF-16 with its mark. */
function isText(start: Uint8Array): boolean {
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return true;
  return start.every((byte) => (byte >= 0x20 ? byte !== 0x7f : byte >= 0x09 && byte <= 0x0d));
}
