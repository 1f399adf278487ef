/** Addresses as text, from the words that the hot loop keeps. */

/**
 * IPv4-mapped addresses (words 0, 0, 0xffff) as dotted IPv4, all others as IPv6 in the form of RFC 5952: lower case, no leading
 * zeros, the longest run of two or more zero groups (the first of equals) as `::`.
 * @param w0 first of four big-endian 32-bit words, unsigned
 */
export function addressText(w0: number, w1: number, w2: number, w3: number): string {
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) {
    return `${w3 >>> 24}.${(w3 >>> 16) & 255}.${(w3 >>> 8) & 255}.${w3 & 255}`;
  }
  const groups = [w0, w1, w2, w3].flatMap((word) => [word >>> 16, word & 0xffff]);
  let zeros = 0;
  let longest = 1;
  let longestEnd = -1;
  for (let i = 0; i < 8; i++) {
    zeros = groups[i] === 0 ? zeros + 1 : 0;
    if (zeros > longest) {
      longest = zeros;
      longestEnd = i + 1;
    }
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return longestEnd < 0
    ? text(groups)
    : `${text(groups.slice(0, longestEnd - longest))}::${text(groups.slice(longestEnd))}`;
}
