import { expect } from 'chai';
import { PlainFlow } from '../../../lib/capture/flow/index.ts';
import { Likeness, Likenesses } from '../../../lib/capture/tls/likeness.ts';
import type { Outline } from '../../../lib/capture/tls/outline.ts';
import type { Conversation } from '../../../lib/evidence/index.ts';

const port = 443;
const conversation = { server: { address: '192.0.2.1', port } } as Conversation;

/** An outline of 4 bytes a word. @param length in bytes; default: all of them */
function outlineOf(words: readonly number[], length = 4 * words.length, client: 0 | 1 = 0): Outline {
  const kept = Int32Array.from(words);
  return { bytes: new Uint8Array(kept.buffer), words: kept, length, client };
}

function flowOf(facts: Partial<PlainFlow> = {}): PlainFlow {
  return Object.assign(new PlainFlow(), { mssA: 1460, mssB: 1460, course: 1, ...facts });
}

function likenessOf(flow = flowOf()): Likeness {
  return new Likeness(conversation, [], flow);
}

describe('capture tls likenesses', () => {
  it('find a conversation by outline, port of the server, both MSS, and who opened and ended it', () => {
    const likenesses = new Likenesses();
    const outline = outlineOf([1, 2, 3, 4, 5, 6]);
    const like = likenessOf();
    expect(likenesses.find(outline, flowOf(), port)).to.equal(null);
    expect(likenesses.learn(outline, like)).to.equal(true);
    expect(likenesses.find(outline, flowOf(), port)).to.equal(like);
    // Behind the outline are bytes of others.
    expect(likenesses.find(outlineOf([1, 2, 3, 4, 5, 6, 99], 24), flowOf(), port)).to.equal(like);
    for (const facts of [{ mssA: 1414 }, { mssB: 0 }, { course: 2 }])
      expect(likenesses.find(outline, flowOf(facts), port)).to.equal(null);
    expect(likenesses.find(outline, flowOf(), 8305)).to.equal(null);
    for (let i = 0; i < 6; i++) {
      const words = [1, 2, 3, 4, 5, 6];
      words[i] = 7;
      expect(likenesses.find(outlineOf(words), flowOf(), port), String(i)).to.equal(null);
    }
    expect(likenesses.find(outlineOf([1, 2, 3, 4, 5, 6], 23), flowOf(), port)).to.equal(null);
    expect(likenesses.find(outlineOf([1, 2, 3, 4, 5, 6], 24, 1), flowOf(), port)).to.equal(null);
  });

  it('keep copies of outlines, and several conversations with the same one', () => {
    const likenesses = new Likenesses();
    const outline = outlineOf([1, 2, 3]);
    const [small, large] = [flowOf({ mssA: 1200 }), flowOf()];
    const likes = [likenessOf(small), likenessOf(large)] as const;
    for (const like of likes) likenesses.learn(outline, like);
    outline.words.fill(9);
    expect(likenesses.find(outline, large, port)).to.equal(null);
    expect(likenesses.find(outlineOf([1, 2, 3]), large, port)).to.equal(likes[1]);
    expect(likenesses.find(outlineOf([1, 2, 3]), small, port)).to.equal(likes[0]);
  });

  it('are worthwhile as long as one in five conversations is like an earlier one, or few have been seen', () => {
    const likenesses = new Likenesses();
    const known = outlineOf([1]);
    likenesses.learn(known, likenessOf());
    const miss = (count: number): void => {
      for (let i = 0; i < count; i++) likenesses.find(outlineOf([2]), flowOf(), port);
    };
    miss(499);
    expect(likenesses.worthwhile).to.equal(true);
    miss(1);
    expect(likenesses.worthwhile).to.equal(false);
    for (let i = 0; i < 126; i++) likenesses.find(known, flowOf(), port);
    expect(likenesses.worthwhile).to.equal(true);
    miss(4);
    expect(likenesses.worthwhile).to.equal(false);
  });

  it('learn at most 1,000 conversations', () => {
    const likenesses = new Likenesses();
    for (let i = 0; i < 1000; i++) expect(likenesses.learn(outlineOf([i]), likenessOf())).to.equal(true);
    expect(likenesses.learn(outlineOf([0]), likenessOf())).to.equal(false);
    expect(likenesses.find(outlineOf([999]), flowOf(), port)).not.to.equal(null);
  });

  it('learn outlines of 4 MiB together at most', () => {
    const likenesses = new Likenesses();
    const long = (seed: number): Outline => outlineOf([seed, ...Array.from({ length: 8191 }, () => 0)]);
    let learned = 0;
    while (learned < 1000 && likenesses.learn(long(learned), likenessOf())) learned++;
    expect(learned).to.equal(2 ** 22 / 2 ** 15);
    // One more conversation with an outline that is kept takes no room.
    expect(likenesses.learn(long(0), likenessOf(flowOf({ course: 5 })))).to.equal(true);
  });

  it('learn at most eight outlines that are made to have the same hash', () => {
    const likenesses = new Likenesses();
    const alike = (seed: number): Outline => outlineOf(Array.from({ length: 300 }, (_, i) => (i === 170 ? seed : 5)));
    const learned = Array.from({ length: 12 }, (_, seed) => likenesses.learn(alike(seed), likenessOf()));
    expect(learned.filter(Boolean)).to.have.lengthOf(8);
    for (let seed = 0; seed < 12; seed++)
      expect(likenesses.find(alike(seed), flowOf(), port) !== null, String(seed)).to.equal(learned[seed]);
  });
});
