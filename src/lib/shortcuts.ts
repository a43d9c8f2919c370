/** Keys and what they do; the names are those of KeyboardEvent.key: "/", "ArrowDown", "j", "?". */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/**
 * Listens for keys pressed anywhere on the page, until the returned function is called. Keys that belong to
 * something else are left alone: those typed into a field, those of an open dialog or menu, those with Ctrl or Alt.
 */
export function listenForShortcuts(shortcuts: Shortcuts): () => void {
  const onKeydown = (event: KeyboardEvent) => {
    const act = shortcuts[event.key];
    if (!act || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey)
      return;
    if (isTaken(event.target) || isChoosing(event)) return;
    event.preventDefault();
    act(event);
  };
  window.addEventListener('keydown', onKeydown);
  return () => window.removeEventListener('keydown', onKeydown);
}

const FIELDS = 'input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]';
const OVERLAYS = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

/** Arrow keys choose among radio buttons. */
const isChoosing = ({ key, target }: KeyboardEvent): boolean =>
  key.startsWith('Arrow') && target instanceof HTMLInputElement && target.type === 'radio';

function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"][data-state="open"], [role="alertdialog"][data-state="open"]'))
    return true;
  return target instanceof Element && target.closest(`${FIELDS}, ${OVERLAYS}`) !== null;
}
