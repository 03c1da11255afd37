/** What is asked before something is done. */

import {hasKey, keyWanted, rememberKey} from './api.js';
import {element, icon, toast} from './dom.js';
import {problem} from './pieces.js';

/**
 * Asks before an act that cannot be taken back, and does it.
 *
 * @param {string} title
 * @param {Array|string} text what exactly will happen, with the number of those it reaches
 * @param {string} verb on the button
 * @param {() => Promise<string>} act does it and answers with what to tell
 * @param {boolean} harmless does not need the colour of danger
 * @returns {Promise<boolean>} whether it was done
 */
export function confirmed({title, text, verb, act, harmless = false}) {
  return new Promise((resolve) => {
    let done = false;
    const place = element('div');
    const no = element('button', {type: 'button'}, 'Keep as it is');
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
/** Whoever has closed the form is not asked again by each look of a view. */
let declined = false;

/** The key is asked for when the API wants one, and kept until this tab is closed. */
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
  const forget = hasKey() ? element('button', {type: 'button'}, 'Forget the key') : null;
  const form = element('form', {method: 'dialog'},
    element('h2', {id: 'key-title'}, 'API key'),
    refused
      ? element('p.problem', {role: 'alert'}, icon('half'), 'The service does not know this key.')
      : null,
    element('div.field', {},
      element('label', {for: 'api-key'}, 'Key of your workspace'),
      input,
      element('p.hint', {id: 'api-key-hint'}, 'Kept in this tab only, and gone with it.')),
    element('div.dialog-buttons', {}, forget, later, element('button.primary', {type: 'submit'}, 'Use this key')));
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
