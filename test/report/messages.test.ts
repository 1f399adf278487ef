/** The words of the text report: what the English is told, the Japanese says too. */

import { expect } from 'chai';
import { messages } from '../../lib/report/messages/index.ts';

type Say = (...given: unknown[]) => string;

/** Digits can be counted, compared and shown, so they fill every place, whether it is meant for a number or for a text. */
const fillings = [
  ['71', '72', '73'],
  [1, '1', '1'],
  [-31, '82', '83'],
];

describe('report: messages', () => {
  it('put every number that they are given into both languages', () => {
    const japanese = new Map(sentences(messages.ja));
    for (const [path, say] of sentences(messages.en)) {
      for (const numbers of fillings) {
        // What a reason is given is text.
        const filling = path.includes('reasons') || path === 'detail' ? numbers.map(String) : numbers;
        const [en, ja] = [say(...filling), japanese.get(path)?.(...filling) ?? ''];
        expect(numbersIn(ja), `${path}: ${ja} | ${en}`).to.include.members(numbersIn(en));
      }
    }
  });
});

/** Every sentence with places to fill in, by its path. */
function sentences(words: object, path = ''): [string, Say][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]): [string, Say][] => {
    if (typeof value === 'function') return [[`${path}${key}`, value as Say]];
    return typeof value === 'object' && value !== null ? sentences(value, `${path}${key}.`) : [];
  });
}

function numbersIn(text: string): string[] {
  return [...text.matchAll(/\d+/g)].map(([digits]) => digits);
}
