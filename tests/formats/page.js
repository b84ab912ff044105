/* Run in the page by run.py: what is wrong with it, as a list of sentences. Empty: nothing. */
const problems = [];
const say = text => { if (problems.length < 20) problems.push(text); };
const all = (what, root = document) => [...root.querySelectorAll(what)];
const shown = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
const cut = text => text.trim().slice(0, 60);

/* ---- nothing a name says is acted on ---- */
if (window.pwned) say('a name ran as a script');
for (const e of all('script, img, iframe, object, embed, form, [onerror], [onload], [onclick], base'))
  say(`there is a <${e.localName}>`);

/* ---- it fits ---- */
const room = document.documentElement.clientWidth;
const wide = document.documentElement.scrollWidth;
if (wide > room) {
  say(`the page is ${wide} wide in ${room}`);
  for (const e of all('body *'))
    if (e.getBoundingClientRect().right > room + 1 && !e.closest('.scroll'))
      say(`${e.localName}.${e.className.baseVal ?? e.className} reaches ${Math.round(e.getBoundingClientRect().right)}`);
}
for (const e of all('.drawn text').filter(shown)) {
  const svg = e.closest('svg').getBoundingClientRect(), box = e.getBoundingClientRect();
  if (box.left < svg.left - 1 || box.right > svg.right + 1) say(`'${cut(e.textContent)}' leaves the drawing`);
}

/* ---- the drawing that suits the width ---- */
const drawings = all('svg.drawn').filter(shown);
if (all('svg.drawn').length > 0 && (drawings.length !== 1 || drawings[0].classList.contains('tall') !== room < 768))
  say(`${drawings.length} drawings are shown`);

/* ---- structure, for those who listen and those who type ---- */
for (const [what, count] of [['main', 1], ['body > header', 1], ['body > footer', 1], ['h1', 1], ['title', null]])
  if (count !== null && all(what).length !== count) say(`${all(what).length} ${what}`);
if (!document.title.trim() || !document.documentElement.lang) say('no title or no language');
let before = 1;
for (const e of all('h1, h2, h3, h4').filter(shown)) {
  const level = Number(e.localName[1]);
  if (level > before + 1 && !e.closest('header.top')) say(`heading '${cut(e.textContent)}' jumps from ${before} to ${level}`);
  before = level;
  if (!e.textContent.trim()) say('an empty heading');
}
const ids = all('[id]').map(e => e.id);
if (new Set(ids).size !== ids.length) say('an id stands twice');
for (const e of all('a[href^="#"], use[href^="#"]'))
  if (!document.getElementById(e.getAttribute('href').slice(1))) say(`${e.getAttribute('href')} leads nowhere`);
for (const e of all('[aria-labelledby]'))
  for (const id of e.getAttribute('aria-labelledby').split(' '))
    if (!document.getElementById(id)) say(`label ${id} is not there`);
for (const e of all('input'))
  if (e.labels.length !== 1 || !e.labels[0].textContent.trim()) say('a box without a label');
for (const e of all('svg'))
  if (e.getAttribute('aria-hidden') !== 'true' && !(e.getAttribute('role') === 'img' && e.querySelector('title, desc')))
    say('a drawing without words');
for (const e of all('.scroll')) if (e.tabIndex !== 0) say('a scrolling part that the keyboard cannot reach');
for (const e of all('details')) if (e.firstElementChild.localName !== 'summary') say('details without a summary');

/* ---- contrast: WCAG 2.1, 1.4.3 ---- */
const parse = text => {
  const n = text.match(/[\d.]+/g).map(Number);
  return /^color\(srgb/.test(text) ? [n[0] * 255, n[1] * 255, n[2] * 255, n[3] ?? 1] : [n[0], n[1], n[2], n[3] ?? 1];
};
const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
  .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
const ratio = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);
const behind = e => {
  for (; e; e = e.parentElement) {
    const colour = parse(getComputedStyle(e).backgroundColor);
    if (colour[3] === 1) return colour;
  }
  return [255, 255, 255, 1];
};
const seen = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const e = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || seen.has(e) || !shown(e) || e.closest('symbol, .unseen, .skip')) continue;
  seen.add(e);
  const style = getComputedStyle(e), drawn = e.closest('.drawn');
  const ink = parse(drawn ? style.fill : style.color);
  const papers = drawn ? [behind(drawn), parse(getComputedStyle(document.querySelector('.box') ?? drawn).fill)] : [behind(e)];
  const size = parseFloat(style.fontSize), wanted = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
  for (const paper of papers)
    if (ratio(ink, paper) < wanted)
      say(`'${cut(e.textContent)}' has a contrast of ${ratio(ink, paper).toFixed(2)}, wanted ${wanted}`);
}

/* ---- steps can be ticked off ---- */
const box = document.querySelector('.steps input');
if (box) {
  box.click();
  if (!getComputedStyle(box.nextElementSibling).textDecorationLine.includes('line-through')) say('a tick changes nothing');
  box.click();
}
return problems;
