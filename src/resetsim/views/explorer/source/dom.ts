// Making elements.

type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

/** A table; numbers keep their full value beside what is shown. */
export function table(
  caption: string, headings: string[], rows: { name: string; cells: (number | string | null)[] }[], digits = 1,
): HTMLTableElement {
  const head = element("tr", {}, ...headings.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map(({ name, cells }) =>
    element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell) => cellOf(cell, digits))),
  );
  return element(
    "table", {},
    element("caption", {}, caption),
    element("thead", {}, head),
    element("tbody", {}, ...body),
  );
}

function cellOf(cell: number | string | null, digits: number): HTMLTableCellElement {
  if (cell === null) return element("td", {}, "–");
  if (typeof cell === "string") return element("td", { class: "text" }, cell);
  return element("td", { "data-value": String(cell) }, cell.toFixed(digits));
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
