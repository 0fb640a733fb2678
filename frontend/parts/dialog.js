// A modal dialog as the rest of the page has them (frontend/src/components/modal.rs): a <dialog>, which keeps the focus inside and
// gives it back.
import { element, path } from "./element.js";
import { texts } from "./texts.js";

const CLOSE = "M6 6l12 12M18 6 6 18";
let dialogs = 0;

/// Opens a dialog. `fill` gets the function that closes it, with a result, and returns what stands in it. Resolves to the result
/// when it is closed: undefined where the reader only closed it.
export function openDialog(title, className, fill) {
  dialogs += 1;
  const id = `part-title-${dialogs}`;
  let result;
  const close = (value) => {
    result = value;
    dialog.close();
  };
  const closeButton = element(
    "button",
    { type: "button", class: "quiet", "aria-label": texts().close, onclick: () => close() },
    path("0 0 24 24", CLOSE, { class: "icon" }),
  );
  const dialog = element(
    "dialog",
    { class: `modal ${className}`, "aria-labelledby": id, onclick: ({ target }) => target === dialog && close() },
    element(
      "div",
      { class: "modal-content" },
      element("div", { class: "modal-head" }, element("h2", { id, tabindex: "-1" }, title), closeButton),
      fill(close),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  // Leaving the room with the browser's button leaves the dialog as well.
  const leave = () => close();
  window.addEventListener("popstate", leave);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      window.removeEventListener("popstate", leave);
      dialog.remove();
      resolve(result);
    });
  });
}
