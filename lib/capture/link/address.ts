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
  setGroups(w0, w1, w2, w3);
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
  if (longestEnd < 0) return groupTexts(0, 8);
  return `${groupTexts(0, longestEnd - longest)}::${groupTexts(longestEnd, 8)}`;
}

/** Texts of addresses that come again and again: the last one is known. */
export class AddressTexts {
  #w0 = -1;
  #w1 = -1;
  #w2 = -1;
  #w3 = -1;
  #text = '';

  of(w0: number, w1: number, w2: number, w3: number): string {
    if (w3 === this.#w3 && w2 === this.#w2 && w1 === this.#w1 && w0 === this.#w0) return this.#text;
    this.#w0 = w0;
    this.#w1 = w1;
    this.#w2 = w2;
    this.#w3 = w3;
    this.#text = addressText(w0, w1, w2, w3);
    return this.#text;
  }
}

/** Used only until the next call. */
const groups = new Uint16Array(8);

function setGroups(w0: number, w1: number, w2: number, w3: number): void {
  groups[0] = w0 >>> 16;
  groups[1] = w0;
  groups[2] = w1 >>> 16;
  groups[3] = w1;
  groups[4] = w2 >>> 16;
  groups[5] = w2;
  groups[6] = w3 >>> 16;
  groups[7] = w3;
}

function groupTexts(start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += i === start ? groups[i]!.toString(16) : `:${groups[i]!.toString(16)}`;
  return text;
}
