// Adds style sheets of parts to the page.

/// Adds a style sheet, made of its text. The Content-Security-Policy allows that and no <style> element.
export function addStyleSheet(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
}
