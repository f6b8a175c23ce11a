/** Signing in with the login that the task was given. A refused password is never sent again. Pure. */
import { actKey } from '../act-key.ts';
import { readableWords } from '../issue-suspect.ts';
import { isGeneral, statementsOf } from '../../outcomes/evidence.ts';
import { LOGIN_FAILED } from '../../outcomes/phrases.ts';
import type { Decision, ElementView, Evidence, LoginFacts, PlannedAction } from '../../types.ts';
import { codeWords, words } from '../../words/normalize.ts';
import { memos, sourceOf, timesDone } from './history.ts';
import { leadsToLogin, readLoginForm, type LoginForm } from './login-form.ts';
import { acts, press, type Page, type Rule } from './page.ts';
import { fieldLabel } from './plan-fields.ts';
import { isPressable } from './progress.ts';

/** The memo of the press that sends a password, and of the one that sends a code. */
const SENT = 'login:sent';
const CODE_SENT = 'login:code';
/** A code that came too late for its half minute is made once more. */
const MAX_CODES = 2;
const MAX_FILLS = 3;

/** Works the login form of a page that asks for nothing else of this task; asks a person where it cannot. */
export const loginRule: Rule = (page) => {
  const { snapshot, facts, history } = page.context;
  const form = readLoginForm(snapshot);
  if (form === null || page.forms.some((other) => other.ticket)) return null;
  const { login } = facts;
  if (login === undefined) return null;
  const refused = answerTo(page, form);
  if (refused !== null) return refused;
  const missing =
    (form.password !== null && !login.hasPassword) || (form.code !== null && !login.hasTotp)
      ? (form.code ?? form.password)
      : null;
  if (missing !== null) return askPerson(page, missing, form.code === null ? 'login' : 'two_factor');
  const lastFill = history.at(-1);
  // The field is not one that a secret may go into: nothing that is tried again would change that.
  if (lastFill?.result.ok === false && lastFill.result.reason === 'refused')
    return askPerson(page, form.password ?? form.user ?? form.code, 'login');
  const fills = fillsOf(page, form, login);
  return fills.length > 0 ? acts(page, fills) : send(page, form);
};

/** What the portal made of a login that was sent, where its form is here again; null before, and where it goes on. */
function answerTo(page: Page, form: LoginForm): Decision | null {
  const { history } = page.context;
  const sent = memos(history, SENT).length;
  const codes = memos(history, CODE_SENT).length;
  if (form.code !== null && codes < MAX_CODES) return null;
  if (sent === 0 && codes === 0) return null;
  // Sent once in this run, whatever came of it: accounts are locked for more.
  const evidence = refusalWords(page);
  if (evidence !== null) return { kind: 'finish', outcome: { code: 'login_failed', evidence, details: {} } };
  const last = history.at(-1)?.planned.memo;
  if (form.user !== null && form.password === null && last !== SENT) return null;
  return askPerson(page, form.password ?? form.code ?? form.user, 'login');
}

/** Fresh or in a message's place: "usuario o contraseña incorrectos". */
function refusalWords({ context: { snapshot, previous } }: Page): Evidence | null {
  const spoken = statementsOf(snapshot, previous).find(
    (statement) =>
      (statement.region || statement.fresh) &&
      LOGIN_FAILED.test(statement.said) &&
      !isGeneral(statement.said),
  );
  return spoken?.evidence ?? null;
}

function askPerson(page: Page, field: ElementView | null, reason: 'login' | 'two_factor'): Decision {
  const text = field === null ? 'login' : fieldLabel(field);
  return {
    kind: 'needPerson',
    reason,
    evidence: { snapshotId: page.context.snapshot.id, kind: 'paragraph', text },
    fields: [],
  };
}

/** The fields that do not hold their value yet. The values themselves are put in at the last call. */
function fillsOf(page: Page, form: LoginForm, login: LoginFacts): PlannedAction[] {
  const { snapshot, history } = page.context;
  const wanted: [ElementView | null, string][] = [
    [form.user, 'credential.username'],
    ...form.others.map((view): [ElementView, string] => [view, additionalSource(view, login)]),
    [form.password, 'credential.password'],
    [form.code, 'credential.totp'],
  ];
  return wanted.flatMap(([view, source]) => {
    if (view === null || source === '') return [];
    const fills = history.filter(
      (entry) => entry.actKey === actKey(snapshot, view) && sourceOf(entry) === source,
    );
    const again = source === 'credential.totp' ? memos(history, CODE_SENT).length : 0;
    if (fills.filter((entry) => entry.result.ok).length > again || fills.length > MAX_FILLS) return [];
    return [
      {
        action: { kind: 'fill', target: view.id, value: { source, text: '' } },
        why: `Write {{${source}}} into "${fieldLabel(view)}"`,
        stepType: 'input',
        confidence: 0.9,
      },
    ];
  });
}

/** The further value whose label the field carries, as a placeholder; '' for none. */
function additionalSource(view: ElementView, login: LoginFacts): string {
  const { label, aria, near, placeholder, name } = view.labels;
  const said = [label, aria, near, placeholder, codeWords(name)].map((text) => words(text));
  const named = login.additionalFields.find((key) => {
    const asked = words(key);
    return asked !== '' && said.some((text) => text === asked || ` ${text} `.includes(` ${asked} `));
  });
  return named === undefined ? '' : `credential.additionalFields.${named}`;
}

function send(page: Page, form: LoginForm): Decision | null {
  const memo = form.password !== null ? SENT : form.code !== null ? CODE_SENT : 'login:user';
  const { submit } = form;
  if (submit !== null && !submit.disabled) {
    const tries = timesDone(page.context.history, actKey(page.context.snapshot, submit), ['click']);
    return tries >= MAX_CODES ? null : acts(page, [press(submit, 'Sign in', 0.85, memo)]);
  }
  const last = form.password ?? form.code ?? form.user;
  if (last === null || memos(page.context.history, memo).length > 0) return null;
  return acts(page, [
    {
      action: { kind: 'press', target: last.id, key: 'Enter' },
      why: 'Sign in with Enter',
      stepType: 'click',
      confidence: 0.7,
      memo,
    },
  ]);
}

/** Where the page names a login and offers nothing else, with a login at hand: go there. */
export const toLoginRule: Rule = (page) => {
  const { snapshot, facts, history } = page.context;
  if (facts.login === undefined || memos(history, 'login:').length > 1) return null;
  const link = page.scope.find(
    (element) =>
      isPressable(element) &&
      !element.disabled &&
      !element.covered &&
      leadsToLogin(element) &&
      timesDone(history, actKey(snapshot, element)) === 0,
  );
  return link === undefined
    ? null
    : acts(page, [press(link, 'Go to the login', readableWords(link) === '' ? 0.5 : 0.75, 'login:link')]);
};
