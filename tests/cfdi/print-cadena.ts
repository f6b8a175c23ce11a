/** Prints the cadena original of a CFDI, or with --tfd that of its stamp: the text that its seal signs. */
import { readFileSync } from 'node:fs';
import {
  STAMP_NAMESPACE,
  buildCadenaOriginal,
  buildTfdCadena,
  childrenNamed,
  elementsAt,
  parseCfdi,
  type XmlElement,
} from '@cfdi-live/cfdi';

const [path = '', part] = process.argv.slice(2);
const parsed = parseCfdi(readFileSync(path));
if (!parsed.ok) throw new Error(`${path}: ${parsed.finding.code}`);
process.stdout.write(part === '--tfd' ? tfdCadena(parsed.comprobante) : cadenaOriginal(parsed.comprobante));

function cadenaOriginal(comprobante: XmlElement): string {
  const built = buildCadenaOriginal(comprobante);
  if (!built.ok) throw new Error(`no cadena for ${built.unsupported.join(' ')}`);
  return built.cadena;
}

function tfdCadena(comprobante: XmlElement): string {
  const [stamp] = elementsAt(comprobante, 'Complemento').flatMap((complemento) =>
    childrenNamed(complemento, 'TimbreFiscalDigital', STAMP_NAMESPACE),
  );
  if (stamp === undefined) throw new Error('no stamp');
  return buildTfdCadena(stamp);
}
