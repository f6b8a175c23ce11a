import { exactlyOnceSuite } from '../helpers/exactly-once-suite.ts';

// One form and nothing else: between mark and submit nobody can tell whether the ticket was invoiced.
exactlyOnceSuite({ portal: 'onepage', hasLookUp: false });
