// Makes the table of the emoji picker from emojibase-data, while the page is built.

/// The newest version of Unicode's emoji that is offered: newer ones are missing from the fonts of most readers' systems.
const NEWEST = 16;
/// Group of skin tones and hair, which are no emoji by themselves.
const COMPONENTS = 2;

/// One row for each emoji that can be chosen, in Unicode's order: the emoji, its group, its name, the names that `:name:` has on
/// GitHub and elsewhere, and other words it is found by.
export function emojiTable(data, shortcodes) {
  return data
    .filter(({ group, version }) => group !== undefined && group !== COMPONENTS && version <= NEWEST)
    .sort((one, other) => one.order - other.order)
    .map(({ emoji, group, label, tags = [], hexcode }) => {
      const codes = [shortcodes[hexcode] ?? []].flat();
      return [emoji, group, label, codes.join("|"), tags.join("|")];
    });
}
