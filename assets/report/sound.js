/* sound: the recording of one case; left the learner, right the tutor.  Without
 * a recording it keeps a position all the same, so that the time line can be
 * looked at. */

class Sound {
  /* changed() is called whenever position or state may have changed. */
  constructor(base64, durationMs, changed) {
    this.durationMs = durationMs;
    this.changed = changed;
    this.positionMs = 0;
    this.audio = null;
    if (base64) this.load(base64);
  }

  load(base64) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    this.url = URL.createObjectURL(new Blob([bytes], { type: "audio/ogg; codecs=opus" }));
    this.audio = new Audio(this.url);
    this.audio.preservesPitch = true;
    for (const event of ["play", "pause", "ended", "seeked", "loadedmetadata"])
      this.audio.addEventListener(event, () => this.follow());
  }

  get playing() {
    return this.audio !== null && !this.audio.paused && !this.audio.ended;
  }

  follow() {
    this.positionMs = this.audio.currentTime * 1000;
    this.changed();
    if (this.playing && !this.frame)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.follow();
      });
  }

  toggle() {
    if (!this.audio) return;
    if (this.playing) this.audio.pause();
    else this.audio.play().catch(() => this.changed());
  }

  seek(ms) {
    this.positionMs = Math.max(0, Math.min(ms, this.durationMs));
    if (this.audio) this.audio.currentTime = this.positionMs / 1000;
    this.changed();
  }

  speed(times) {
    if (this.audio) this.audio.playbackRate = times;
  }

  close() {
    if (!this.audio) return;
    this.audio.pause();
    if (this.frame) cancelAnimationFrame(this.frame);
    URL.revokeObjectURL(this.url);
  }
}
