/** `node --import` of this file: a machine on which neither koffi nor raw-socket was installed. */

import { register } from 'node:module';

const hooks = `
export function resolve(specifier, context, next) {
  if (specifier === 'koffi' || specifier === 'raw-socket') throw new Error("Cannot find package '" + specifier + "'");
  return next(specifier, context);
}`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
