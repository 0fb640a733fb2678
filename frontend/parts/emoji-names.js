// The emoji with their names in Korean and English, and which of them a word means.
import { read as stored, write as store } from "./stored.js";

const RECENT = "madang.emoji";
const MAX_RECENT = 16;

let loading;

/// All emoji: `{emoji, group, name, names, words}`. `name` is in the page's language, the other two in both.
export function loadEmoji() {
  loading ??= read().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function read() {
  const [{ default: korean }, { default: english }] = await Promise.all([import("emoji-table:ko"), import("emoji-table:en")]);
  const inKorean = new Map(korean.map((row) => [row[0], row]));
  const isKorean = document.documentElement.lang === "ko";
  return english.map(([emoji, group, label, codes, words]) => {
    const [, , koreanLabel, , koreanWords] = inKorean.get(emoji) ?? [emoji, group, label, "", ""];
    return {
      emoji,
      group,
      name: isKorean ? koreanLabel : label,
      names: list(`${label}|${koreanLabel}|${codes}`),
      words: list(`${words}|${koreanWords}`),
    };
  });
}

function list(words) {
  return words.split("|").filter(Boolean).map(fold);
}

/// The emoji of this name.
export function named(all, name) {
  return all.find(({ names }) => names.includes(fold(name)));
}

/// The emoji that some words mean, the best first: those whose name they are, then those whose other word, then those where one
/// begins with them, then those where they stand elsewhere.
export function find(all, typed) {
  const wanted = fold(typed.trim());
  if (!wanted) return [];
  const rank = ({ names, words }) => {
    if (names.includes(wanted)) return 0;
    if (words.includes(wanted)) return 1;
    if (names.some((name) => name.startsWith(wanted))) return 2;
    if (words.some((word) => word.startsWith(wanted))) return 3;
    return [...names, ...words].some((word) => word.includes(wanted)) ? 4 : 5;
  };
  const ranked = all.map((row) => [rank(row), row]).filter(([place]) => place < 5);
  return ranked.sort(([one], [other]) => one - other).map(([, row]) => row);
}

/// Words are the same in any case, and with `_` or a space.
function fold(text) {
  return text.normalize("NFC").toLowerCase().replace(/[_-]/g, " ");
}

/// The emoji that this browser chose last.
export function remembered() {
  return (stored(RECENT) ?? "").split(" ").filter(Boolean);
}

export function remember(emoji) {
  const others = remembered().filter((other) => other !== emoji);
  store(RECENT, [emoji, ...others].slice(0, MAX_RECENT).join(" "));
}
