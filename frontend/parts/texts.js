// What the parts of the page say, in both languages. A test compares the two: both have the same names (tests/browser/parts.test.mjs).
import { en } from "./texts-en.js";
import { ko } from "./texts-ko.js";

/// The texts in the page's language, which frontend/src/browser/language.rs has chosen.
export function texts() {
  return document.documentElement.lang === "ko" ? ko : en;
}
