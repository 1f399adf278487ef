import { expect } from 'chai';
import { isLabAddress, isLoopback } from '../../lib/net/index.ts';

describe('the mark of a lab', () => {
  it('takes addresses for documentation as the lab’s, inside a lab', () => {
    for (const address of ['192.0.2.1', '198.51.100.2', '203.0.113.17', '2001:db8:1::2'])
      expect(isLabAddress(address, 'pppoe-1454'), address).to.equal(true);
  });

  it('takes no other address for it, and none outside a lab', () => {
    for (const address of ['192.0.3.1', '8.8.8.8', '2001:db9::1', 'vpn.example.test', ''])
      expect(isLabAddress(address, 'pppoe-1454'), address).to.equal(false);
    expect(isLabAddress('192.0.2.1', undefined)).to.equal(false);
    expect(isLabAddress('192.0.2.1', '')).to.equal(false);
  });

  it('knows loopback in its three forms, and no names that look like it', () => {
    for (const address of ['127.0.0.1', '127.9.8.7', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(address), address).to.equal(true);
    for (const address of ['127.example.test', '128.0.0.1', '::2', '', 'localhost'])
      expect(isLoopback(address), address).to.equal(false);
  });
});
