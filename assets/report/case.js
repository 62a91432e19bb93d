/* case: everything that is known of one case. */

let shownCase = null;

function readWaves(of) {
  const waves = {};
  for (const who of ["learner", "tutor"]) waves[who] = Uint8Array.from(atob(of.waves[who]), (c) => c.charCodeAt(0));
  return waves;
}

function about(facts) {
  const list = [];
  const verdict = element("span", facts.verdict, facts.verdict);
  verdict.style.fontWeight = "600";
  list.push(verdict);
  if (facts.runs > 1) list.push(element("span", "", `passed ${facts.passed} of ${facts.runs}`));
  if (facts.file) list.push(element("span", "", place(facts)));
  list.push(element("span", "", clock(facts.duration_ms) + " long"));
  list.push(element("span", "", "seed " + facts.seed));
  for (const tag of facts.tags) list.push(element("span", "", "#" + tag));
  const tokens = Object.values(facts.usage).reduce((a, b) => a + b, 0);
  if (tokens) list.push(element("span", "", tokens + " tokens"));
  for (const [label, text] of [["session", facts.session], ["again", facts.again]]) {
    if (!text) continue;
    const span = element("span", "", label + " ");
    span.append(element("code", "", text));
    list.push(span);
  }
  return list;
}

function turnText(facts, turn) {
  if (turn === 0) return "whole conversation";
  const known = facts.turns[turn - 1];
  return "turn " + turn + (known && known.text ? ", " + known.text : "");
}

function expectationRow(facts, e) {
  const row = element("tr", e.state.replace(" ", "-"));
  if (e.at_ms !== null) row.dataset.ms = e.at_ms;
  row.append(element("td", "state", e.state === "met" ? "✓ met" : "✗ " + e.state));
  const what = element("td", "", e.name);
  what.append(element("div", "quiet", turnText(facts, e.turn)));
  row.append(what, element("td", "", e.expected));
  const got = element("td", e.got === null ? "quiet" : "", e.got === null ? "never measured" : e.got);
  if (e.diff) {
    const diff = element("div", "diff");
    diffInto(diff, e.diff);
    got.append(diff);
  }
  if (e.why) got.append(element("div", "why", e.why));
  const where = element("td", "where quiet");
  where.append(...breakable(place(e)));
  row.append(got, where);
  return row;
}

function fillTables(page, facts) {
  const unmetFirst = [...facts.expectations].sort((a, b) => (a.state === "met") - (b.state === "met"));
  page.querySelector(".expectations tbody").append(...unmetFirst.map((e) => expectationRow(facts, e)));
  for (const e of facts.events) {
    const row = element("tr");
    row.dataset.ms = e.at_ms;
    const text = element("td");
    text.append(element("code", "", e.text));
    row.append(element("td", "", clock(e.at_ms)), element("td", "", e.name), text);
    page.querySelector(".events tbody").append(row);
  }
  for (const [name, values] of Object.entries(facts.measures)) {
    const row = element("tr");
    row.append(element("td", "", name), element("td", "", values.map((v) => +v.toFixed(3)).join(", ")));
    page.querySelector(".measures tbody").append(row);
  }
}

function fillTranscript(page, facts) {
  for (const line of facts.transcript) {
    const row = element("button", line.speaker);
    row.type = "button";
    row.dataset.ms = line.at_ms;
    row.append(
      element("span", "at", clock(line.at_ms)),
      element("span", "who", line.speaker),
      element("span", "", (line.text || "") + (line.cut ? " — (interrupted)" : ""))
    );
    page.querySelector(".transcript").append(row);
  }
}

function fillLegend(page, facts) {
  const legend = page.querySelector(".legend");
  const names = [...new Set(facts.latency_parts.map((p) => p.name))];
  if (names.length) legend.append("Between the learner's last sample and the first of the answer (ms):");
  names.forEach((name, i) => {
    const sign = element("i");
    sign.style.background = `var(--part-${(i % 4) + 1})`;
    legend.append(sign, name);
  });
}

/* The row of the transcript that is being said. */
function markLine(page, ms) {
  let now = null;
  for (const row of page.querySelectorAll(".transcript button")) {
    row.classList.remove("now");
    if (+row.dataset.ms <= ms) now = row;
  }
  if (now && ms > 0) now.classList.add("now");
}

function connect(page, facts, sound, timeline) {
  page.addEventListener("click", (e) => {
    const at = e.target.closest("[data-ms]");
    if (at) sound.seek(+at.dataset.ms);
  });
  page.querySelector(".play").addEventListener("click", () => sound.toggle());
  page.querySelector(".speed").addEventListener("change", (e) => sound.speed(+e.target.value));
  page.querySelector(".zoom-in").addEventListener("click", () => timeline.setSpan(timeline.span / 2));
  page.querySelector(".zoom-out").addEventListener("click", () => timeline.setSpan(timeline.span * 2));
  page.querySelector(".zoom-all").addEventListener("click", () => timeline.setSpan(timeline.duration));
  timeline.canvas.addEventListener("keydown", (e) => {
    const steps = { ArrowLeft: -1000, ArrowRight: 1000, PageUp: -10000, PageDown: 10000, Home: -Infinity, End: Infinity };
    if (e.key === " ") sound.toggle();
    else if (e.key in steps) sound.seek(sound.positionMs + steps[e.key]);
    else return;
    e.preventDefault();
  });
}

function showCase(index) {
  const facts = data("case-" + index);
  const section = document.getElementById("case");
  if (shownCase) shownCase.close();
  section.replaceChildren(document.getElementById("case-page").content.cloneNode(true));
  const page = element("div");
  page.append(...section.childNodes);
  section.append(page);
  facts.waves = readWaves(facts);

  page.querySelector(".case-name").textContent = fullName(facts);
  page.querySelector(".case-about").append(...about(facts));
  page.querySelector(".case-reason").textContent = facts.reason || "";
  fillTables(page, facts);
  fillTranscript(page, facts);
  fillLegend(page, facts);

  const holder = document.getElementById("sound-" + index);
  const update = () => {
    if (!timeline) return;
    timeline.setCursor(sound.positionMs, sound.playing);
    page.querySelector(".time").textContent = clock(sound.positionMs) + " / " + clock(timeline.duration);
    page.querySelector(".play").textContent = sound.playing ? "Pause" : "Play";
    markLine(page, sound.positionMs);
  };
  let timeline = null;
  const sound = new Sound(holder && holder.textContent, 0, update);
  timeline = new Timeline(page.querySelector(".timeline"), page.querySelector(".scroll"), facts, (ms) => sound.seek(ms));
  sound.durationMs = timeline.duration;
  page.querySelector(".play").disabled = !holder;
  page.querySelector(".speed").disabled = !holder;
  page.querySelector(".sound-note").textContent = facts.sound_note || "";
  connect(page, facts, sound, timeline);
  update();
  section.scrollTop = 0;
  shownCase = {
    close() {
      sound.close();
      timeline.close();
    },
    redraw() {
      timeline.draw();
    },
  };
}
