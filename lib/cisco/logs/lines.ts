/** Bytes to lines: UTF-8, or UTF-16 where a byte order mark or the first characters say so, as exports of Windows are. */

/** Characters of a line that are kept. */
export const longestLine = 65_536;

/** Bytes that are made a string at once: a part of a string that is kept keeps all of it. */
const pieceBytes = 2 ** 16;

/** The same text in memory of its own, so that keeping it does not keep the piece that it was cut from. */
export function owned(text: string): string {
  return decoder.decode(encoder.encode(text));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class LineSplitter {
  readonly #take: (line: string) => void;
  #decoder: InstanceType<typeof TextDecoder> | null = null;
  #head = new Uint8Array(0);
  #rest = '';
  /** The line is longer than is kept. */
  #over = false;
  /** Lines that were cut for their length. */
  cut = 0;

  /** @param take called with each line, without its line feed */
  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += pieceBytes) this.#piece(bytes.subarray(from, from + pieceBytes));
  }

  end(): void {
    if (this.#decoder === null) {
      this.#decoder = decoderFor(this.#head);
      this.#text(this.#decoder.decode(this.#head, { stream: true }));
    }
    this.#text(this.#decoder.decode());
    if (this.#rest !== '' || this.#over) this.#line(this.#rest);
    this.#rest = '';
  }

  #piece(bytes: Uint8Array): void {
    if (this.#decoder === null) {
      // The mark may come in pieces.
      const head = new Uint8Array(this.#head.length + bytes.length);
      head.set(this.#head);
      head.set(bytes, this.#head.length);
      if (head.length < 3) {
        this.#head = head;
        return;
      }
      this.#head = new Uint8Array(0);
      this.#decoder = decoderFor(head);
      this.#text(this.#decoder.decode(head, { stream: true }));
      return;
    }
    this.#text(this.#decoder.decode(bytes, { stream: true }));
  }

  #text(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.#line(from === 0 && this.#rest !== '' ? this.#rest + text.slice(0, at) : text.slice(from, at));
      this.#rest = '';
      from = at + 1;
    }
    if (from >= text.length) return;
    const more = from === 0 ? text : text.slice(from);
    if (this.#rest.length + more.length <= longestLine) this.#rest += more;
    else {
      this.#over = true;
      this.#rest = (this.#rest + more).slice(0, longestLine);
    }
  }

  #line(line: string): void {
    if (this.#over || line.length > longestLine) {
      this.cut++;
      this.#over = false;
      this.#take(line.slice(0, longestLine));
    } else this.#take(line);
  }
}

function decoderFor([a, b]: Uint8Array): InstanceType<typeof TextDecoder> {
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le');
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be');
  // A log begins with a character of ASCII; what redirections of Windows append has no mark.
  if (a !== undefined && a !== 0 && b === 0) return new TextDecoder('utf-16le');
  if (a === 0 && b !== undefined && b !== 0) return new TextDecoder('utf-16be');
  return new TextDecoder();
}
