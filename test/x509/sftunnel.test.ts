import { expect } from 'chai';
import { looksLikeSftunnel, sftunnelShape } from '../../lib/x509/index.ts';

const organisation = 'O=Cisco Systems\\, Inc';
const unit = 'OU=Intrusion Management System';
const caName = `${organisation},CN=cdb123c8-4347-11ef-aca1-f3aa241412a1,${unit},title=InternalCA`;

describe('sftunnel certificates', () => {
  it('are told by organisation, unit and title, with or without the final dot', () => {
    expect(looksLikeSftunnel({ subject: caName, issuer: caName })).to.equal(true);
    const dotted = caName.replace('Inc', 'Inc.');
    expect(looksLikeSftunnel({ subject: dotted, issuer: dotted })).to.equal(true);
  });

  it('are not any certificate that names the vendor', () => {
    for (const name of [
      organisation,
      unit,
      `O=Cisco Systems\\, Inc. X,${unit}`,
      `CN=O\\=Cisco Systems\\, Inc,${unit}`,
      '',
    ]) {
      expect(looksLikeSftunnel({ subject: name, issuer: name }), name).to.equal(false);
    }
  });

  it('are not the other certificates of these appliances, such as that of the web interface', () => {
    const web = `CN=sensor.example.com,${unit},${organisation}`;
    expect(looksLikeSftunnel({ subject: web, issuer: web })).to.equal(false);
    expect(looksLikeSftunnel({ subject: `title=webui,${web}`, issuer: web })).to.equal(false);
    const untitled = `CN=cdb123c8-4347-11ef-aca1-f3aa241412a1,${unit},${organisation}`;
    expect(looksLikeSftunnel({ subject: untitled, issuer: untitled })).to.equal(true);
  });

  it('tell the CA from a device by title, and the device by the UUID in CN', () => {
    expect(sftunnelShape({ subject: caName, issuer: caName })).to.deep.equal({
      role: 'InternalCA',
      uuid: 'cdb123c8-4347-11ef-aca1-f3aa241412a1',
    });
    const device = `title=sftunnel,CN=c8d5d5c6-87c9-11ef-a993-b9831565bc4e,${organisation},${unit}`;
    expect(sftunnelShape({ subject: device, issuer: caName })).to.deep.equal({
      role: 'sftunnel',
      uuid: 'c8d5d5c6-87c9-11ef-a993-b9831565bc4e',
    });
    expect(sftunnelShape({ subject: 'CN=x', issuer: caName })).to.deep.equal({ role: null, uuid: 'x' });
    expect(sftunnelShape({ subject: 'CN=x', issuer: 'CN=y' })).to.equal(null);
  });
});
