/** What is wrong with a file of certificates, in words. */

import type { FileProblemKind, Language } from '../evidence/index.ts';
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
  const { label, at } = problem;
  return words.problems[problem.problem]({ label, at, block: words.block(problem), damage: shown.join(words.comma) });
}

/** What a sentence is made of. */
interface Told extends Pick<FoundProblem, 'label' | 'at'> {
  readonly block: string;
  /** Empty where nothing is known. */
  readonly damage: string;
}

interface Words {
  readonly comma: string;
  readonly more: (count: number) => string;
  /** How the block is called. */
  readonly block: (problem: FoundProblem) => string;
  readonly problems: Readonly<Record<FileProblemKind, (told: Told) => string>>;
}

const en: Words = {
  comma: '; ',
  more: (count) => (count === 1 ? '1 more line' : `${count} more lines`),
  block: ({ label, line }) => (label === null ? 'What stands here' : `The ${label} block that begins at line ${line}`),
  problems: {
    'bad-base64': ({ block, at, damage }) =>
      `${block} cannot be decoded: ${damage === '' ? `line ${at} is no base64` : damage}.`,
    'not-closed': ({ block, at, damage }) =>
      `${block} has no END line${damage === '' ? `; it breaks off at line ${at}` : `: ${damage}`}.`,
    'wrong-begin': ({ label, at }) =>
      `Line ${at} was to begin a ${label} block, but it is not just BEGIN ${label} with five hyphens on both sides.`,
    'wrong-end': ({ block, at }) => `${block} ends at line ${at} with an END line of another label.`,
    empty: ({ block }) => `${block} is empty.`,
    encrypted: ({ block }) => `${block} is encrypted.`,
    'not-a-certificate': ({ block, damage }) =>
      damage === '' ? `${block} is no certificate.` : `${block} can be decoded, but its length is wrong: ${damage}.`,
    'too-large': () => `The file is larger than ${certificateFileLimits.bytes >> 20} MiB and was not read.`,
    'too-many': () =>
      `The file has more than ${certificateFileLimits.certificates} certificates; those that follow were not read.`,
    'broken-report': () =>
      'This report breaks off, or was changed: some of it cannot be read, and may have held more certificates.',
    capture: () => 'This is a capture: helloprobe pcap reads its certificates.',
    unreadable: () => 'It could not be read: the system does not permit it, or its links lead nowhere.',
    'left-out': () => 'This folder has more files, or deeper folders, than are looked at; what follows was not read.',
    'not-judged': () => 'There are too many certificates for one run; some of this file are listed, but not judged.',
  },
};

const ja: Words = {
  comma: '、',
  more: (count) => `ほか ${count} 行`,
  block: ({ label, line }) => (label === null ? 'この内容' : `${line} 行目から始まる ${label} ブロック`),
  problems: {
    'bad-base64': ({ block, at, damage }) =>
      `${block}はデコードできません: ${damage === '' ? `${at} 行目が base64 ではありません` : damage}。`,
    'not-closed': ({ block, at, damage }) =>
      `${block}に END 行がありません${damage === '' ? ` (${at} 行目で途切れています)` : `: ${damage}`}。`,
    'wrong-begin': ({ label, at }) =>
      `${at} 行目は ${label} ブロックの開始行のようですが、BEGIN ${label} とその前後のハイフン 5 個ずつだけの行になっていません。`,
    'wrong-end': ({ block, at }) => `${block}は、${at} 行目にある別のラベルの END 行で終わっています。`,
    empty: ({ block }) => `${block}は空です。`,
    encrypted: ({ block }) => `${block}は暗号化されています。`,
    'not-a-certificate': ({ block, damage }) =>
      damage === ''
        ? `${block}は証明書ではありません。`
        : `${block}はデコードできますが、長さが正しくありません: ${damage}。`,
    'too-large': () => `ファイルが ${certificateFileLimits.bytes >> 20} MiB を超えるため、読み取っていません。`,
    'too-many': () => `証明書が ${certificateFileLimits.certificates} 枚を超えるため、それ以降は読み取っていません。`,
    'broken-report': () =>
      'このレポートは途中で切れているか、変更されています。一部を読み取れず、ほかにも証明書があった可能性があります。',
    capture: () => 'これはキャプチャです。含まれる証明書は helloprobe pcap で読み取れます。',
    unreadable: () => '読み取れませんでした。権限がないか、リンク先がありません。',
    'left-out': () => 'このフォルダーはファイル数または階層の深さが上限を超えるため、残りは読み取っていません。',
    'not-judged': () => '証明書が多すぎるため、このファイルの一部は一覧に示すだけで判定していません。',
  },
};

const texts: Record<Language, Words> = { en, ja };
