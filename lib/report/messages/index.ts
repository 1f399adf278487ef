/** The words of the text report by language; a missing key does not compile. */

import type { Language } from '../../evidence/index.ts';
import { en, type Messages } from './en.ts';
import { ja } from './ja.ts';

export type { Messages };

export const messages: Readonly<Record<Language, Messages>> = { en, ja };
