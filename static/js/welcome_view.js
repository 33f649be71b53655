// One of the first steps as it is seen: its answer in words, its level, and whether one goes on or skips.

/** @typedef {"" | "good" | "bad"} Mood */

export class StepView {
  /** @type {HTMLElement} */ #section;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#section = section;
    for (const role of ["doing", "onward"]) this.#show(role, true);
  }

  /**
   * @param {string} answer which of the page's words
   * @param {Mood} [mood]
   */
  say(answer, mood = "") {
    const words = /** @type {HTMLTemplateElement | null} */ (
      this.#section.querySelector(`[data-answer="${CSS.escape(answer)}"]`)
    );
    const place = this.#part("answer");
    this.#section.dataset.state = mood;
    this.#section.dataset.said = answer;
    if (place) place.textContent = words?.content.textContent ?? "";
  }

  /** Whether the step is done: one goes on instead of skipping. @param {boolean} isDone */
  done(isDone) {
    this.#show("skip", !isDone);
    this.#show("next", isDone);
  }

  /** @param {boolean} isOffered */
  offer(isOffered) {
    this.#show("ask", isOffered);
  }

  /** What has been asked once is asked again. */
  again() {
    const button = this.#part("ask");
    const words = button?.querySelector("span");
    if (button && words) words.textContent = button.dataset.again ?? "";
  }

  /** @param {number | null} value 0 to 1; null: nothing is heard now */
  level(value) {
    this.#show("level", value !== null);
    const meter = this.#section.querySelector("meter");
    if (meter) meter.value = value ?? 0;
  }

  /** A button that goes hands the keyboard's place to the one that comes. @param {string} role @param {boolean} isShown */
  #show(role, isShown) {
    const part = this.#part(role);
    if (!part) return;
    const hadFocus = part.contains(document.activeElement);
    part.hidden = !isShown;
    if (!isShown && hadFocus) queueMicrotask(() => this.#focusOnward());
  }

  #focusOnward() {
    /** @type {HTMLElement | null} */ (
      this.#section.querySelector('[data-role="onward"] button:not([hidden])[data-role="next"]') ??
        this.#section.querySelector("button:not([hidden])")
    )?.focus();
  }

  /** @param {string} role */
  #part(role) {
    return /** @type {HTMLElement | null} */ (this.#section.querySelector(`[data-role="${role}"]`));
  }
}
