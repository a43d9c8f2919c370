/** Look of the inbox pages: the reader's own light or dark, one column on a phone. */
export const inboxStyle = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --line: #e3e6ea; --ink: #16191d; --soft: #5b6470; --accent: #0f766e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #101316; --card: #181c20; --line: #2a3037; --ink: #eef1f4; --soft: #9aa4b0; --accent: #5eead4; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; padding: 16px max(16px, calc(50vw - 440px)); background: var(--card); border-bottom: 1px solid var(--line); }
header a { color: var(--ink); font-weight: 600; font-size: 18px; text-decoration: none; }
header span, .people, .source, time, dt { color: var(--soft); font-size: 14px; }
main { max-width: 912px; margin: 0 auto; padding: 16px; }
.messages { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.messages li + li { border-top: 1px solid var(--line); }
.messages a { display: grid; grid-template-columns: 1fr auto; gap: 2px 16px; padding: 12px 16px; color: inherit; text-decoration: none; }
.messages a:hover, .messages a:focus-visible { background: var(--ground); }
.subject { font-weight: 600; overflow-wrap: anywhere; }
.people { overflow-wrap: anywhere; }
.source { text-align: right; }
.empty { padding: 64px 16px; text-align: center; color: var(--soft); }
h1 { font-size: 20px; margin: 8px 0 12px; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 16px; margin: 0 0 16px; }
dd { margin: 0; font-size: 14px; overflow-wrap: anywhere; }
iframe { width: 100%; height: 70vh; background: #fff; border: 1px solid var(--line); border-radius: 12px; }
@media (max-width: 560px) { .messages a { grid-template-columns: 1fr; } .source { text-align: left; } }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
`;
