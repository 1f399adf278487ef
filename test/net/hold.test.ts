/** A connection that is open until it is closed, and nothing more. */

import { expect } from 'chai';
import { holdOpen } from '../../lib/net/index.ts';
import { listen, unusedPort } from './servers.ts';

describe('holdOpen', () => {
  it('keeps a connection open without a byte until it is closed', async () => {
    let bytes = 0;
    let closed: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    await using server = await listen((socket) => {
      socket.on('data', (chunk) => (bytes += chunk.length)).on('close', () => closed?.());
    });
    const held = await holdOpen(server, 1000);
    expect(held).to.not.equal(null);
    held?.close();
    await gone;
    expect(bytes).to.equal(0);
  });

  it('gives null when nobody listens', async () => {
    expect(await holdOpen({ address: '127.0.0.1', port: await unusedPort() }, 1000)).to.equal(null);
  });
});
