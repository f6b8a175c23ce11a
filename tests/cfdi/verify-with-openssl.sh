#!/bin/sh
# Verifies the seals of a CFDI without any code of ours but the builder of its cadena:
# xmllint (or Python's expat) for the document, openssl for certificate, seal and signature.
#
#   verify-with-openssl.sh INVOICE.xml [PAC.cer]
#
# With the PAC's certificate (DER) the stamp is verified too. Exit 0: all verified; 1: not; 2: a tool is missing.
set -eu

invoice=$1
pac=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v openssl >/dev/null || { echo 'openssl is missing' >&2; exit 2; }
if command -v xmllint >/dev/null; then
  echo 'reader: xmllint'
  xmllint --noout "$invoice" || { echo 'NOT WELL FORMED'; exit 1; }
  read_attribute() { xmllint --xpath "string(//*[local-name()='$1']/@$2)" "$invoice"; }
elif command -v python3 >/dev/null; then
  echo 'reader: expat of python3, because xmllint is missing'
  python3 -c 'import sys, xml.parsers.expat as e; e.ParserCreate().ParseFile(open(sys.argv[1], "rb"))' "$invoice" ||
    { echo 'NOT WELL FORMED'; exit 1; }
  read_attribute() {
    python3 - "$invoice" "$1" "$2" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

path, element, attribute = sys.argv[1:]
found = [e for e in tree.parse(path).iter() if e.tag.rsplit("}", 1)[-1] == element]
print(found[0].get(attribute, "") if found else "")
PYTHON
  }
else
  echo 'xmllint and python3 are missing' >&2
  exit 2
fi
echo 'well formed'

cadena() {
  node -C cfdi-live-source --import tsx "$here/print-cadena.ts" "$invoice" "$@"
}

# check NAME CERTIFICATE(DER) SEAL(base64) CADENA(file)
check() {
  openssl x509 -inform DER -in "$2" -noout -pubkey >"$work/public.pem"
  printf '%s' "$3" | openssl base64 -d -A >"$work/seal.bin"
  printf '%s: ' "$1"
  openssl dgst -sha256 -verify "$work/public.pem" -signature "$work/seal.bin" "$4" || exit 1
}

cadena >"$work/cadena.txt"
read_attribute Comprobante Certificado | tr -d '\n' | openssl base64 -d -A >"$work/emisor.cer"
check 'seal of the emisor' "$work/emisor.cer" "$(read_attribute Comprobante Sello)" "$work/cadena.txt"

if [ -n "$pac" ]; then
  cadena --tfd >"$work/tfd.txt"
  check 'seal of the PAC' "$pac" "$(read_attribute TimbreFiscalDigital SelloSAT)" "$work/tfd.txt"
fi
