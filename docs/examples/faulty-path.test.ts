/** A mocha test that puts one's own client on a faulty path. */
// #region snippet
import { expect } from 'chai';
import { startLab } from 'helloprobe/lab';

const client = `
  const socket = require('node:tls').connect({ host: process.argv[1], port: 443, rejectUnauthorized: false });
  socket.once('secureConnect', () => process.exit(0));
  socket.setTimeout(1500, () => process.exit(3));`;

describe('our client on a PPPoE line that drops ICMP', () => {
  it('gives up instead of hanging, and connects once the router clamps the MSS', async () => {
    await using lab = await startLab('pppoe-1454');
    const { host } = await lab.serve('good');
    const connect = () => lab.run('client', [process.execPath, '-e', client, host]);
    expect((await connect()).status).to.equal(3);
    await lab.change({ mtu: 1454, icmp: 'dropped', clampMss: 1414 });
    expect((await connect()).status).to.equal(0);
  }).timeout(10_000);
});
// #endregion
