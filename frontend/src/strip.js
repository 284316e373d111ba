// The frames of a film pass over its tile: by where the pointer is, one after the other while the
// keys rest on it, and one by one by comma and full stop. Who wants no motion has the last of these.
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const BEAT = 600; // milliseconds that a frame stays

export class Strip {
  /** The frames on `tile`; null where it is no film, or they are not made yet. */
  static of(tile) {
    const place = tile?.querySelector("[data-strip]");
    return place ? new Strip(place) : null;
  }

  constructor(place) {
    this.place = place;
    for (const name of ["columns", "rows", "width", "height"]) this[name] = Number(place.dataset[name]);
    this.number = -1;
  }

  get count() { return this.columns * this.rows; }

  /** What stands at this share of the film's length. */
  follow(share) {
    if (!CALM.matches) this.#show(Math.floor(share * this.count));
  }

  /** Once through, slowly. */
  play() {
    if (CALM.matches || this.beat) return;
    this.beat = setInterval(() => (this.number + 1 < this.count ? this.#show(this.number + 1) : this.hide()), BEAT);
  }

  step(by) {
    this.#still();
    this.#show(this.number < 0 ? 0 : this.number + by);
  }

  hide() {
    this.#still();
    this.number = -1;
    this.place.toggleAttribute("data-shown", false);
  }

  #still() {
    clearInterval(this.beat);
    this.beat = null;
  }

  #show(number) {
    this.number = Math.max(0, Math.min(this.count - 1, number));
    const { style, dataset } = this.place;
    if (!style.backgroundImage) style.backgroundImage = `url("${dataset.strip}")`; // fetched when first looked at
    const { offsetWidth: across, offsetHeight: down } = this.place;
    const scale = Math.max(across / this.width, down / this.height); // a frame covers the tile, as its still does
    const [wide, high] = [this.width * scale, this.height * scale];
    const left = (this.number % this.columns) * wide + (wide - across) / 2;
    const top = Math.floor(this.number / this.columns) * high + (high - down) / 2;
    style.backgroundSize = `${wide * this.columns}px ${high * this.rows}px`;
    style.backgroundPosition = `${-left}px ${-top}px`;
    this.place.toggleAttribute("data-shown", true);
    this.place.dataset.frame = this.number;
  }
}
