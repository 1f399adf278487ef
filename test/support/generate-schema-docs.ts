/** Writes the comments of the types into the report schema (`npm run docs`). */

import { writeFileSync } from 'node:fs';
import { commentedProperties, readSchema, schemaFile } from './schema-texts.ts';

const schema = readSchema();
for (const { node, text } of commentedProperties(schema)) {
  const { description: _, ...rest } = node;
  for (const key of Object.keys(node)) delete (node as Record<string, unknown>)[key];
  Object.assign(node, { description: text }, rest);
}
writeFileSync(schemaFile, `${JSON.stringify(schema, null, 2)}\n`);
