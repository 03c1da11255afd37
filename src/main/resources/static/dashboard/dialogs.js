/** The dialogs: confirmation of an action, and the form for the API key. */

import {hasKey, keyWanted, rememberKey} from './api.js';
import {element, icon, toast} from './dom.js';
import {problem} from './pieces.js';

/**
 * Asks for confirmation and then performs the action.
 *
 * @param {string} title
 * @param {Array|string} text what exactly will happen, with the number of documents affected
 * @param {string} verb label of the confirm button
 * @param {() => Promise<string>} act performs the action and returns the message to show
 * @param {boolean} harmless whether the confirm button is primary instead of red
 * @returns {Promise<boolean>} whether the action was performed
 */
export function confirmed({title, text, verb, act, harmless = false}) {
  return new Promise((resolve) => {
    let done = false;
    const place = element('div');
    const no = element('button', {type: 'button'}, 'Go back');
    const yes = element(harmless ? 'button.primary' : 'button.danger', {type: 'submit'}, verb);
    const form = element('form', {method: 'dialog'},
      element('h2', {id: 'dialog-title'}, title),
      element('div.dialog-text', {}, text),
      place,
      element('div.dialog-buttons', {}, no, yes));
    const dialog = element('dialog.confirm', {'aria-labelledby': 'dialog-title'}, form);
    no.addEventListener('click', () => dialog.close());
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      yes.disabled = true;
      try {
        toast(await act());
        done = true;
        dialog.close();
      } catch (failure) {
        place.replaceChildren(problem(failure));
        yes.disabled = false;
      }
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(done);
    });
    document.body.append(dialog);
    dialog.showModal();
    (harmless ? yes : no).focus();
  });
}

let asking = false;
/** Set once the form has been shown, so that later refreshes do not open it again. */
let declined = false;

/** Opens the form for the API key when the API requires one. The key is kept until the tab is closed. */
export function askForKeys(entered) {
  keyWanted.addEventListener('wanted', (event) => {
    if (!asking && !declined) {
      askForKey(event.detail.refused, entered);
    }
  });
}

export function askForKey(refused, entered) {
  asking = true;
  declined = true;
  const input = element('input', {
    id: 'api-key', type: 'password', required: true, autocomplete: 'off', minlength: 16, maxlength: 512, spellcheck: 'false',
    'aria-describedby': 'api-key-hint',
  });
  const later = element('button', {type: 'button'}, 'Not now');
  const forget = hasKey() ? element('button', {type: 'button'}, 'Remove key') : null;
  const form = element('form', {method: 'dialog'},
    element('h2', {id: 'key-title'}, 'API key'),
    refused
      ? element('p.problem', {role: 'alert'}, icon('half'), 'This API key is not valid.')
      : null,
    element('div.field', {},
      element('label', {for: 'api-key'}, 'Workspace API key'),
      input,
      element('p.hint', {id: 'api-key-hint'}, 'Stored in this tab only. Closing the tab removes the key.')),
    element('div.dialog-buttons', {}, forget, later, element('button.primary', {type: 'submit'}, 'Use key')));
  const dialog = element('dialog', {'aria-labelledby': 'key-title'}, form);
  later.addEventListener('click', () => dialog.close());
  forget?.addEventListener('click', () => {
    rememberKey(null);
    declined = false;
    dialog.close();
    entered();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    rememberKey(input.value.trim());
    declined = false;
    dialog.close();
    entered();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    asking = false;
  });
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
}
