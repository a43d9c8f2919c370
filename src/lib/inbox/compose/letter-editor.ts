import { Editor } from '@tiptap/core';
import { Placeholder } from '@tiptap/extensions';
import { StarterKit } from '@tiptap/starter-kit';
import { safeHref } from '../message-view/links.ts';
import { editableHtml, htmlOfText, outgoingHtml, textOf, type LetterNode } from './letter.ts';

export type LetterEditor = Editor;

/** What a letter consists of, both ways of saying it. */
export type Letter = { html: string; text: string };

/** How the editor begins; part of the app that is loaded only when somebody writes. */
export function createLetterEditor(options: {
  element: HTMLElement;
  html: string;
  label: string;
  placeholder: string;
  describedBy?: string;
  autofocus: boolean;
  onChange: (letter: Letter) => void;
  /** Which buttons are pressed may have changed. */
  onMove: () => void;
  /** "/" at the beginning of a word; true when something else happens than writing it. */
  onSlash: () => boolean;
  /** Files that were pasted or dropped; true when they were taken. */
  onFiles: (files: File[]) => boolean;
}): LetterEditor {
  return new Editor({
    element: options.element,
    content: editableHtml(options.html),
    autofocus: options.autofocus ? 'start' : false,
    // Its style element would be refused by the app's policy; the styles are in letter-field.svelte.
    injectCSS: false,
    extensions: [
      StarterKit.configure({
        code: false,
        codeBlock: false,
        heading: false,
        horizontalRule: false,
        strike: false,
        trailingNode: false,
        link: {
          openOnClick: false,
          defaultProtocol: 'https',
          protocols: ['http', 'https', 'mailto', 'tel'],
          HTMLAttributes: { target: null, rel: 'noopener noreferrer nofollow' },
          isAllowedUri: (url) => safeHref(/^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`) !== null,
        },
      }),
      Placeholder.configure({ placeholder: options.placeholder }),
    ],
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': options.label,
        dir: 'auto',
        class: 'letter',
        'data-test': 'letter',
      },
      handleKeyDown: (view, event) => {
        if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
          return false;
        const { $from, empty } = view.state.selection;
        const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '\ufffc');
        return empty && (before === '' || /\s$/.test(before)) && options.onSlash();
      },
      handlePaste: (_, event) => {
        const files = [...(event.clipboardData?.files ?? [])];
        // A cell of a table is a picture as well: text counts first.
        const hasText = event.clipboardData?.types.some((type) => type.startsWith('text/')) ?? false;
        return files.length > 0 && !hasText && options.onFiles(files);
      },
      handleDrop: (_, event, __, isMoved) => {
        const files = [...(event.dataTransfer?.files ?? [])];
        if (isMoved || files.length === 0) return false;
        event.preventDefault();
        event.stopPropagation();
        return options.onFiles(files);
      },
    },
    onUpdate: ({ editor }) => options.onChange(letterOf(editor)),
    onTransaction: options.onMove,
  });
}

function letterOf(editor: Editor): Letter {
  return { html: outgoingHtml(editor.getHTML()), text: textOf(editor.getJSON() as LetterNode) };
}

/** Puts other content in place, without that counting as a change. */
export function replaceLetter(editor: LetterEditor, html: string): void {
  editor.commands.setContent(editableHtml(html), { emitUpdate: false });
}

/** Puts plain text where the cursor is, or at the beginning while nobody has been in the text. */
export function insertText(editor: LetterEditor, text: string, at: 'cursor' | 'start'): void {
  const place = at === 'start' ? 0 : editor.state.selection;
  const html = htmlOfText(text.replace(/\s+$/, '')) + (at === 'start' ? '<p></p>' : '');
  editor
    .chain()
    .focus(undefined, { scrollIntoView: true })
    .insertContentAt(typeof place === 'number' ? place : { from: place.from, to: place.to }, html)
    .run();
}
