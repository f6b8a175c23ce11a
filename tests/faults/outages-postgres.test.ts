import { outageSuite } from '../helpers/outage-suite.ts';

outageSuite('postgres');
