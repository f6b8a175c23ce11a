/**
 * The verbs of portals: which control goes on, which issues, which asks, which to leave alone. Patterns run over
 * `plain` text, Spanish and English. Pure.
 */
import { plain } from './normalize.ts';

/** Verbs that may issue an invoice wherever they stand. */
const ISSUE_VERB =
  /\b(re)?factur(ar|e|alo|ame|emos|ando)\b|\bfactura (tu|mi|tus|mis|aqui|ahora|ya|en linea|este|el|la)\b|\bauto ?facturar\b|\bgener(ar|a|e|alo|ando)\b|\btimbr(ar|a|e|ado|ando)\b|\bemit(ir|e|a|iendo)\b|\bexped(ir|e|ida)\b|\bcrear\b|\bsolicit(ar|a|e)\b|\bsellar\b|\b(generate|issue|create|request|stamp)\b|\binvoice (it|now|me|this|ticket|my)\b|^invoice$|\bget (my |your |the )?(invoice|cfdi)\b/;

/** The thing itself: a button that only names it makes it, unless a verb of asking stands beside. */
const INVOICE_NOUN = /\bfactura(s|cion)?\b|\bcfdi\b|\bcomprobante( fiscal)?\b|\binvoice\b/;

const OBTAIN = /\bobten(er|ga|ten)?\b|\bobt[eé]n\b|\bquiero\b|\bpedir\b|\brequiero\b/;

/** Verbs of asking: they look something up and hand something out. */
const CONSULT =
  /\bconsult(ar|a|e|as)\b|\bbusc(ar|a|ador)\b|\bbusque\b|\brecuper(ar|a|e)\b|\breimpri(mir|me|ma|mision)\b|\breimpresion\b|\breenvi(ar|a|o|e)\b|\bdescarg(ar|a|as|ue)\b|\bhistorial\b|\bmis (facturas|cfdi|comprobantes)\b|\bver\b|\blocalizar\b|\bvalid(ar|a|e)\b|\bverific(ar|a)\b|\bverifique\b|\bcomprobar\b|\bsearch\b|\bfind\b|\blook ?up\b|\bretrieve\b|\bdownload\b|\breprint\b|\bvalidate\b|\bverify\b|\bcheck\b|\bmy invoices\b|\bview\b/;

/** Steps that end a form without saying what they do. */
const SUBMIT =
  /\benviar?\b|\bfinaliz(ar|a)\b|\bterminar?\b|\bconfirm(ar|o|a)?\b|\bproces(ar|a)\b|\bguardar\b|\bregistrar\b|\bacept(ar|o|a)\b|\bsi\b|\bsi,|\bok\b|\bcorrecto\b|\bde acuerdo\b|\bsubmit\b|\bsend\b|\bfinish\b|\bdone\b|\baccept\b|\byes\b|\bconcluir\b|\bproceed\b|\bcomplete\b/;

const NEXT =
  /\bcontinu(ar|a|e)\b|\bsiguiente\b|\badelante\b|\bavanzar\b|\bnext\b|\bcontinue\b|\bproceder\b|\bpaso \d\b|\bcomenzar\b|\biniciar\b(?! sesion)|\bempezar\b|\bstart\b|\bbegin\b|^(»|>|>>|→|›)$|\bgo\b|^ir$|\bentrar\b|\bingresar\b/;

const ADD =
  /\bagreg(ar|a|ue)\b|\bana?dir\b|\banadir\b|\bcarg(ar|a) ticket\b|\badd\b|\bincluir\b|\bcapturar\b/;

const DISMISS =
  /\bcerrar\b|\bclose\b|\bentendido\b|\benterado\b|\bgot it\b|\bomitir\b|\bskip\b|\bmas tarde\b|\blater\b|^[x×✕✖]$|\bacepto\b|\bcontinuar\b|\baceptar\b|\bok\b|\bde acuerdo\b|\baccept\b/;

/** Ways back, out, or elsewhere. */
const AVOID =
  /\blimpi(ar|a|e)\b|\bcancel(ar|a)?\b|\bregres(ar|a|o)?\b|\banterior\b|\batras\b|\bvolver\b|\bsalir\b|\bcerrar sesion\b|\bborrar\b|\belimin(ar|a)\b|\bquitar\b|\breset\b|\brestablecer\b|\bclear\b|\bcancel\b|\bback\b|\bprevious\b|\bexit\b|\blog ?out\b|\bdelete\b|\bremove\b|\bayuda\b|\bhelp\b|\bcontact\w*|\bmanual\b|\bguia\b|\btutorial\b|\bpreguntas\b|\bfaq\b|\bterminos\b|\bprivacidad\b|\bprivacy\b|\bterms\b|\bcookies?\b|\bchat\b|\bfacebook\b|\btwitter\b|\binstagram\b|\bwhatsapp\b|\bsuscrib\w*|\bsubscribe\b|\bnewsletter\b|\bpromocion\w*|\bdonde (encuentro|esta|encontrar|localizo)\b|\bejemplo\b|\bexample\b|\bmodificar\b|\beditar\b|\bcorregir\b|\bedit\b|\bno\b|\bregistrarse\b|\bregistrate\b|\bcrear (una )?cuenta\b|\bcreate (an )?account\b|\biniciar sesion\b|\blog ?in\b|\bsign (in|up)\b|\bolvid\w*|\bforgot\b|\bcambiar\b|\bimprimir\b|\bprint\b|\bcompartir\b|\bshare\b|\bpagar\b|\bpay now\b|\bcalificar\b|\bencuesta\b|\bsurvey\b|\bnueva (factura|busqueda|consulta)\b|\botr[oa]s?\b|\banother\b/;

/** What pressing a control with these words would do. */
export type VerbKind = 'issue' | 'consult' | 'add' | 'next' | 'submit' | 'dismiss' | 'avoid' | 'none';

/** Whether the words name an act that issues: a verb of issuing, or the invoice itself without a verb of asking. */
export function carriesIssueVerb(text: string): boolean {
  const said = plain(text);
  if (ISSUE_VERB.test(said)) return true;
  if (!INVOICE_NOUN.test(said)) return false;
  return OBTAIN.test(said) || !(CONSULT.test(said) || AVOID.test(said));
}

/** Whether the words ask for something that exists, without issuing anything. */
export function isConsultVerb(text: string): boolean {
  return CONSULT.test(plain(text)) && !carriesIssueVerb(text);
}

/** The kind of the first verb that counts; `avoid` wins over all but an issue verb beside it. */
export function verbKind(text: string): VerbKind {
  const said = plain(text);
  if (said === '') return 'none';
  if (AVOID.test(said)) return 'avoid';
  if (carriesIssueVerb(said)) return 'issue';
  if (ADD.test(said)) return 'add';
  if (CONSULT.test(said)) return 'consult';
  if (NEXT.test(said)) return 'next';
  if (SUBMIT.test(said)) return 'submit';
  if (DISMISS.test(said)) return 'dismiss';
  return 'none';
}

/** Whether the words close a notice. */
export function isDismissal(text: string): boolean {
  return DISMISS.test(plain(text));
}

/** Links to where an existing invoice is fetched again. */
export function leadsToReprint(text: string): boolean {
  const said = plain(text);
  if (
    /\bya (facture|facturaste|tengo mi factura)\b|\bmis (facturas|cfdi|comprobantes)\b|\bmy invoices\b|\breimpri|\breimpresion\b|\breprint\b/.test(
      said,
    )
  )
    return true;
  return (
    /\b(consult|recuper|descarg|reenvi|buscar?\b|historial|retrieve|download|find|look ?up)/.test(said) &&
    /factura|cfdi|comprobante|xml|pdf|invoice|folio/.test(said)
  );
}

/** Links to where a ticket is invoiced. */
export function leadsToInvoicing(text: string): boolean {
  const said = plain(text);
  if (leadsToReprint(said)) return false;
  return /\bfactur(a|e|ar|acion|alo)\b|\bauto ?facturacion\b|\bcfdi\b|\binvoic(e|ing)\b|\bbilling\b/.test(
    said,
  );
}
