import { formatAmount, parseCfdi, verificationUrl } from '@cfdi-live/cfdi';
import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import { splitIva, type CfdiRequest } from './draft-cfdi.ts';
import type { IssuedCfdi } from './issue-cfdi.ts';
import { mexicoCityTime } from './mexico-time.ts';

type Pdf = InstanceType<typeof PDFDocument>;

const MARGIN = 42;
const WIDTH = 612 - 2 * MARGIN;
const SEALS_TOP = 372;
const INK = '#1f2933';
const SOFT = '#7b8794';
const ACCENT = '#0b4f6c';

/** The printed representation that a portal offers beside the XML: one letter page, with the UUID as text. */
export async function renderPdf(issued: IssuedCfdi, request: CfdiRequest): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'LETTER',
    margin: MARGIN,
    info: { Title: `Factura ${issued.uuid}`, Author: request.emisor.name },
  });
  const chunks: Buffer[] = [];
  const finished = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  writeHeader(pdf, issued, request);
  writeParties(pdf, request);
  writeLines(pdf, request);
  drawQr(pdf, qrText(issued), { x: MARGIN, y: SEALS_TOP, size: 110 });
  writeSeals(pdf, issued);
  pdf.end();
  return finished;
}

function qrText({ xml }: IssuedCfdi): string {
  const parsed = parseCfdi(xml);
  if (!parsed.ok || parsed.facts.stamp === undefined) throw new Error('only a stamped CFDI can be printed');
  return verificationUrl({ ...parsed.facts, stamp: parsed.facts.stamp });
}

function writeHeader(pdf: Pdf, issued: IssuedCfdi, request: CfdiRequest): void {
  const { emisor, serie = '', folio = '', issuedAt, place = '06600' } = request;
  pdf.rect(0, 0, 612, 8).fill(ACCENT);
  pdf.fillColor(INK).font('Helvetica-Bold').fontSize(15).text(emisor.name, MARGIN, MARGIN, { width: 320 });
  pdf.font('Helvetica').fontSize(9).fillColor(SOFT);
  pdf.text(`RFC ${emisor.rfc}   Régimen fiscal ${emisor.regime}`, { width: 320 });
  const right = { width: 190, align: 'right' } as const;
  pdf.fillColor(ACCENT).font('Helvetica-Bold').fontSize(13).text('FACTURA', 380, MARGIN, right);
  pdf.fillColor(INK).font('Helvetica').fontSize(9);
  pdf.text(`${serie} ${folio}`.trim(), right).text(`Lugar de expedición ${place}`, right);
  if (issuedAt !== undefined) pdf.text(`Fecha ${mexicoCityTime(issuedAt)}`, right);
  pdf.font('Helvetica-Bold').fontSize(8).fillColor(SOFT).text('FOLIO FISCAL (UUID)', MARGIN, 112);
  pdf.font('Courier').fontSize(10).fillColor(INK).text(issued.uuid, { lineBreak: false });
}

function writeParties(pdf: Pdf, { receptor, paymentForm = '04' }: CfdiRequest): void {
  pdf.rect(MARGIN, 150, WIDTH, 66).fill('#f0f4f8');
  pdf
    .fillColor(SOFT)
    .font('Helvetica-Bold')
    .fontSize(8)
    .text('FACTURADO A', MARGIN + 10, 158);
  pdf.fillColor(INK).fontSize(10).text(receptor.name);
  pdf.font('Helvetica').fontSize(9);
  pdf.text(`RFC ${receptor.rfc}   C.P. ${receptor.postalCode}   Régimen fiscal ${receptor.regime}`);
  pdf.text(
    `Uso de CFDI ${receptor.use}   Forma de pago ${paymentForm}   Método de pago PUE   Exportación 01`,
  );
}

function writeLines(pdf: Pdf, { total, concept }: CfdiRequest): void {
  const { base, iva } = splitIva(total);
  const description = concept?.description ?? 'CONSUMO DE ALIMENTOS Y BEBIDAS';
  const columns = [
    ['Cantidad', '1', 0, 60],
    ['Descripción', description, 60, 300],
    ['Valor unitario', pesos(base), 360, 80],
    ['Importe', pesos(base), 440, WIDTH - 440],
  ] as const;
  pdf.rect(MARGIN, 232, WIDTH, 18).fill(ACCENT);
  for (const [title, value, x, width] of columns) {
    const options = { width: width - 8, align: x >= 360 ? 'right' : 'left' } as const;
    pdf
      .fillColor('white')
      .font('Helvetica-Bold')
      .fontSize(8)
      .text(title, MARGIN + x + 4, 237, options);
    pdf
      .fillColor(INK)
      .font('Helvetica')
      .fontSize(9)
      .text(value, MARGIN + x + 4, 257, options);
  }
  const totals = [
    ['Subtotal', pesos(base)],
    ['IVA 16 %', pesos(iva)],
    ['Total MXN', pesos(base + iva)],
  ] as const;
  totals.forEach(([title, value], index) => {
    const y = 300 + index * 15;
    pdf.font(index === totals.length - 1 ? 'Helvetica-Bold' : 'Helvetica').fontSize(10);
    pdf.text(title, 380, y, { width: 90, align: 'right' }).text(value, 475, y, { width: 95, align: 'right' });
  });
}

/** As squares, not as a picture: it stays sharp at any size. */
function drawQr(pdf: Pdf, text: string, at: { x: number; y: number; size: number }): void {
  const { modules } = QRCode.create(text);
  const side = at.size / modules.size;
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) !== 0) {
        pdf.rect(at.x + column * side, at.y + row * side, side, side);
      }
    }
  }
  pdf.fill('black');
}

function writeSeals(pdf: Pdf, issued: IssuedCfdi): void {
  const blocks = [
    ['Sello digital del CFDI', issued.sello],
    ['Sello digital del SAT', issued.selloSat],
    ['Cadena original del complemento de certificación digital del SAT', issued.tfdCadena],
  ] as const;
  pdf.y = SEALS_TOP;
  for (const [title, value] of blocks) {
    const options = { width: WIDTH - 124 };
    pdf
      .font('Helvetica-Bold')
      .fontSize(7)
      .fillColor(SOFT)
      .text(title, MARGIN + 124, pdf.y, options);
    pdf.font('Courier').fontSize(5.5).fillColor(INK).text(value, options).moveDown(0.8);
  }
  pdf.font('Helvetica').fontSize(8).fillColor(SOFT);
  pdf.text('Este documento es una representación impresa de un CFDI', MARGIN, 700, {
    width: WIDTH,
    align: 'center',
  });
}

function pesos(micros: bigint): string {
  const [units = '0', decimals = ''] = formatAmount(micros).split('.');
  return `$${units.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals}`;
}
