/** Words about how a chain was sent, English. */

export const chainEn = {
  misordered: 'not in issuing order',
  rootSent: (root: string) => `the root ${root} was sent; clients have it or do not trust it, so it can be left out`,
  unneeded: (name: string) => `${name} was sent, and no path needs it`,
  crossSigned: (name: string, issuers: string) => `${name} is cross-signed: by ${issuers}`,
  throughOne: (issuer: string) => `the path goes through the one by ${issuer}`,
  throughRoot: 'the path goes through another certificate of that key, a trusted root',
};
