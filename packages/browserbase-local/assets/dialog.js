// A page's alert, confirm or prompt, as the person who looks sees it: they are no part of the page's picture.

const dialog = document.getElementById('asked');
const reply = document.getElementById('reply');
let answerWith = null;

/**
 * Shows what a page asks, or takes it away (null). `answer` gets what `Page.handleJavaScriptDialog` takes; without it
 * nothing can be answered.
 */
export const showDialog = (asked, answer = null) => {
  answerWith = null;
  if (dialog.open) dialog.close();
  if (asked === null) return;
  document.getElementById('message').textContent =
    asked.message || (asked.type === 'beforeunload' ? 'Leave this page? What was entered may be lost.' : '');
  reply.hidden = asked.type !== 'prompt';
  reply.value = asked.defaultPrompt ?? '';
  document.getElementById('dismiss').hidden = asked.type === 'alert';
  for (const button of dialog.querySelectorAll('button')) button.disabled = answer === null;
  answerWith = answer;
  dialog.returnValue = '';
  dialog.showModal();
};

dialog.addEventListener('close', () => {
  const answer = answerWith;
  answerWith = null;
  answer?.({ accept: dialog.returnValue === 'accept', promptText: reply.value });
});
