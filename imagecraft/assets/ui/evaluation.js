"use strict";
// The tab "Evaluation": what is scored, and tables that can be sorted and searched.
(() => {
  const ic = window.imagecraft;
  const words = ic.words.evaluation;
  const tab = () => document.querySelector(".ic-evaluation");

  // One picture, files, or sounds.
  document.addEventListener("change", (event) => {
    if (event.target.name === "ic-score-mode") tab().dataset.mode = event.target.value;
  });

  // Tables.
  document.addEventListener("click", (event) => {
    const sorter = event.target.closest("button[data-sort]");
    if (!sorter) return;
    const head = sorter.closest("th");
    const table = head.closest("table");
    const column = [...head.parentElement.children].indexOf(head);
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.children[column].dataset.value ?? row.children[column].textContent;
    const order = sorter.dataset.sort === "number"
      ? (one, other) => Number(value(one)) - Number(value(other))
      : (one, other) => value(one).localeCompare(value(other), undefined, { numeric: true });
    const rows = [...table.tBodies[0].rows].sort(order);
    table.tBodies[0].append(...(down ? rows.reverse() : rows));
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "ic-score-search") return;
    const wanted = event.target.value.trim().toLowerCase();
    const rows = [...document.querySelectorAll("#ic-score-items tbody tr")];
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    const left = rows.filter((row) => !row.hidden).length;
    document.getElementById("ic-score-found").textContent = ic.fill(words.found, { n: left, all: rows.length });
  });
})();
