/* timeline: both speakers over time, what happened, what was expected. */

const PEAK_MS = 20;
const LANES = { axis: [0, 22], learner: [24, 92], parts: [96, 116], tutor: [120, 188], marks: [192, 212], events: [216, 286] };
const EVENT_ROWS = 4;

class Timeline {
  constructor(canvas, scroll, facts, seek) {
    this.canvas = canvas;
    this.scroll = scroll;
    this.facts = facts;
    this.duration = Math.max(1000, facts.duration_ms, ...Object.values(facts.waves).map((w) => w.length * PEAK_MS));
    this.from = 0;
    this.span = this.duration;
    this.cursor = 0;
    canvas.addEventListener("pointerdown", (e) => {
      canvas.setPointerCapture(e.pointerId);
      seek(this.timeAt(e));
    });
    canvas.addEventListener("pointermove", (e) => {
      if (e.buttons & 1) seek(this.timeAt(e));
      else canvas.title = this.textAt(this.timeAt(e));
    });
    scroll.addEventListener("input", () => {
      this.from = (scroll.value / 1000) * (this.duration - this.span);
      this.draw();
    });
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(canvas);
    this.setSpan(this.duration);
  }

  close() {
    this.watcher.disconnect();
  }

  timeAt(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.from + ((event.clientX - box.left) / box.width) * this.span;
  }

  /* What lies near that time, for a pointer that rests there. */
  textAt(ms) {
    const near = this.span / 100;
    const lines = [];
    for (const e of this.facts.events)
      if (Math.abs(e.at_ms - ms) <= near) lines.push(clock(e.at_ms) + " " + e.name + (e.text ? ": " + e.text : ""));
    for (const e of this.facts.expectations)
      if (e.at_ms !== null && Math.abs(e.at_ms - ms) <= near) lines.push(e.state + ": " + e.name);
    for (const p of this.facts.latency_parts)
      if (ms >= p.start_ms && ms <= p.start_ms + p.duration_ms)
        lines.push(p.name + ": " + Math.round(p.duration_ms) + " ms");
    return lines.slice(0, 12).join("\n");
  }

  setSpan(span) {
    const middle = this.cursor >= this.from && this.cursor <= this.from + this.span ? this.cursor : this.from + this.span / 2;
    this.span = Math.max(500, Math.min(span, this.duration));
    this.from = Math.max(0, Math.min(middle - this.span / 2, this.duration - this.span));
    this.scroll.hidden = this.span >= this.duration;
    this.draw();
  }

  setCursor(ms, playing) {
    this.cursor = ms;
    if (playing && (ms < this.from || ms > this.from + this.span * 0.95))
      this.from = Math.max(0, Math.min(ms - this.span * 0.05, this.duration - this.span));
    this.draw();
  }

  x(ms) {
    return ((ms - this.from) / this.span) * this.width;
  }

  draw() {
    const scale = window.devicePixelRatio || 1;
    const box = this.canvas.getBoundingClientRect();
    if (box.width === 0) return;
    if (this.canvas.width !== Math.round(box.width * scale) || this.canvas.height !== Math.round(box.height * scale)) {
      this.canvas.width = Math.round(box.width * scale);
      this.canvas.height = Math.round(box.height * scale);
    }
    this.width = box.width;
    this.style = getComputedStyle(this.canvas);
    this.pen = this.canvas.getContext("2d");
    this.pen.setTransform(scale, 0, 0, scale, 0, 0);
    this.pen.clearRect(0, 0, box.width, box.height);
    this.pen.font = "12px " + this.style.fontFamily;
    this.pen.textBaseline = "middle";
    this.drawAxis();
    this.drawSpeaker("learner");
    this.drawSpeaker("tutor");
    this.drawParts();
    this.drawMarks();
    this.drawEvents();
    this.drawCursor();
    if (!this.scroll.hidden) this.scroll.value = (this.from / (this.duration - this.span)) * 1000;
  }

  colour(name) {
    return this.style.getPropertyValue("--" + name);
  }

  drawAxis() {
    const steps = [100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000, 120000, 300000, 600000];
    const step = steps.find((s) => (s / this.span) * this.width >= 70) || 1800000;
    for (let t = Math.ceil(this.from / step) * step; t <= this.from + this.span; t += step) {
      this.pen.fillStyle = this.colour("line");
      this.pen.fillRect(this.x(t), LANES.axis[1], 1, LANES.events[1] - LANES.axis[1]);
      this.pen.fillStyle = this.colour("quiet");
      this.pen.fillText(clock(t).replace(step >= 1000 ? /\.\d+$/ : /\d\d$/, ""), this.x(t) + 3, 11);
    }
  }

  drawSpeaker(who) {
    const [top, bottom] = LANES[who];
    const middle = (top + bottom) / 2;
    const colour = this.colour(who);
    this.pen.fillStyle = colour;
    this.pen.globalAlpha = 0.14;
    for (const s of this.facts.speech)
      if (s.speaker === who) this.pen.fillRect(this.x(s.start_ms), top, this.x(s.end_ms) - this.x(s.start_ms), bottom - top);
    this.pen.globalAlpha = 1;
    this.pen.fillRect(0, middle, this.width, 0.5);
    const peaks = this.facts.waves[who];
    for (let x = 0; x < this.width; x++) {
      const first = Math.floor((this.from + (x / this.width) * this.span) / PEAK_MS);
      const last = Math.max(first + 1, Math.floor((this.from + ((x + 1) / this.width) * this.span) / PEAK_MS));
      let peak = 0;
      for (let i = first; i < last && i < peaks.length; i++) if (peaks[i] > peak) peak = peaks[i];
      /* a square root, so that quiet speech is seen too */
      const half = Math.sqrt(peak / 255) * ((bottom - top) / 2);
      if (half > 0.5) this.pen.fillRect(x, middle - half, 1, 2 * half);
    }
    this.pen.fillStyle = this.colour("panel");
    this.pen.globalAlpha = 0.8;
    this.pen.fillRect(1, top, this.pen.measureText(who).width + 8, 16);
    this.pen.globalAlpha = 1;
    this.pen.fillStyle = this.colour("quiet");
    this.pen.fillText(who, 4, top + 8);
  }

  drawParts() {
    const [top, bottom] = LANES.parts;
    const names = [...new Set(this.facts.latency_parts.map((p) => p.name))];
    for (const p of this.facts.latency_parts) {
      const left = this.x(p.start_ms);
      const wide = this.x(p.start_ms + p.duration_ms) - left;
      this.pen.fillStyle = this.colour("part-" + ((names.indexOf(p.name) % 4) + 1));
      this.pen.fillRect(left, top, Math.max(1, wide), bottom - top);
      const text = p.name + " " + Math.round(p.duration_ms);
      if (this.pen.measureText(text).width + 6 > wide) continue;
      this.pen.fillStyle = this.colour("text");
      this.pen.fillText(text, left + 3, (top + bottom) / 2);
    }
  }

  drawMarks() {
    const middle = (LANES.marks[0] + LANES.marks[1]) / 2;
    for (const e of this.facts.expectations) {
      if (e.at_ms === null) continue;
      const met = e.state === "met";
      const x = this.x(e.at_ms);
      this.pen.fillStyle = this.colour(met ? "passed" : "failed");
      this.pen.fillRect(x, LANES.learner[0], met ? 0.5 : 1.5, LANES.marks[1] - LANES.learner[0]);
      this.pen.fillText(met ? "✓" : "✗", x + 3, middle);
    }
  }

  /* Blocks of content come all the time: a short line each, no name. */
  drawEvents() {
    const [top, bottom] = LANES.events;
    const high = (bottom - top) / EVENT_ROWS;
    const ends = new Array(EVENT_ROWS).fill(-Infinity);
    for (const e of this.facts.events) {
      const x = this.x(e.at_ms);
      if (x < -200 || x > this.width) continue;
      const wide = this.pen.measureText(e.name).width + 10;
      const left = x + wide > this.width ? x - wide : x;
      const row = e.name.startsWith("content") ? -1 : ends.findIndex((end) => end <= left);
      this.pen.fillStyle = this.colour("quiet");
      this.pen.fillRect(x, top, 1, row < 0 ? 5 : row * high + high - 4);
      if (row < 0) continue; /* no room for its name; it is in the table */
      ends[row] = left + wide;
      this.pen.fillStyle = this.colour("text");
      this.pen.fillText(e.name, left + 4, top + row * high + high / 2);
    }
  }

  drawCursor() {
    this.pen.fillStyle = this.colour("cursor");
    this.pen.fillRect(this.x(this.cursor) - 0.75, 0, 1.5, LANES.events[1]);
    this.canvas.setAttribute("aria-valuemax", Math.round(this.duration));
    this.canvas.setAttribute("aria-valuenow", Math.round(this.cursor));
    this.canvas.setAttribute("aria-valuetext", clock(this.cursor));
  }
}
