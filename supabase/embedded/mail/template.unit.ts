import { expect, test } from 'vitest';
import { renderTemplate } from './template.ts';

const values = { Email: 'a@b.test', Token: '', Data: { language: 'ro', name: '<Ana & Co>' } };
const html = (template: string) => renderTemplate(template, values, 'html');

test.each([
  ['{{ .Email }}', 'a@b.test'],
  ['{{.Email}}', 'a@b.test'],
  ['{{- .Email -}}', 'a@b.test'],
  ['{{ .Data.language }}', 'ro'],
  ['{{ .Missing }}{{ .Data.missing }}', ''],
  ['{{ if .Token }}code{{ end }}.', '.'],
  ['{{ if .Token }}code{{ else }}link{{ end }}', 'link'],
  ['{{ if eq .Data.language "ro" }}Bună{{ else }}Hello{{ end }}', 'Bună'],
  [
    '{{ if eq .Data.language "en" }}Hello{{ else if eq .Data.language "ro" }}Bună{{ else }}?{{ end }}',
    'Bună',
  ],
  ['{{ if .Email }}{{ if .Token }}a{{ else }}b{{ end }}{{ end }}c', 'bc'],
])('%s gives %s', (template, expected) => {
  expect(html(template)).toBe(expected);
});

test('values are escaped in HTML, not in a subject', () => {
  expect(html('{{ .Data.name }}')).toBe('&lt;Ana &amp; Co&gt;');
  expect(renderTemplate('{{ .Data.name }}', values, 'text')).toBe('<Ana & Co>');
});

test('what is not supported is refused rather than left out', () => {
  expect(() => html('{{ range .Data }}{{ end }}')).toThrow('not supported');
});
