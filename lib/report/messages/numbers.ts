/** Numbers in running text, the same in every language. */

/** Digits in groups of three: `1,234`. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+(?!\d))/g, ',');
}
