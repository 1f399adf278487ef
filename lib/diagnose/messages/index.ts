/** The messages by language. */

import type { Language } from '../../evidence/index.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';
import type { Messages } from './types.ts';

export type { Say } from './types.ts';

export const messages: Readonly<Record<Language, Messages>> = { en, ja };
