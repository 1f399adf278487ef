/** Words about the peer of an sftunnel, English. */

export const sftunnelEn = {
  label: 'sftunnel',
  speaks: (versions: string) => `answers with ${versions}`,
  peer: {
    answers: 'answers with TLS',
    refuses: 'refuses every connection: registration is perhaps not configured on its side',
    other: 'no TLS answer',
  },
  hidden: 'shows no certificate to one without credentials',
  stranger: 'its certificate is none of sftunnel',
  identity: {
    sftunnel: (uuid: string) => `certificate of ${uuid}`,
    InternalCA: (uuid: string) => `sends the InternalCA of ${uuid} itself`,
  },
  issuedBy: (uuid: string) => `issued by the InternalCA of FMC ${uuid}`,
  unnamed: '(no name)',
  ca: { sent: 'InternalCA, as sent', given: 'InternalCA, as given' },
  caSha256: (sha256: string) => `SHA-256 ${sha256}`,
  signed: {
    yes: 'it signed the certificate',
    no: 'it did NOT sign the certificate',
    unknown: 'its signature was not checked',
  },
  caUnknown:
    'InternalCA not sent: --ca cacert.pem (from the FMC) shows its days left and whether it signed the certificate',
  asks: {
    handshake: 'asks for a client certificate in the handshake',
    'post-handshake': 'asks for a client certificate after the handshake (TLS 1.3 post-handshake authentication)',
    never: 'asks for no client certificate',
  },
  takes: (authorities: string) => `takes those of: ${authorities}`,
};
