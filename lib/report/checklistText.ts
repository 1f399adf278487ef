/** The recommended configuration in a few lines: what is not done first, each with what speaks against it. */

import type { ChecklistItem, CheckReport } from '../evidence/index.ts';
import type { Page, Row } from './page.ts';

export function checklistRow({ words }: Page, { checklist = [] }: CheckReport): Row {
  const { checklist: said, label } = words;
  const titles = (state: ChecklistItem['state']): string =>
    checklist
      .filter((item) => item.state === state)
      .map(({ title }) => title)
      .join('; ');
  const together = [
    { text: said.done, titles: titles('done') },
    { text: said.unknown, titles: titles('unknown') },
    { text: said.notVisible, titles: titles('not-visible') },
  ].filter((group) => group.titles !== '');
  return {
    label: label.checklist,
    paragraphs: [
      ...checklist.filter(({ state }) => state === 'not-done').map(({ title, why }) => said.notDone(title, why)),
      ...together.map((group) => group.text(group.titles)),
    ],
  };
}
