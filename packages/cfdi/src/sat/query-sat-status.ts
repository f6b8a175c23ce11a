import { readUpTo } from '../read-up-to.ts';
import { readSatAnswer, type SatStatus } from './answer.ts';
import { printedExpression, type SatQuestion } from './question.ts';

/** SAT's public service. It needs no credentials, and tells the state of any invoice to who knows its values. */
export const SAT_STATUS_URL = 'https://consultaqr.facturaelectronica.sat.gob.mx/ConsultaCFDIService.svc';

/**
 * Asks SAT's register. `unavailable` says nothing about the invoice: SAT did not answer, or not in its own words, and
 * may be asked again. Never throws for what the network or SAT does.
 */
export type SatRegister = (question: SatQuestion, signal?: AbortSignal) => Promise<SatReply>;

export type SatReply =
  | { readonly kind: 'answered'; readonly status: SatStatus }
  | { readonly kind: 'unavailable'; readonly reason: SatUnavailable };

export type SatUnavailable =
  'timeout' | 'network' | 'http_error' | 'too_large' | 'unreadable' | 'question_refused';

export type SatRegisterOptions = {
  /** Default {@link SAT_STATUS_URL}. */
  readonly url?: string;
  /** For the whole exchange; default 15 s. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
};

const MOST_BYTES = 65_536;

/** A register that is asked by HTTP. One request a question: who asks again, and when, is the caller's. */
export function createSatRegister(options: SatRegisterOptions = {}): SatRegister {
  const { url = SAT_STATUS_URL, timeoutMs = 15_000, fetch = globalThis.fetch } = options;
  return async (question, signal) => {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'text/xml; charset=utf-8',
          soapaction: '"http://tempuri.org/IConsultaCFDIService/Consulta"',
        },
        body: envelope(question),
        redirect: 'error',
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      });
      if (!response.ok) {
        await response.body?.cancel();
        return unavailable('http_error');
      }
      const bytes = await readUpTo(response, MOST_BYTES);
      if (bytes === undefined) return unavailable('too_large');
      const answer = readSatAnswer(bytes);
      return answer.ok ? { kind: 'answered', status: answer.status } : unavailable(answer.reason);
    } catch {
      // What fetch throws may quote the address with its query; only its kind is told.
      return unavailable(limit.aborted ? 'timeout' : 'network');
    }
  };
}

/** One question to SAT's register: {@link createSatRegister} for a single use. */
export function querySatStatus(question: SatQuestion, options?: SatRegisterOptions): Promise<SatReply> {
  return createSatRegister(options)(question);
}

/** How long after its stamp an invoice may be missing from the register: PACs hand over within 72 hours. */
export const SAT_HANDOVER_MS = 72 * 3_600_000;

export type SatJudgement = 'authentic' | 'cancelled' | 'pending' | 'unknown_to_sat';

/**
 * What a state means for an invoice that was stamped at `stampedAt` (milliseconds since 1970). "No Encontrado" is no
 * answer while the PAC may still hand the invoice over; after that it is one.
 */
export function judgeSatStatus(
  status: SatStatus,
  at: { readonly stampedAt: number; readonly now: number },
): SatJudgement {
  switch (status.kind) {
    case 'valid':
      return 'authentic';
    case 'cancelled':
      return 'cancelled';
    case 'not_found':
      return at.now - at.stampedAt < SAT_HANDOVER_MS ? 'pending' : 'unknown_to_sat';
  }
}

function unavailable(reason: SatUnavailable): SatReply {
  return { kind: 'unavailable', reason };
}

function envelope(question: SatQuestion): string {
  const expression = printedExpression(question)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
    '<c:Consulta xmlns:c="http://tempuri.org/">' +
    `<c:expresionImpresa>${expression}</c:expresionImpresa>` +
    '</c:Consulta></s:Body></s:Envelope>'
  );
}
