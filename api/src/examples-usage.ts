import type { Usage } from '@cfdi-live/contract';

const FIGURES = {
  completed: 184,
  failed: 9,
  cancelled: 2,
  successRate: 0.9534,
  averageSeconds: 41.3,
  sessions: 211,
  sessionMinutes: 160.42,
  steps: 2914,
  tokens: 88_210,
  costUsd: 0.214,
};

export const USAGE_EXAMPLE: Usage = {
  from: '2026-11-01',
  to: '2026-11-30',
  totals: FIGURES,
  periods: [],
  vendors: [{ vendorHost: 'facturacion.example.com.mx', ...FIGURES }],
  profiles: [
    {
      profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1',
      completed: 184,
      failed: 9,
      cancelled: 2,
      successRate: 0.9534,
    },
  ],
  steps: [{ type: 'input', planner: 'form', count: 1021, p50Ms: 310, p95Ms: 940 }],
};
