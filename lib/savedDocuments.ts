/** What a file that this program wrote holds: one document, or JSON Lines put together to the documents they stand for. */

export interface SavedDocuments {
  /** Untrusted: a file may say anything. */
  readonly documents: readonly SavedDocument[];
  /** Some of it could not be read, or its end is missing: what is not in it may have been in the run. */
  readonly broken: boolean;
}

export type SavedDocument = Readonly<Record<string, unknown>>;

/**
 * The documents in a file written with `--json` or `--jsonl`, also by several runs one behind the other; null when it is nothing that
 * this program wrote. Of JSON Lines, documents have certificates and how handshakes ended, not all the rest. Never throws.
 */
export function savedDocuments(text: string): SavedDocuments | null {
  const whole = parsed(text);
  if (whole !== null) return isDocument(whole) ? { documents: [whole], broken: false } : fromLines([whole]);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (
    fromLines(lines.map(parsed)) ?? (writtenHere.test(text.slice(0, 1_000)) ? { documents: [], broken: true } : null)
  );
}

/** Stands at the head of each document. */
const writtenHere = /"tool":\s*\{\s*"name":\s*"helloprobe"/;

/** The text of a file whose first character is that of a JSON object; null for any other. Windows saves it as UTF-16, too. */
export function jsonText(bytes: Uint8Array): string | null {
  const encoding =
    encodings.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte))?.encoding ?? 'utf-8';
  const head = new TextDecoder(encoding).decode(bytes.subarray(0, 64));
  return /^\s*\{/.test(head) ? new TextDecoder(encoding).decode(bytes) : null;
}

const encodings = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/** A document of which not all lines have come. */
interface Opened {
  head: SavedDocument;
  readonly certificates: unknown[];
  readonly conversations: unknown[];
  readonly episodes: unknown[];
  readonly observations: Map<string, unknown>;
}

/** Lines of several captures or targets may be mixed: each says of which it is. @param lines null where one is no JSON object */
function fromLines(lines: readonly (SavedDocument | null)[]): SavedDocuments | null {
  const documents: SavedDocument[] = [];
  const open = new Map<string, Opened>();
  let broken = false;
  for (const line of lines) {
    if (line === null) broken = true;
    else if (isDocument(line) && typeof line['type'] !== 'string') documents.push(line);
    else if (isLine(line)) {
      const of = nameOf(line['capture']) ?? nameOf(line['targetName']) ?? '';
      const document = open.get(of) ?? opened();
      open.set(of, document);
      if (!added(document, line)) continue;
      documents.push(documentOf(document));
      open.delete(of);
    } else broken = true;
  }
  documents.push(...[...open.values()].map(documentOf));
  return documents.length === 0 ? null : { documents, broken: broken || open.size > 0 };
}

/** @returns true for the last line of a document */
function added(document: Opened, line: SavedDocument): boolean {
  switch (line['type']) {
    case 'certificate':
      document.certificates.push(line['certificate']);
      return false;
    case 'conversation':
      document.conversations.push(line['conversation']);
      return false;
    case 'episode':
      document.episodes.push(line['episode']);
      return false;
    case 'run-started':
      document.head = { target: line['target'] };
      return false;
    case 'probe-finished':
      document.observations.set(nameOf(line['probe']) ?? '', line['observation']);
      return false;
    case 'run-finished':
      document.head = isObject(line['report']) ? line['report'] : document.head;
      return true;
    case 'summary':
      document.head = line;
      return true;
    default:
      return false;
  }
}

function documentOf({ head, observations, ...lists }: Opened): SavedDocument {
  const probed = observations.size === 0 ? {} : { observations: Object.fromEntries(observations) };
  return { schemaVersion: 1, tool: { name: 'helloprobe' }, ...head, ...lists, ...probed };
}

function opened(): Opened {
  return { head: {}, certificates: [], conversations: [], episodes: [], observations: new Map() };
}

/** Types of lines that this program writes. */
const types: ReadonlySet<unknown> = new Set([
  'source',
  'conversation',
  'certificate',
  'chain',
  'finding',
  'episode',
  'error',
  'run-started',
  'attempt',
  'probe-started',
  'probe-finished',
  'run-finished',
  'summary',
]);

function isLine(value: SavedDocument): boolean {
  return types.has(value['type']);
}

function nameOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isObject(value: unknown): value is SavedDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDocument(value: SavedDocument): boolean {
  return value['schemaVersion'] === 1 && isObject(value['tool']);
}

function parsed(text: string): SavedDocument | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
