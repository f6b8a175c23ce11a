import { blockedSuite } from '../helpers/blocked-suite.ts';

blockedSuite('postgres');
