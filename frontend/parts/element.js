// Makes elements. Text becomes text nodes and nothing else: no HTML is made of it.

const SVG = "http://www.w3.org/2000/svg";

/// An element with attributes and listeners (`onclick`) and with what stands in it: elements and texts.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  setAttributes(made, attributes);
  made.append(...children.flat().filter((child) => child !== undefined));
  return made;
}

/// A picture of one path.
export function path(viewBox, d, attributes = {}) {
  const svg = document.createElementNS(SVG, "svg");
  setAttributes(svg, { viewBox, "aria-hidden": "true", ...attributes });
  const line = document.createElementNS(SVG, "path");
  setAttributes(line, { d });
  svg.append(line);
  return svg;
}

function setAttributes(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
}
