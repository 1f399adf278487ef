/** Conversations that were read, by their outlines: what comes again need not be read again. */

import type { Conversation } from '../../evidence/index.ts';
import { sameBytes } from '../../wire/index.ts';
import type { PlainFlow } from '../flow/index.ts';
import type { Outline } from './outline.ts';

/** True when both hold the same bytes, ten thousand mostly. */
export type SameBytes = (a: Uint8Array, b: Uint8Array) => boolean;

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

/** Conversations with the same outline. */
interface Kind {
  readonly outline: Uint8Array;
  /** Direction that the ClientHello came in. */
  readonly client: 0 | 1;
  readonly likes: Likeness[];
  readonly next: Kind | undefined;
  /** Place in its chain, from 1. */
  readonly place: number;
}

/** Conversations that stand for others; bytes of outlines; outlines of the same hash. Beyond them nothing is learned any more. */
const mostLikes = 1_000;
const mostBytes = 2 ** 22;
const longestChain = 8;
/** Looks without success before it may be given up. */
const patience = 500;

export class Likenesses {
  readonly #sameBytes: SameBytes;
  readonly #kinds = new Map<number, Kind>();
  #likes = 0;
  #bytes = 0;
  #found = 0;
  #missed = 0;

  constructor(compare: SameBytes = sameBytes) {
    this.#sameBytes = compare;
  }

  /** False for a capture in which fewer than one in five connections are like an earlier one. */
  get worthwhile(): boolean {
    return this.#missed < patience || this.#missed < 4 * this.#found;
  }

  /** The conversation that this one is like. @param port of the server */
  find(outline: Outline, flow: PlainFlow, port: number): Likeness | null {
    const kind = this.#kindOf(outline, hashOf(outline));
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

  /** Keeps it for those to come, with a copy of its outline. @returns false when a limit is reached */
  learn(outline: Outline, like: Likeness): boolean {
    if (this.#likes >= mostLikes) return false;
    const hash = hashOf(outline);
    let kind = this.#kindOf(outline, hash);
    if (kind === undefined) {
      const first = this.#kinds.get(hash);
      const place = first === undefined ? 1 : first.place + 1;
      const { bytes, length, client } = outline;
      if (place > longestChain || this.#bytes + length > mostBytes) return false;
      kind = { outline: bytes.slice(0, length), client, likes: [], next: first, place };
      this.#kinds.set(hash, kind);
      this.#bytes += length;
    }
    kind.likes.push(like);
    this.#likes++;
    return true;
  }

  #kindOf(outline: Outline, hash: number): Kind | undefined {
    let kind = this.#kinds.get(hash);
    while (kind !== undefined && !this.#isOf(kind, outline)) kind = kind.next;
    return kind;
  }

  #isOf(kind: Kind, { bytes, length, client }: Outline): boolean {
    const known = kind.outline;
    return known.length === length && kind.client === client && this.#sameBytes(known, bytes.subarray(0, length));
  }
}

const noKind = { likes: [] as readonly Likeness[] };

/** Words at the beginning, with the ClientHello, that are all part of the hash; then every sixteenth is: certificates differ everywhere. */
const allHashed = 160;

function hashOf({ words, length }: Outline): number {
  const count = (length + 3) >> 2;
  let hash = length;
  for (let i = 0; i < count; i += i < allHashed ? 1 : 16)
    hash = Math.imul(hash ^ words[i]!, 0x01000193) ^ (hash >>> 15);
  return hash;
}
