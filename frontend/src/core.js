// The desk's behaviours. Everything here improves a page that already works without it.
import "./htmx-global.js";
import "./desk/requests.js";
import "./desk/toasts.js";
import "./desk/dialogs.js";
import "./desk/submit.js";
import "./desk/keep.js";
import "./desk/keys.js";
import "./desk/palette.js";
import "./desk/live.js";
import "./desk/clocks.js";
import "./desk/copy.js";
import "./desk/files.js";
import "./desk/counters.js";
import "./desk/lightbox.js";
import "./desk/quote.js";
import "./desk/theme.js";
import "./desk/islands.js";
