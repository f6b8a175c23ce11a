import { canarySuite } from '../helpers/canary-suite.ts';

canarySuite({});
