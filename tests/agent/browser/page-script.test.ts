import { describe, expect, it } from 'vitest';
import { bundlePageScript } from '../../../packages/agent/scripts/page-script.ts';
import { PAGE_SCRIPT } from '../../../packages/agent/src/observe/generated/page-script.ts';

describe('the script that runs inside pages', () => {
  it('is generated from its present source', async () => {
    expect(await bundlePageScript()).toContain(JSON.stringify(PAGE_SCRIPT));
  });
});
