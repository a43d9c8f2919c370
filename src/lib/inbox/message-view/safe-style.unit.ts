import { describe, expect, it } from 'vitest';
import { safeStyle } from './safe-style.ts';

describe('what is kept of a style', () => {
  it.each([
    ['color: red; font-weight: bold', 'color: red; font-weight: bold'],
    ['COLOR:#FFF !important;padding:0 4px', 'color: #FFF; padding: 0 4px'],
    ['width: calc(100% - 10px)', 'width: calc(100% - 10px)'],
    ["font-family: 'Segoe UI', Arial", "font-family: 'Segoe UI', Arial"],
    ['background: rgba(1, 2, 3, 0.5)', 'background: rgba(1, 2, 3, 0.5)'],
    ['/* a */ color /* b */ : blue', 'color: blue'],
  ])('%s', (given, kept) => {
    expect(safeStyle(given).css).toBe(kept);
  });

  it.each([
    'position: fixed; top: 0; left: 0; z-index: 99',
    'position: absolute',
    'behavior: url(x.htc)',
    '-moz-binding: url(http://evil.example/x.xml#y)',
    'width: expression(alert(1))',
    'width: e\\78pression(alert(1))',
    'background: \\75rl(http://evil.example/a.png)',
    'background: URL (http://evil.example/a.png)',
    'background-image: image-set("http://evil.example/a.png" 1x)',
    'background-image: -webkit-image-set(url(http://evil.example/a.png) 1x)',
    'background: var(--x)',
    '--x: url(http://evil.example/a.png)',
    'list-style: url(http://evil.example/a.png)',
    'cursor: url(http://evil.example/a.cur), auto',
    'content: url(http://evil.example/a.png)',
    'border-image: url(http://evil.example/a.png)',
    'color: red} body { background: url(//evil.example)',
    'font-family: "a;color:red"url(http://evil.example)',
    '@import url(http://evil.example/a.css)',
    'background: url(javascript:alert(1))',
    'background: url(data:image/svg+xml,<svg/>)',
    'background: url(//evil.example/a.png)',
    'height: 100vh; min-height: 50dvh; width: calc(100vw - 2px)',
    'margin-left: -9999px; text-indent: -1000em',
    'display: flex',
    'transform: scale(9)',
    'animation: x 1s',
    'filter: url(#x)',
  ])('nothing of %s', (given) => {
    const { css } = safeStyle(given, true);
    expect(css).not.toMatch(/url|evil|vh|vw|position|-9999|expression/i);
    expect(css.replace(/(?:font-family: "a)|color: red(?:}.*)?/g, '').replaceAll(/[;\s]/g, '')).toBe('');
  });
});

describe('pictures of other servers', () => {
  const style = 'background: #fff url("http://mail.example/a.png") no-repeat; color: red';

  it('are taken out and counted', () => {
    expect(safeStyle(style)).toMatchObject({ css: 'background: #fff   no-repeat; color: red', remote: 1 });
  });

  it('are there, encrypted, once they were asked for', () => {
    expect(safeStyle(style, true).css).toBe(
      'background: #fff url("https://mail.example/a.png") no-repeat; color: red',
    );
  });

  it('are not taken for pictures when something follows them', () => {
    expect(
      safeStyle('background: url(https://a.example/a.png), url(https://b.example/b.png)', true).css,
    ).toBe('');
  });
});

describe('colours', () => {
  it.each([
    [true, 'color: #333'],
    [true, 'background: white'],
    [true, 'border-top-color: red'],
    [false, 'font-size: 12px; margin: 0'],
    [false, 'color: inherit; background: none'],
  ])('%s: %s', (has, style) => {
    expect(safeStyle(style).hasColours).toBe(has);
  });
});
