// Splits a text into pieces that each fit a message: between paragraphs, else lines, else sentences or words, else anywhere. Code
// that is cut is fenced on both sides of the cut.

const FENCE = "```";
const CLOSING = `\n${FENCE}`;
/// A piece is at least so much of what it could be, unless a word is longer.
const MIN_SHARE = 0.4;
/// No piece begins with a slash, which may be a command.
const BREAKS = [/\n\s*\n(?![\s/])/g, /\n(?![\s/])/g, /[.!?。…]\s+(?![\s/])/g, /\s+(?![\s/])/g];

/// The Unicode scalar values of a text, which a message's limit counts.
export function count(text) {
  return [...text].length;
}

/// The pieces, none longer than `limit`.
export function split(text, limit) {
  const pieces = [];
  let rest = text.trim();
  let fence = "";
  while (rest) {
    const head = fence && `${fence}\n`;
    if (count(head + rest) <= limit) {
      pieces.push(head + rest);
      break;
    }
    const piece = start(rest, limit - count(head) - CLOSING.length);
    rest = rest.slice(piece.length);
    fence = openFence(head + piece);
    pieces.push(fence ? head + piece.trimEnd() + CLOSING : (head + piece).trimEnd());
    rest = fence ? rest.replace(/^\n/, "") : rest.trimStart();
  }
  return pieces;
}

/// The longest good start of a text within so many characters.
function start(text, characters) {
  const most = [...text].slice(0, Math.max(1, characters)).join("");
  for (const pattern of BREAKS) {
    // With the character that follows, since a break depends on it.
    const found = [...text.slice(0, most.length + 1).matchAll(pattern)];
    const end = found.map(({ 0: gap, index }) => index + gap.length).findLast((end) => end <= most.length) ?? 0;
    if (end > most.length * MIN_SHARE) return most.slice(0, end);
  }
  return most;
}

/// The line that opens the code block in which a text ends; empty where it ends in none.
function openFence(text) {
  let open = "";
  for (const line of text.split("\n").map((line) => line.trim())) {
    if (line.startsWith(FENCE)) open = open ? "" : line;
  }
  return open;
}
