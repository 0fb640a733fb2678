// The parts of the page that are loaded when they are first used. frontend/boot.js loads this file at the first use of any, and
// frontend/src/browser/parts.rs says what each is for and takes. A part's default export is the function that does its work.
const PARTS = {
  attention: () => import("./attention.js"),
  colors: () => import("./colors.js"),
  composer: () => import("./composer.js"),
  emoji: () => import("./emoji.js"),
  export: () => import("./export.js"),
  invite: () => import("./invite.js"),
  maths: () => import("./maths.js"),
  push: () => import("./push.js"),
};

export default async (part, ...details) => (await PARTS[part]()).default(...details);
