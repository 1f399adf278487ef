/** For `node --import`: koffi is not installed. */

import { register } from 'node:module';

const hooks = `export const resolve = (name, context, next) =>
  name === 'koffi' ? Promise.reject(new Error("Cannot find package 'koffi'")) : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
