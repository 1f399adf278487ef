/** What is wrong with a file of certificates, in words. */

import type { Language } from '../evidence/index.ts';
import { certificateFileLimits, type FoundProblem } from './certificate-file.ts';
import { pemDamageText } from './pem-damage.ts';

/** Damaged lines that one sentence names; the others are in the data. */
const shownDamage = 3;

/** One sentence or two, with a full stop: `The CERTIFICATE block of line 3 cannot be read: line 7 has 65 characters, it should have 64.` */
export function fileProblemText(problem: FoundProblem, language: Language = 'en'): string {
  const words = texts[language];
  const lines = problem.damage.filter(({ kind }) => kind !== 'total');
  const told = (damage: FoundProblem['damage'][number]): string => pemDamageText(damage, language);
  const more = new Set(lines.slice(shownDamage).map(({ line }) => line)).size;
  const shown = [
    ...lines.slice(0, shownDamage).map(told),
    ...(more > 0 ? [words.more(more)] : []),
    // What is missing in all tells how much is to be found again.
    ...problem.damage.filter(({ kind }) => kind === 'total').map(told),
  ];
  return words.problem(problem, shown.join(words.comma));
}

interface Words {
  readonly comma: string;
  readonly more: (count: number) => string;
  readonly problem: (problem: FoundProblem, damage: string) => string;
}

const en: Words = {
  comma: '; ',
  more: (count) => (count === 1 ? '1 more line' : `${count} more lines`),
  problem: (problem, damage) => {
    const { label, line, at } = problem;
    const block = label === null ? 'What stands here' : `The ${label} block that begins at line ${line}`;
    switch (problem.problem) {
      case 'bad-base64':
        return `${block} cannot be decoded: ${damage === '' ? `line ${at} is no base64` : damage}.`;
      case 'not-closed':
        return `${block} has no END line${damage === '' ? `; it breaks off at line ${at}` : `: ${damage}`}.`;
      case 'wrong-begin':
        return `Line ${at} was to begin a ${label} block, but five hyphens do not stand on both sides of BEGIN ${label}.`;
      case 'wrong-end':
        return `${block} ends at line ${at} with an END line of another label.`;
      case 'empty':
        return `${block} is empty.`;
      case 'encrypted':
        return `${block} is encrypted.`;
      case 'not-a-certificate':
        return damage === ''
          ? `${block} is no certificate.`
          : `${block} can be decoded, but its length is wrong: ${damage}.`;
      case 'too-large':
        return `The file is larger than ${certificateFileLimits.bytes >> 20} MiB and was not read.`;
      case 'too-many':
        return `The file has more than ${certificateFileLimits.certificates} certificates; those that follow were not read.`;
    }
  },
};

const ja: Words = {
  comma: '、',
  more: (count) => `ほか ${count} 行`,
  problem: (problem, damage) => {
    const { label, line, at } = problem;
    const block = label === null ? 'この内容' : `${line} 行目から始まる ${label} ブロック`;
    switch (problem.problem) {
      case 'bad-base64':
        return `${block}はデコードできません: ${damage === '' ? `${at} 行目が base64 ではありません` : damage}。`;
      case 'not-closed':
        return `${block}に END 行がありません${damage === '' ? ` (${at} 行目で途切れています)` : `: ${damage}`}。`;
      case 'wrong-begin':
        return `${at} 行目は ${label} ブロックの開始行のようですが、BEGIN ${label} の前後がそれぞれハイフン 5 個になっていません。`;
      case 'wrong-end':
        return `${block}は、${at} 行目にある別のラベルの END 行で終わっています。`;
      case 'empty':
        return `${block}は空です。`;
      case 'encrypted':
        return `${block}は暗号化されています。`;
      case 'not-a-certificate':
        return damage === ''
          ? `${block}は証明書ではありません。`
          : `${block}はデコードできますが、長さが正しくありません: ${damage}。`;
      case 'too-large':
        return `ファイルが ${certificateFileLimits.bytes >> 20} MiB を超えるため、読み取っていません。`;
      case 'too-many':
        return `証明書が ${certificateFileLimits.certificates} 枚を超えるため、それ以降は読み取っていません。`;
    }
  },
};

const texts: Record<Language, Words> = { en, ja };
