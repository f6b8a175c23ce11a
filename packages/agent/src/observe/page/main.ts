/** Puts the page functions where the driver calls them. This file is bundled into `generated/page-script.ts`. */
import * as acting from './acting.ts';
import { captchaPicture } from './captcha.ts';
import { monthOptionText, readCalendar } from './calendars.ts';
import { filterField, findOption, rememberShown, scrollList, showsChoice } from './lists.ts';
import { digest, observe } from './observe.ts';
import { pulse } from './quiet.ts';
import { documentId, elementOf } from './registry.ts';

const page = {
  ...acting,
  documentId,
  observe,
  digest,
  pulse,
  captchaPicture,
  rememberShown,
  findOption,
  filterField,
  scrollList,
  showsChoice,
  readCalendar,
  monthOptionText: (n: number, month: number): string | null => {
    const select = elementOf(n);
    return select instanceof HTMLSelectElement ? monthOptionText(select, month) : null;
  },
};

export type PageFunctions = typeof page;

(globalThis as unknown as { cfdiLivePage: PageFunctions }).cfdiLivePage = page;
