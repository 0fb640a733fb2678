// What a message may consist of, and a watch over a page that shows messages which want to be more.

/// The elements that the text of a message may consist of, each with the attributes that it may have besides `class`.
const ALLOWED = {
  p: [],
  h2: [],
  h3: [],
  h4: [],
  strong: [],
  em: [],
  s: [],
  code: [],
  pre: ['tabindex', 'dir'],
  a: ['href', 'target', 'rel'],
  // Hides the source of a formula that is typeset.
  span: ['aria-hidden'],
  ul: [],
  ol: ['start'],
  li: [],
  blockquote: [],
  hr: [],
  table: [],
  thead: [],
  tbody: [],
  tr: [],
  th: ['scope'],
  td: [],
  // Around tables and code, which scroll by themselves.
  div: ['tabindex', 'data-language'],
  // Copies code.
  button: ['type', 'aria-label', 'data-done'],
  svg: ['viewBox', 'aria-hidden'],
  path: ['d'],
};

/// What formulas consist of: no element that a click changes or that holds HTML.
const MATHML = 'http://www.w3.org/1998/Math/MathML';
const FORMULA = /^(math|mrow|mi|mo|mn|mtext|mspace|mstyle|mpadded|mphantom|merror|menclose|mfrac|msqrt|mroot|msub|msup|msubsup|munder|mover|munderover|mmultiscripts|mprescripts|mtable|mtr|mtd)$/.source;

/// What `watch` takes.
export const RULES = { allowed: ALLOWED, mathml: MATHML, formula: FORMULA };

/// Runs in the page, before anything of it does. `madangWatch` then holds scripts that ran, reports of the Content-Security-Policy,
/// and what appeared in a message, or anywhere, without being allowed.
export function watch({ allowed, mathml, formula }) {
  const found = { ran: [], reports: [], strange: [], states: 0 };
  globalThis.madangWatch = found;
  for (const name of ['alert', 'confirm', 'prompt', 'print']) globalThis[name] = (...words) => void found.ran.push([name, ...words]);
  document.addEventListener('securitypolicyviolation', (event) => found.reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));

  const ATTRIBUTES_OF_ALL = ['class'];
  const SCHEMES = /^(https?:\/\/|mailto:)/i;
  const LOADING = 'script, iframe, object, embed, link, style, base, meta, img, picture, video, audio, source, track, applet, frame, image, use, animate';
  found.check = (element) => {
    const tag = element.localName;
    if (element.namespaceURI === mathml) {
      const isPlain = ({ name, value }) => !/^(on|href|src|id$|action)|:href$/i.test(name) && !(name === 'style' && /url|image|position/i.test(value));
      const isFormula = new RegExp(formula).test(tag) && element.closest('code.math') && [...element.attributes].every(isPlain);
      return isFormula || found.strange.push(`<${tag}> in a formula: ${element.outerHTML.slice(0, 200)}`);
    }
    if (!(tag in allowed)) return found.strange.push(`<${tag}> in a message: ${element.outerHTML.slice(0, 200)}`);
    for (const { name, value } of element.attributes) {
      const isAllowed = ATTRIBUTES_OF_ALL.includes(name) || allowed[tag].includes(name);
      if (!isAllowed) found.strange.push(`${name}=${value} on <${tag}>`);
    }
    if (tag === 'a') {
      const href = element.getAttribute('href');
      const isSafe = SCHEMES.test(href) && SCHEMES.test(element.href) && element.rel.includes('noopener') && element.target === '_blank';
      if (!isSafe) found.strange.push(`a link to ${href}`);
    }
  };
  const onElement = (element) => {
    if (element.closest('[data-part="body"]') && !element.matches('[data-part="body"]')) found.check(element);
    else if (element.matches(LOADING)) found.strange.push(`<${element.localName}> in the page: ${element.outerHTML.slice(0, 200)}`);
  };
  found.start = () => {
    new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes) {
        const body = (target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement)?.closest('[data-part="body"]');
        if (body) found.states += 1;
        if (type === 'attributes') onElement(target);
        for (const node of addedNodes) {
          if (node.nodeType !== Node.ELEMENT_NODE) continue;
          onElement(node);
          node.querySelectorAll('*').forEach(onElement);
        }
      }
    }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
  };
  /// The text and the links of a message, after everything in it was checked once more.
  found.read = (seq) => {
    const body = document.querySelector(`article[data-seq="${seq}"] [data-part="body"]`);
    body.querySelectorAll('*').forEach(found.check);
    return { text: body.textContent, links: [...body.querySelectorAll('a')].map((link) => link.getAttribute('href')) };
  };
}
