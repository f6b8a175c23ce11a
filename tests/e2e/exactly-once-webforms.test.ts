import { exactlyOnceSuite } from '../helpers/exactly-once-suite.ts';

exactlyOnceSuite({ portal: 'webforms', hasLookUp: true });
