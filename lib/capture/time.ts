/** Times of packets as text. */

/** The last second that was asked for, and its text. One belongs to the other, so that no result depends on what was asked before. */
let second = Number.NaN;
let prefix = '';

/** ISO 8601 with milliseconds. @param time milliseconds since 1970, within the years 1970 to 9999 */
export function isoTime(time: number): string {
  // Messages of a conversation fall into the same second: most of the text is then known.
  const whole = Math.floor(time / 1000);
  if (whole !== second) {
    second = whole;
    prefix = new Date(whole * 1000).toISOString().slice(0, 20);
  }
  const milliseconds = Math.floor(time - whole * 1000);
  return `${prefix}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z`;
}
