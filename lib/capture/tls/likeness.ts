/** Conversations that were read, by their outlines: what comes again need not be read again. */

import type { Conversation } from '../../evidence/index.ts';
import type { PlainFlow } from '../flow/index.ts';
import type { Outliner } from './outline.ts';

/** In which conversations a certificate was seen. */
export interface Sightings {
  readonly seenIn: string[];
  seenCount: number;
}

/** A conversation that stands for all that are like it. */
export class Likeness {
  /** The first of its kind. */
  conversation: Conversation;
  /** What follows from it is known. */
  judged = false;
  /** Of its certificates, each once. */
  readonly sightings: readonly Sightings[];
  /** Of the server. */
  readonly port: number;
  readonly mssA: number;
  readonly mssB: number;
  readonly course: number;

  constructor(conversation: Conversation, sightings: readonly Sightings[], { mssA, mssB, course }: PlainFlow) {
    this.conversation = conversation;
    this.sightings = sightings;
    this.port = conversation.server.port;
    this.mssA = mssA;
    this.mssB = mssB;
    this.course = course;
  }

  /** It was judged, and is this now. */
  stands(conversation: Conversation): void {
    this.conversation = conversation;
    this.judged = true;
  }
}

interface Kind {
  readonly outline: Int32Array;
  readonly length: number;
  readonly client: 0 | 1;
  readonly likes: Likeness[];
  readonly next: Kind | undefined;
  /** Place in its chain, from 1. */
  readonly place: number;
}

/** Of each limit: with more, nothing is learned any more. */
const mostLikes = 1_000;
const mostWords = 2 ** 20;
const longestChain = 8;
/** Looks without success before it is given up, when hardly any have had success. */
const patience = 500;

export class Likenesses {
  readonly #kinds = new Map<number, Kind>();
  #likes = 0;
  #words = 0;
  #found = 0;
  #missed = 0;

  /** False for a capture in which hardly any two connections are alike. */
  get worthwhile(): boolean {
    return this.#missed < patience || this.#missed < 4 * this.#found;
  }

  /** Of the outline that was drawn last. @param port of the server */
  find(outliner: Outliner, flow: PlainFlow, port: number): Likeness | null {
    const kind = this.#kindOf(outliner, hashOf(outliner));
    const { likes } = kind ?? noKind;
    for (let i = 0; i < likes.length; i++) {
      const like = likes[i]!;
      if (like.port === port && like.course === flow.course && like.mssA === flow.mssA && like.mssB === flow.mssB) {
        this.#found++;
        return like;
      }
    }
    this.#missed++;
    return null;
  }

  /** The conversation whose outline was drawn last. */
  learn(outliner: Outliner, like: Likeness): boolean {
    if (this.#likes >= mostLikes) return false;
    const hash = hashOf(outliner);
    let kind = this.#kindOf(outliner, hash);
    if (kind === undefined) {
      const first = this.#kinds.get(hash);
      const place = first === undefined ? 1 : first.place + 1;
      const words = wordsOf(outliner);
      if (place > longestChain || this.#words + words > mostWords) return false;
      const { length, client } = outliner;
      kind = { outline: outliner.words.slice(0, words), length, client, likes: [], next: first, place };
      this.#kinds.set(hash, kind);
      this.#words += words;
    }
    kind.likes.push(like);
    this.#likes++;
    return true;
  }

  #kindOf(outliner: Outliner, hash: number): Kind | undefined {
    let kind = this.#kinds.get(hash);
    while (kind !== undefined && !isOf(kind, outliner)) kind = kind.next;
    return kind;
  }
}

const noKind = { likes: [] as readonly Likeness[] };

function isOf({ outline, length, client }: Kind, outliner: Outliner): boolean {
  if (length !== outliner.length || client !== outliner.client) return false;
  const { words } = outliner;
  const whole = outline.length & ~3;
  // Nearly always equal to the end, which is 10 KiB away.
  for (let i = 0; i < whole; i += 4) {
    const difference =
      (outline[i]! ^ words[i]!) |
      (outline[i + 1]! ^ words[i + 1]!) |
      (outline[i + 2]! ^ words[i + 2]!) |
      (outline[i + 3]! ^ words[i + 3]!);
    if (difference !== 0) return false;
  }
  for (let i = whole; i < outline.length; i++) if (outline[i] !== words[i]) return false;
  return true;
}

function wordsOf({ length }: Outliner): number {
  return (length + 3) >> 2;
}

/** Words at the beginning, with the ClientHello, that are all part of the hash; then it is every sixteenth: certificates differ everywhere. */
const allHashed = 160;

function hashOf(outliner: Outliner): number {
  const { words, length } = outliner;
  const count = wordsOf(outliner);
  let hash = length;
  for (let i = 0; i < count; i += i < allHashed ? 1 : 16)
    hash = Math.imul(hash ^ words[i]!, 0x01000193) ^ (hash >>> 15);
  return hash;
}
