/** The command `cfdi-verify`: everything that it does, apart from the process it does it in. */
import { readFile, stat } from 'node:fs/promises';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseAmount } from '../money.ts';
import { centralInstant } from '../mexico-time.ts';
import type { Expectation } from '../checks/expectation.ts';
import type { ProofFinding } from '../proof-findings.ts';
import { parseRfc } from '../rfc.ts';
import type { Receptor } from '../receptor.ts';
import type { Trust } from '../seals/trust.ts';
import { verifyCfdi, type Verification } from '../verify-cfdi.ts';
import { XML_LIMITS } from '../xml/parse-xml.ts';
import { TrustFolderError, loadTrust } from './load-trust.ts';

export type CliWorld = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
};

/** 0: proven; 1: refused, or consistent and not authenticated; 2: the command or the file cannot be used. */
export type ExitCode = 0 | 1 | 2;

const USAGE = `Proves a CFDI 4.0: valid, sealed, stamped by holders of trusted certificates, and the invoice that you expect.

  cfdi-verify FILE [options]

  FILE                    the CFDI's XML
  --rfc RFC               the receptor's RFC
  --name NAME             the receptor's name, as in the Constancia
  --postal-code CP        the receptor's postal code
  --regime CODE           the receptor's fiscal regime (c_RegimenFiscal)
  --use CODE              the use (c_UsoCFDI)
  --total AMOUNT          what was paid: 1160.00
  --date DATE             day of the purchase: 2026-11-20
  --issuer RFC            the vendor's RFC; may be repeated
  --json                  one line of JSON: { ok, verdict, findings }
  --help                  this text

SAT_CA_DIR     folder with the certificates of SAT's authorities (PEM or DER)
SAT_CERT_DIR   folder with the certificates of PACs (<20 digits>.cer or .pem)

Exit code 0: proven. 1: refused, or consistent but not authenticated. 2: the command or the file cannot be used.
`;

const OPTIONS = {
  rfc: { type: 'string' },
  name: { type: 'string' },
  'postal-code': { type: 'string' },
  regime: { type: 'string' },
  use: { type: 'string' },
  total: { type: 'string' },
  date: { type: 'string' },
  issuer: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

/** What is wrong with how the command was called, in a sentence for who called it. */
class UsageError extends Error {}

export async function runCfdiVerify(world: CliWorld): Promise<ExitCode> {
  try {
    const call = readCall(world);
    if (call === 'help') {
      world.out(USAGE);
      return 0;
    }
    const bytes = await readDocument(call.file);
    const verification = verifyCfdi(bytes, call.expectation, await trustOf(world.env));
    world.out(call.json ? asJson(verification) : asText(verification));
    return verification.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof TrustFolderError)) throw error;
    world.err(`cfdi-verify: ${error.message}\nTry cfdi-verify --help.\n`);
    return 2;
  }
}

type Call = { readonly file: string; readonly expectation: Expectation; readonly json: boolean };

function readCall({ args, now }: CliWorld): Call | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help === true) return 'help';
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('name one file.');
  const receptor: Partial<Receptor> = {
    ...(values.rfc === undefined ? {} : { rfc: rfcOf(values.rfc, '--rfc') }),
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(values['postal-code'] === undefined ? {} : { postalCode: values['postal-code'] }),
    ...(values.regime === undefined ? {} : { regime: values.regime }),
    ...(values.use === undefined ? {} : { use: values.use }),
  };
  const { total, date } = values;
  if (total !== undefined && parseAmount(total) === undefined)
    throw new UsageError('--total is an amount such as 1160.00.');
  if (date !== undefined && !isDay(date)) throw new UsageError('--date is a day such as 2026-11-20.');
  return {
    file,
    json: values.json === true,
    expectation: {
      receptor,
      now,
      ...(total === undefined ? {} : { total }),
      ...(date === undefined ? {} : { ticketDate: date }),
      ...(values.issuer === undefined
        ? {}
        : { emisorRfcs: values.issuer.map((rfc) => rfcOf(rfc, '--issuer')) }),
    },
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the options cannot be read.');
  }
}

function rfcOf(text: string, option: string): string {
  const read = parseRfc(text);
  if (!read.ok) throw new UsageError(`${option} is not the form of an RFC.`);
  return read.rfc;
}

/** A day that exists, for `Date.parse` takes 30 February. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = centralInstant(text);
  return !Number.isNaN(at) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}

async function readDocument(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    // One byte more than may be: the proof says that it is too large, and nothing of 20 GB is read for it.
    return size > XML_LIMITS.bytes ? new Uint8Array(XML_LIMITS.bytes + 1) : await readFile(file);
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}

function trustOf(env: CliWorld['env']): Promise<Trust> {
  const caDir = env['SAT_CA_DIR'] ?? '';
  const certDir = env['SAT_CERT_DIR'] ?? '';
  return loadTrust({ ...(caDir === '' ? {} : { caDir }), ...(certDir === '' ? {} : { certDir }) });
}

function asJson({ ok, verdict, findings }: Verification): string {
  return `${JSON.stringify({ ok, verdict, findings })}\n`;
}

const HEADLINES = {
  authenticated: 'Proven: genuine, and the invoice that was expected.',
  consistent_not_authenticated:
    'Not proven: nothing is wrong with it, but no trusted authority vouches for who made it.',
  rejected: 'Refused.',
} as const satisfies Record<Verification['verdict'], string>;

function asText({ verdict, findings }: Verification): string {
  const lines = findings.map(lineOf);
  return [HEADLINES[verdict], ...lines, ''].join('\n');
}

function lineOf({ code, severity, message, values }: ProofFinding): string {
  const told = Object.entries(values).map(([name, value]) => `${name}=${String(value)}`);
  return `  ${severity} ${code}: ${message.en}${told.length === 0 ? '' : ` (${told.join(', ')})`}`;
}
