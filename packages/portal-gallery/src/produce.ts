import type { InvoiceOrder, ProduceInvoice } from './desk.ts';
import { issueCfdi } from './issuer/issue-cfdi.ts';
import { renderPdf } from './issuer/render-pdf.ts';
import type { TestPki } from './issuer/test-pki.ts';

/** Sealed CFDIs and their PDFs, signed by certificates of the given test PKI. */
export function createInvoiceProducer(pki: TestPki): ProduceInvoice {
  return async (order) => {
    const request = toRequest(order);
    const issued = await issueCfdi(pki, request);
    return { uuid: issued.uuid, xml: issued.xml, pdf: await renderPdf(issued, request) };
  };
}

function toRequest({ emisor, totalCents, ...order }: InvoiceOrder) {
  return { ...order, emisor, place: emisor.postalCode, total: (totalCents / 100).toFixed(2) };
}
