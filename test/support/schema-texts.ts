/** Descriptions of the report schema, taken from the comments of the types: `npm run docs` writes them, a test compares. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const schemaFile = fileURLToPath(new URL('../../docs/schema/report-v1.json', import.meta.url));

export interface SchemaNode {
  description?: string;
  properties?: Record<string, SchemaNode>;
  $defs?: Record<string, SchemaNode>;
  allOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  items?: SchemaNode;
}

/** Definition of the schema, or a property in it: file in lib/evidence, and the interface whose properties it has. */
const sources: readonly (readonly [string, string, string])[] = [
  ['endpoint', 'conversation', 'Endpoint'],
  ['capturedClientHello', 'conversation', 'CapturedClientHello'],
  ['capturedServerHello', 'conversation', 'CapturedServerHello'],
  ['capturedAlert', 'conversation', 'CapturedAlert'],
  ['sftunnel', 'conversation', 'SftunnelFacts'],
  ['conversation', 'conversation', 'Conversation'],
  ['conversation.carrier', 'conversation', 'Carrier'],
  ['conversation.helloRetryRequest', 'conversation', 'CapturedRetry'],
  ['conversation.certificateRequest', 'conversation', 'CapturedCertificateRequest'],
  ['conversation.loss', 'conversation', 'ConversationLoss'],
  ['handshakeEvidence.alert', 'handshake', 'AlertEvidence'],
  ['handshakeEvidence.received', 'handshake', 'ReceivedMessage'],
  ['capturedChain', 'conversation', 'CapturedChain'],
  ['capturedCertificate', 'conversation', 'CapturedCertificate'],
  ['failedConnections', 'conversation', 'FailedConnections'],
  ['unansweredArp', 'conversation', 'UnansweredArp'],
  ['captureSource', 'capture-report', 'CaptureSource'],
  ['captureCounters', 'capture-report', 'CaptureCounters'],
  ['capture', 'capture-report', 'CaptureReport'],
  ['capture', 'document', 'ReportHead'],
  ['certificate', 'certificate', 'Certificate'],
  ['datedCertificate', 'certificate', 'Certificate'],
  ['chainAssessment', 'certificate', 'ChainAssessment'],
  ['finding', 'finding', 'Finding'],
  ['findingEvidence', 'finding', 'FindingEvidence'],
  ['remedy', 'finding', 'Remedy'],
  ['judgement', 'document', 'Judgement'],
  ['handshakeEvidence', 'handshake', 'HandshakeEvidence'],
  ['path', 'handshake', 'PathEvidence'],
  ['stream', 'handshake', 'StreamEvidence'],
  ['icmp', 'handshake', 'IcmpEvidence'],
];

export function readSchema(): SchemaNode {
  return JSON.parse(readFileSync(schemaFile, 'utf8')) as SchemaNode;
}

/** Properties of the definitions above whose type has a comment for them, with that comment. */
export function* commentedProperties(schema: SchemaNode): Generator<{ path: string; node: SchemaNode; text: string }> {
  for (const [name, file, type] of sources) {
    const texts = commentsOf(file, type);
    for (const [key, node] of Object.entries(propertiesOf(nodeAt(schema, name)))) {
      const text = texts.get(key);
      if (text !== undefined && typeof node === 'object') yield { path: `${name}.${key}`, node, text };
    }
  }
}

/** Paths of the properties, at any depth, that have no description. */
export function undescribed(node: unknown, path = ''): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'properties') return undescribed(value, key === '$defs' ? path : `${path}/${key}`);
    return Object.entries(value as Record<string, SchemaNode>).flatMap(([name, property]) => [
      ...(property.description === undefined ? [`${path}.${name}`] : []),
      ...undescribed(property, `${path}.${name}`),
    ]);
  });
}

function nodeAt(schema: SchemaNode, path: string): SchemaNode | undefined {
  const [first = '', ...rest] = path.split('.');
  return rest.reduce<SchemaNode | undefined>((node, key) => propertiesOf(node)[key], schema.$defs?.[first]);
}

/** Those that stand in a node itself, in what it combines, or in the items of a list. */
function propertiesOf(node: SchemaNode | undefined): Record<string, SchemaNode> {
  if (node === undefined) return {};
  const parts = [...(node.allOf ?? []), ...(node.anyOf ?? []), ...(node.items === undefined ? [] : [node.items])].map(
    propertiesOf,
  );
  return Object.assign({}, ...parts, node.properties) as Record<string, SchemaNode>;
}

/** The comment before each property of an interface, without its stars. */
function commentsOf(file: string, type: string): Map<string, string> {
  const source = readFileSync(new URL(`../../lib/evidence/${file}.ts`, import.meta.url), 'utf8');
  const body = new RegExp(String.raw`^export interface ${type}\b[^{]*\{\n(.*?)^\}`, 'ms').exec(source)?.[1] ?? '';
  const members = body.matchAll(/^ {2}\/\*\*((?:(?!\*\/).)*)\*\/\n {2}readonly (\w+)\??:/gms);
  return new Map(
    [...members].map(([, comment = '', key = '']) => [key, comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim()]),
  );
}
