/* list: the cases, what of them is shown, and which one is open. */

const VERDICTS = ["failed", "error", "flaky", "skipped", "passed"];
const report = data("report");
const rows = [];

function rowText(c) {
  return [c.name, c.condition, c.file, c.outcome, ...c.tags].join(" ").toLowerCase();
}

function makeRow(c, index) {
  const row = element("button");
  row.type = "button";
  const name = element("span", "row-name");
  name.append(element("span", "row-verdict " + c.verdict, c.verdict), fullName(c));
  row.append(name);
  if (c.verdict !== "passed") row.append(element("span", "row-outcome", c.outcome));
  row.addEventListener("click", () => {
    location.hash = "case-" + index;
  });
  return { row, index, text: rowText(c), facts: c };
}

/* --- filters --- */

function pressed() {
  const chosen = new Set();
  for (const button of document.querySelectorAll("#verdicts button"))
    if (button.getAttribute("aria-pressed") === "true") chosen.add(button.dataset.verdict);
  return chosen;
}

function applyFilters() {
  const verdicts = pressed();
  const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const tag = document.getElementById("tag").value;
  const condition = document.getElementById("condition").value;
  let shown = 0;
  for (const r of rows) {
    const visible =
      verdicts.has(r.facts.verdict) &&
      words.every((w) => r.text.includes(w)) &&
      (!tag || r.facts.tags.includes(tag)) &&
      (!condition || (r.facts.condition || "clean") === condition);
    r.row.hidden = !visible;
    r.row.style.display = visible ? "" : "none";
    shown += visible;
  }
  document.getElementById("shown").textContent = `${shown} of ${rows.length} shown`;
  document.querySelector("#list .none").hidden = shown > 0;
}

function fillChoice(id, all, values) {
  const select = document.getElementById(id);
  select.append(new Option(all, ""));
  for (const v of [...new Set(values)].sort()) select.append(new Option(v, v));
  select.hidden = select.options.length < 3;
  select.addEventListener("change", applyFilters);
}

function fillFilters() {
  for (const verdict of VERDICTS) {
    const button = element("button", verdict, report.counts[verdict] + " " + verdict);
    button.type = "button";
    button.dataset.verdict = verdict;
    button.setAttribute("aria-pressed", "true");
    button.disabled = report.counts[verdict] === 0;
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
      applyFilters();
    });
    document.getElementById("verdicts").append(button);
  }
  fillChoice("tag", "all tags", report.cases.flatMap((c) => c.tags));
  fillChoice("condition", "all conditions", report.cases.map((c) => c.condition || "clean"));
  document.getElementById("search").addEventListener("input", applyFilters);
}

/* --- which case --- */

/* The cases stand behind this script: the list is there while they come. */
function openFromHash() {
  const match = /^#case-(\d+)$/.exec(location.hash);
  const index = match ? +match[1] : rows.length ? rows[0].index : -1;
  if (!report.cases[index]) return;
  for (const r of rows) r.row.setAttribute("aria-current", r.index === index);
  if (document.getElementById("case-" + index)) showCase(index);
  else document.getElementById("case").textContent = "Being loaded…";
  if (match) rows.find((r) => r.index === index).row.scrollIntoView({ block: "nearest" });
}

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  if (shownCase) shownCase.redraw();
}

function openReport() {
  document.title = report.name + " – habla test";
  document.getElementById("name").textContent = report.name;
  document.getElementById("about").textContent = [report.backend, "seed " + report.seed, report.started, report.program]
    .filter(Boolean)
    .join(" · ");
  rows.push(...report.cases.map(makeRow));
  rows.sort((a, b) => VERDICTS.indexOf(a.facts.verdict) - VERDICTS.indexOf(b.facts.verdict) || a.index - b.index);
  const none = element("p", "none quiet", rows.length ? "No case is left by the filters." : "No case was run.");
  document.getElementById("list").append(...rows.map((r) => r.row), none);
  fillFilters();
  applyFilters();
  document.getElementById("theme").addEventListener("click", toggleTheme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => shownCase && shownCase.redraw());
  window.addEventListener("hashchange", openFromHash);
  openFromHash();
}

openReport();
document.addEventListener("DOMContentLoaded", () => {
  openFromHash();
  /* How long that took, laid out (tests/bench/bench_report.c reads it). */
  document.body.getBoundingClientRect();
  document.documentElement.dataset.openedMs = Math.round(performance.now());
});
