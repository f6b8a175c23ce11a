import { describe } from 'vitest';
import { exactlyOnceSuite } from '../helpers/exactly-once-suite.ts';
import { hasRedis, startRedis } from '../helpers/redis.ts';

const present = hasRedis();
const title = present
  ? 'with the queue on Redis'
  : 'with the queue on Redis (SKIPPED: no redis-server in PATH)';

// The rows are the truth on either backend; what differs is how the next worker hears of a dead one's task.
describe.skipIf(!present)(title, () => {
  exactlyOnceSuite({
    portal: 'onepage',
    hasLookUp: false,
    startRedis,
    faults: ['after_response', 'before_terminal_event'],
  });
});
