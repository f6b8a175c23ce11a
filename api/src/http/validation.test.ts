import { createTaskSchema } from '@cfdi-live/contract';
import { describe, expect, it } from 'vitest';
import { toFieldErrors } from './validation.ts';

const TASK = {
  vendorUrl: 'https://facturacion.example.com.mx/',
  ticketData: { amount: 1160, date: '2026-11-20' },
  profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1',
};

function errorsOf(body: unknown) {
  const parsed = createTaskSchema.safeParse(body);
  return parsed.success ? [] : toFieldErrors(parsed.error.issues);
}

describe('toFieldErrors', () => {
  it('names the field by its dotted path', () => {
    expect(errorsOf({ ...TASK, ticketData: { amount: -1, date: '2026-11-20' } })).toMatchObject([
      { path: 'ticketData.amount', code: 'too_small' },
    ]);
    expect(errorsOf([])).toMatchObject([{ path: '', code: 'invalid_type' }]);
  });

  it('names each unknown field, where it stands', () => {
    const body = { ...TASK, retries: 3, ticketData: { ...TASK.ticketData, total: 5 } };
    expect(errorsOf(body)).toEqual([
      { path: 'ticketData.total', code: 'unknown_field', message: 'This field is not known here.' },
      { path: 'retries', code: 'unknown_field', message: 'This field is not known here.' },
    ]);
  });

  it('says what would have fitted where nothing did, once', () => {
    const [error] = errorsOf({ ...TASK, ticketData: { amount: 1, date: 'yesterday' } });
    expect(error).toEqual({
      path: 'ticketData.date',
      code: 'invalid_union',
      message: 'Invalid ISO date or Invalid ISO datetime',
    });
  });

  it('repeats no value of the request', () => {
    const secret = 'CACX7605101P8';
    const body = {
      ...TASK,
      priority: secret,
      vendorUrl: secret,
      ticketData: { amount: secret, date: secret },
    };
    expect(JSON.stringify(errorsOf(body))).not.toContain(secret);
  });

  it('keeps the path of an endless key short', () => {
    const [error] = errorsOf({ ...TASK, ['k'.repeat(100_000)]: 1 });
    expect(error?.path.length).toBeLessThanOrEqual(200);
  });
});
