/** Pages without a form for this task: find the way to one. Pure. */
import { actKey } from '../act-key.ts';
import { nothingEntered, readableWords } from '../issue-suspect.ts';
import { isEmpty } from '../../outcomes/obstacles.ts';
import { readCaptcha, readLoginWall, readTwoFactor } from '../../outcomes/person.ts';
import { isBusy } from '../../outcomes/success.ts';
import type { Decision, ElementView } from '../../types.ts';
import { plain } from '../../words/normalize.ts';
import { leadsToInvoicing, verbKind } from '../../words/verbs.ts';
import { consentBoxes, rowBox } from './checkboxes.ts';
import { tick } from './dialog-rules.ts';
import { readLoginForm } from './login-form.ts';
import { toLoginRule } from './login-rules.ts';
import { fieldLabel } from './plan-fields.ts';
import { memos, sinceLastInput, timesDone } from './history.ts';
import { reprintControls } from './outcome-rules.ts';
import { acts, pass, pause, press, type Page } from './page.ts';
import { isPressable, progressCandidates } from './progress.ts';

const AS_GUEST =
  /invitado|sin (registro|registrar|cuenta|iniciar|sesion)|guest|facturacion rapida|factura rapida/;

/** Leads on from a page that asks for nothing this task knows. */
export function landingRule(page: Page): Decision | null {
  const { snapshot, history } = page.context;
  if (memos(history, 'wait:').length < 8 && (isBusy(snapshot) || isEmpty(snapshot))) {
    return acts(page, [pause(2000, 'the page is still working', 'wait:landing')]);
  }
  const way = wayToForm(page);
  if (way !== null) return acts(page, [press(way.element, way.why, way.confidence, way.memo)]);
  const captcha = readCaptcha(snapshot, page.context);
  if (captcha !== null) return { kind: 'needPerson', reason: 'captcha', ...captcha };
  const code = readTwoFactor(snapshot);
  if (code !== null) return { kind: 'needPerson', reason: 'two_factor', ...code };
  const toLogin = toLoginRule(page);
  if (toLogin !== null) return toLogin;
  const login = readLoginForm(snapshot);
  const password = login?.password ?? login?.user ?? readLoginWall(snapshot);
  if (password !== null) {
    return {
      kind: 'needPerson',
      reason: 'login',
      evidence: { snapshotId: snapshot.id, kind: 'paragraph', text: fieldLabel(password) },
      fields: [],
    };
  }
  return goOn(page);
}

function wayToForm(
  page: Page,
): { element: ElementView; why: string; confidence: number; memo?: string } | null {
  const { snapshot, history } = page.context;
  const untried = (element: ElementView) => timesDone(history, actKey(snapshot, element)) === 0;
  const open = page.scope.filter(
    (element) =>
      isPressable(element) && !element.disabled && !element.covered && !/^(mailto|tel):/i.test(element.href),
  );
  if (page.recovering) {
    const reprint = reprintControls(open).find(untried);
    if (reprint !== undefined)
      return {
        element: reprint,
        why: 'Look for the invoice where it is printed again',
        confidence: 0.8,
        memo: 'reprint',
      };
  }
  const guest = open.find((element) => AS_GUEST.test(plain(readableWords(element))) && untried(element));
  if (guest !== undefined) return { element: guest, why: 'Go on without an account', confidence: 0.8 };
  const ranked = open
    .filter((element) => untried(element))
    .map((element) => ({ element, score: invoicingScore(element) }))
    .filter((entry) => entry.score > 0)
    .sort((a, b) => b.score - a.score);
  const best = ranked[0];
  return best === undefined
    ? null
    : { element: best.element, why: 'Go to the invoicing page', confidence: Math.min(0.9, best.score) };
}

/** The shorter and plainer the name, the surer: `Facturar` before "Facturación electrónica, preguntas". */
function invoicingScore(element: ElementView): number {
  const said = plain(readableWords(element));
  if (said.length > 80 || !leadsToInvoicing(said)) return 0;
  const kind = verbKind(said);
  if (kind === 'avoid') return 0;
  let score = 0.6;
  if (
    /^(quiero )?(auto ?)?factur(ar|a|acion)( aqui| (mi|tu|su) (ticket|compra|consumo|ticket de compra))?$|^(genera|obten|solicita)r? (tu|mi|su) (factura|cfdi)$|^(get|create|request) (your|my) invoice$|^invoice( my| your)?( ticket| receipt)?$/.test(
      said,
    )
  )
    score += 0.3;
  else if (/ticket|compra|consumo|cfdi|electronica|en linea|online|purchase|receipt/.test(said))
    score += 0.15;
  if (element.role === 'button') score += 0.05;
  if (/\.pdf(\?|$)/i.test(element.href)) score = 0;
  return score;
}

/** Nothing names the invoice: a page of welcome, a list to choose from, or one button. */
function goOn(page: Page): Decision | null {
  const { snapshot, history, purpose } = page.context;
  const boxes = boxesToTick(page);
  if (boxes.length > 0)
    return acts(
      page,
      boxes.map((box) => tick(box)),
    );
  const candidates = progressCandidates({
    snapshot,
    history,
    purpose,
    form: [],
    scope: page.scope,
    fiscal: false,
  });
  const best = candidates.find(
    (candidate) =>
      !candidate.element.disabled &&
      ['next', 'submit', 'dismiss', 'issue'].includes(candidate.kind) &&
      timesDone(history, actKey(snapshot, candidate.element)) < 2,
  );
  if (best === undefined) return pass('nothing on this page leads on');
  return acts(page, [press(best.element, 'Go on', Math.min(0.7, best.score))]);
}

/** What must be accepted, the one row of a list; and, after a press in vain, what may be accepted. */
function boxesToTick(page: Page): ElementView[] {
  const { snapshot, history, facts } = page.context;
  const { must, may } = consentBoxes(page.scope);
  const row = nothingEntered(snapshot, { facts, history }) ? null : rowBox(page.scope);
  const inVain = sinceLastInput(history).some(
    (entry) => entry.planned.action.kind === 'click' && entry.fingerprint === snapshot.fingerprint,
  );
  return [...must, ...(row === null ? [] : [row]), ...(inVain ? may : [])];
}
