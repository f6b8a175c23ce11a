import { killSuite } from '../helpers/kill-suite.ts';

killSuite('postgres');
