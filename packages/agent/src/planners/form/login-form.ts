/** The form that signs in at a portal, in one step or several; never one that makes or changes an account. Pure. */
import type { ElementView, Snapshot } from '../../types.ts';
import { codeWords, plain } from '../../words/normalize.ts';
import { readableWords } from '../issue-suspect.ts';
import { topType } from './assign-fields.ts';
import { TICKET_TYPES, type FieldType } from './field-types.ts';
import { formFields, type FormField } from './form-fields.ts';
import { formGroups, scopeOf } from './page-form.ts';
import { isNavigation, isPressable, kindOf } from './progress.ts';
import { scoreField } from './score-field.ts';

/** What one step of a login asks for; `others` are further fields, which the integrator may have named. */
export interface LoginForm {
  user: ElementView | null;
  password: ElementView | null;
  /** The code of an authenticator, asked for after the password. */
  code: ElementView | null;
  others: ElementView[];
  /** The button that sends it; null where Enter does. */
  submit: ElementView | null;
}

const LOGIN =
  /\b(iniciar?|inicio de|inicie) (tu |su |la )?sesion\b|\bentrar?\b|\bentre\b|\bacced(er|e|a)\b|\bingres(ar|a|e)\b|\bidentific(ar|a|ate|arse)\b|\blog ?in\b|\bsign ?in\b|\blog ?on\b|\bautenticar(se)?\b/;
const SPEAKS_OF_LOGIN = new RegExp(
  `${LOGIN.source}|\\bacceso\\b|\\b(tu|su|mi|your|my) (cuenta|usuario|account)\\b|\\baccount\\b|clientes registrados`,
);
const NEW_ACCOUNT =
  /\bregistr(ar|ate|arse|arme|ese|o|a)\b|\bcrear?\b|\bcree\b|\bnuev[oa]\b|\bconfirm\w*|\brepit\w*|\brepet\w*|\brestablec\w*|\brecuper\w*|\bcambi(ar|a|o|e)\b|\bactualiz\w*|\bsign ?up\b|\bregister\b|\bcreate\b|\bnew\b|\breset\b|\bchange\b|\brepeat\b/;
const NOT_A_LOGIN = /\bbusc|\bsearch|suscri|subscri|newsletter|boletin|cupon|rastre/;
const AUTHENTICATOR =
  /autenticador|autenticacion|authenticat|(dos|2) (pasos|factores)|two[- ](step|factor)|\b2fa\b|\btotp\b|\bmfa\b|(aplicacion|app) de (verificacion|seguridad)/;
/** Sent to somebody: no secret of ours makes it. */
const SENT =
  /\b(enviamos|enviad[oa]|mandamos|sms|mensaje de texto|whatsapp|te llego|le llego|we sent|texted|emailed)\b/;

const USERS: ReadonlySet<FieldType | null> = new Set(['userName', 'email', 'rfc', 'phone']);

/** The login that counts on this page now, or null. */
export function readLoginForm(snapshot: Snapshot): LoginForm | null {
  const scope = scopeOf(snapshot).elements.filter((element) => !element.covered);
  const groups = formGroups(scope);
  for (const read of [readPasswordStep, readUserStep, readCodeStep]) {
    const found = groups.flatMap((group) => read(group, snapshot) ?? [])[0];
    if (found !== undefined) return found;
  }
  return null;
}

/** One password: two are a registration's, or a change's. */
function readPasswordStep(group: readonly ElementView[]): LoginForm | null {
  const fields = openFields(group);
  const passwords = fields.filter(({ view }) => view.type === 'password');
  const [password] = passwords;
  if (password === undefined || passwords.length > 1 || isForNewAccount(password.view)) return null;
  const submit = submitOf(group);
  if (submit !== null && NEW_ACCOUNT.test(plain(readableWords(submit)))) return null;
  const texts = fields.filter((field) => field !== password && field.view.role === 'textbox');
  // Whoever asks for the ticket beside the password does not only sign in.
  if (texts.some((field) => TICKET_TYPES.has(typeOf(field) ?? 'password')) || texts.length > 4) return null;
  const before = texts.filter((field) => fields.indexOf(field) < fields.indexOf(password));
  const user = texts.find((field) => typeOf(field) === 'userName') ?? before.find(isUser) ?? before.at(-1);
  return {
    user: user?.view ?? null,
    password: password.view,
    code: null,
    others: texts.filter((field) => field !== user).map(({ view }) => view),
    submit,
  };
}

/** The user name alone: the password comes on the next page. */
function readUserStep(group: readonly ElementView[], snapshot: Snapshot): LoginForm | null {
  const [field, ...more] = openFields(group);
  if (field === undefined || more.length > 0 || field.view.role !== 'textbox' || !isUser(field)) return null;
  const submit = submitOf(group);
  const said = plain(submit === null ? '' : readableWords(submit));
  if (submit === null || NOT_A_LOGIN.test(said) || NEW_ACCOUNT.test(said)) return null;
  const named = typeOf(field) === 'userName' || /username/.test(field.view.autocomplete);
  if (!LOGIN.test(said) && !(named && speaks(snapshot, SPEAKS_OF_LOGIN))) return null;
  return { user: field.view, password: null, code: null, others: [], submit };
}

/** A code alone, on a page that speaks of an authenticator and of nothing sent. */
function readCodeStep(group: readonly ElementView[], snapshot: Snapshot): LoginForm | null {
  const [field, ...more] = openFields(group);
  if (field === undefined || more.length > 0 || field.kind !== 'single' || field.view.besideCaptcha)
    return null;
  const type = typeOf(field);
  const asksCode =
    type === 'oneTimeCode' || (type === 'captcha' && !speaks(snapshot, /captcha|imagen|image/));
  if (!asksCode || !speaks(snapshot, AUTHENTICATOR) || speaks(snapshot, SENT)) return null;
  return { user: null, password: null, code: field.view, others: [], submit: submitOf(group) };
}

function openFields(group: readonly ElementView[]): FormField[] {
  return formFields(group).filter(({ view }) => !view.disabled && !view.readonly && view.role !== 'radio');
}

function isForNewAccount(view: ElementView): boolean {
  const { label, aria, near, placeholder, name } = view.labels;
  return (
    /new-password/.test(view.autocomplete) ||
    NEW_ACCOUNT.test(plain([label, aria, label === '' ? near : '', placeholder, codeWords(name)].join(' ')))
  );
}

function isUser(field: FormField): boolean {
  return field.kind === 'single' && (USERS.has(typeOf(field)) || /username/.test(field.view.autocomplete));
}

function typeOf({ view }: FormField): FieldType | null {
  return topType(scoreField(view));
}

/** The button that signs in: by its words, else the form's own. */
function submitOf(group: readonly ElementView[]): ElementView | null {
  const buttons = group.filter(
    (element) => isPressable(element) && !isNavigation(element) && !element.covered,
  );
  const words = (element: ElementView) => plain(readableWords(element));
  return (
    buttons.find((element) => LOGIN.test(words(element)) && !NEW_ACCOUNT.test(words(element))) ??
    buttons.find((element) => ['next', 'submit', 'consult'].includes(kindOf(element))) ??
    buttons.find((element) => element.type === 'submit' && kindOf(element) !== 'avoid') ??
    null
  );
}

function speaks(snapshot: Snapshot, words: RegExp): boolean {
  const { title, texts, elements } = snapshot;
  const labels = elements.flatMap(({ labels: { label, placeholder, near } }) => [label, placeholder, near]);
  return words.test(plain([title, ...texts.map(({ text }) => text), ...labels].join(' \n ')));
}

/** A link or button that leads to the login. */
export function leadsToLogin(element: ElementView): boolean {
  const said = plain(readableWords(element));
  return (
    said.length <= 40 &&
    /\b(iniciar?|inicie) (tu |su )?sesion\b|\blog ?in\b|\bsign ?in\b|^(acceder|ingresar|entrar|acceso( a)? clientes)\b|\bya tengo (una )?cuenta\b/.test(
      said,
    ) &&
    !/\bfacebook|\bgoogle|\bapple|\bmicrosoft/.test(said)
  );
}
