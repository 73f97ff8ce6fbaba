// Sorts and filters tables in place. Everything it does, the address does without it.
"use strict";
const params = new URLSearchParams(location.search);
const remember = () => history.replaceState(null, "", `${location.pathname}${params.size ? `?${params}` : ""}${location.hash}`);
const key = (row, at) => {
  const cell = row.cells[at];
  return cell ? (cell.dataset.k ?? cell.textContent.trim()) : "";
};
const compare = new Intl.Collator("en", { numeric: true }).compare;

const sort = (table, at, descending) => {
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((a, b) => compare(key(a, at), key(b, at)));
  body.append(...(descending ? rows.reverse() : rows));
  [...table.tHead.rows[0].cells].forEach((head, i) => {
    if (i === at) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
};

for (const table of document.querySelectorAll("table[data-sort]")) {
  const name = table.dataset.sort;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      sort(table, at, descending);
      params.set(name, `${descending ? "-" : ""}${at}`);
      remember();
    });
  });
  const wanted = params.get(name);
  if (wanted && /^-?\d+$/.test(wanted)) sort(table, Math.abs(+wanted), wanted.startsWith("-"));
}

for (const input of document.querySelectorAll("input[data-filter]")) {
  const table = document.getElementById(input.dataset.filter);
  if (!table) continue;
  const count = document.querySelector(`[data-count="${input.dataset.filter}"]`);
  input.addEventListener("input", () => {
    const text = input.value.trim().toLowerCase();
    const rows = [...table.tBodies[0].rows];
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(text);
    if (count) count.textContent = `${rows.filter((row) => !row.hidden).length} shown`;
    if (text) params.set(input.name, input.value.trim());
    else params.delete(input.name);
    remember();
  });
}

// "/" goes to the filter.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea");
  const input = document.querySelector("input[data-filter]");
  if (event.key === "/" && !typing && input && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    input.focus();
  }
});
