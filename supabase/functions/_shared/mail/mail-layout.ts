import { escapeHtml } from './display-text.ts';

export type MailLanguage = 'en' | 'ro';

/** The parts of a mail, as plain text; the layout does the escaping. */
export interface MailContent {
  language: MailLanguage;
  subject: string;
  paragraphs: string[];
  /** What it is about at a glance: day, place, person, each beside its label. */
  details?: { label: string; value: string }[];
  /** Values to copy exactly, such as a digest, each under its label. */
  values?: { label: string; value: string }[];
  /** `addressLabel` stands before the bare address, for programs that show no button. */
  button?: { label: string; url: string; addressLabel: string };
  notes: string[];
}

export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

/** Renders a mail as HTML and as plain text: one column, readable on a phone and in dark mode. */
export function renderMail(content: MailContent): RenderedMail {
  return { subject: content.subject, html: renderHtml(content), text: renderText(content) };
}

function renderText({ paragraphs, details = [], values = [], button, notes }: MailContent): string {
  const blocks = [
    ...paragraphs,
    ...(details.length ? [details.map(({ label, value }) => `${label}: ${value}`).join('\n')] : []),
    ...values.map(({ label, value }) => `${label}:\n${value}`),
    ...(button ? [`${button.label}:\n${button.url}`] : []),
    ...notes,
    '-- \nChairside',
  ];
  return blocks.join('\n\n') + '\n';
}

const font = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const fixedFont = "ui-monospace, 'SF Mono', Menlo, Consolas, monospace";

function renderHtml({
  language,
  subject,
  paragraphs,
  details = [],
  values = [],
  button,
  notes,
}: MailContent): string {
  const body = paragraphs
    .map(
      (text) =>
        `<p class="strong" style="margin:0 0 16px;font-size:16px;line-height:24px;color:#111827">${escapeHtml(text)}</p>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background-color: #111827 !important; }
  .card { background-color: #1f2937 !important; border-color: #374151 !important; }
  .strong { color: #f9fafb !important; }
  .soft, .soft a { color: #9ca3af !important; }
}
@media (max-width: 480px) { .card { padding: 24px 20px !important; } }
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#f3f4f6">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="page" style="background-color:#f3f4f6">
<tr><td align="center" style="padding:32px 12px;font-family:${font}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:480px;text-align:left">
<tr><td class="strong" style="padding:0 4px 12px;font-size:15px;font-weight:600;color:#111827">Chairside</td></tr>
<tr><td class="card" style="padding:32px;background-color:#ffffff;border:1px solid #e5e7eb;border-radius:12px">
${body}
${[...(details.length ? [renderDetails(details)] : []), ...values.map(renderValue), ...(button ? [renderButton(button)] : [])].join('\n')}
</td></tr>
<tr><td class="soft" style="padding:16px 4px 0;font-size:13px;line-height:20px;color:#6b7280">${notes.map(escapeHtml).join('<br>')}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

function renderDetails(details: NonNullable<MailContent['details']>): string {
  const rows = details
    .map(
      ({ label, value }) =>
        `<tr><td class="soft" style="padding:4px 16px 4px 0;font-size:14px;line-height:22px;color:#6b7280;vertical-align:top;white-space:nowrap">${escapeHtml(label)}</td><td class="strong" style="padding:4px 0;font-size:16px;line-height:22px;font-weight:600;color:#111827">${escapeHtml(value)}</td></tr>`,
    )
    .join('\n');
  return `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 20px">\n${rows}\n</table>`;
}

function renderValue({ label, value }: { label: string; value: string }): string {
  return `<p class="soft" style="margin:0 0 16px;font-size:13px;line-height:20px;color:#6b7280">${escapeHtml(label)}<br><span class="strong" style="font-family:${fixedFont};font-size:14px;color:#111827;word-break:break-word">${escapeHtml(value)}</span></p>`;
}

function renderButton({ label, url, addressLabel }: NonNullable<MailContent['button']>): string {
  const address = escapeHtml(url);
  return `<p style="margin:8px 0 24px"><a href="${address}" style="display:inline-block;padding:12px 20px;font-size:15px;font-weight:600;color:#ffffff;background-color:#0f766e;border-radius:8px;text-decoration:none">${escapeHtml(label)}</a></p>
<p class="soft" style="margin:0;font-size:13px;line-height:20px;color:#6b7280;word-break:break-all">${escapeHtml(addressLabel)}<br><a href="${address}" style="color:#6b7280">${address}</a></p>`;
}
