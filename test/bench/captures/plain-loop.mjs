/**
 * The least that JavaScript can do with a capture: read it, find the headers of each TCP segment, and note sequence and acknowledgement number
 * in the row of its flow. No TLS, no gaps, no repetitions, nothing but the commonest headers. It tells how fast this machine runs such code
 * beside programs in C: goals against these come from another machine. `node plain-loop.mjs FILE`
 */

import { openSync, readSync } from 'node:fs';

const room = new Uint8Array(2 ** 19);
const view = new DataView(room.buffer);
const places = 2 ** 17;
const index = new Int32Array(places);
const rows = new Int32Array(2 ** 20);
let flows = 0;
let segments = 0;

const mixed = (address, port) => {
  const h = Math.imul(address, 0x9e3779b1) ^ Math.imul(port, 0xc2b2ae35);
  return Math.imul(h ^ (h >>> 16), 0x27d4eb2f);
};

/** Flow and direction, `flow * 2 + direction`; flows of one hash are told apart by their row. */
function keyOf(source, destination, ports) {
  const from = mixed(source, ports >>> 16);
  const to = mixed(destination, ports & 0xffff);
  const hash = Math.imul((from + to) ^ Math.imul(from ^ to, 0x85ebca6b), 0x2c1b3c6d);
  const swapped = (ports << 16) | (ports >>> 16);
  let place = (hash ^ (hash >>> 13)) & (places - 1);
  for (; index[place] !== 0; place = (place + 1) & (places - 1)) {
    const row = (index[place] - 1) * 8;
    if (rows[row] === source && rows[row + 1] === destination && rows[row + 2] === ports) return (index[place] - 1) * 2;
    if (rows[row] === destination && rows[row + 1] === source && rows[row + 2] === swapped)
      return (index[place] - 1) * 2 + 1;
  }
  index[place] = flows + 1;
  rows.set([source, destination, ports], flows * 8);
  return flows++ * 2;
}

function take(at, end) {
  if (end - at < 54 || (view.getInt32(at + 12) & ~0xff) !== 0x08004500 || room[at + 23] !== 6) return;
  const key = keyOf(view.getInt32(at + 26), view.getInt32(at + 30), view.getInt32(at + 34));
  const side = (key >> 1) * 8 + 3 + (key & 1) * 2;
  const header = (room[at + 46] >> 4) << 2;
  rows[side] = view.getInt32(at + 38) + view.getUint16(at + 16) - 20 - header;
  rows[side + 1] = view.getInt32(at + 42);
  segments++;
}

/** Records of [at, end), 64 at most: code that V8 makes while a loop runs is slower. @returns where it stopped */
function parse(at, end) {
  for (let packets = 0; packets < 64 && end - at >= 16; packets++) {
    const next = at + 16 + view.getUint32(at + 8, true);
    if (next > end) break;
    take(at + 16, next);
    at = next;
  }
  return at;
}

const file = openSync(process.argv[2], 'r');
for (let place = 24, length = 1; length > 0; ) {
  length = readSync(file, room, 0, room.length, place);
  let at = 0;
  for (let next = parse(at, length); next !== at; next = parse(at, length)) at = next;
  if (at === 0) break;
  place += at;
}
console.log(`${segments} segments in ${flows} flows`);
