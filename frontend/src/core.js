// The desk's behaviours. Everything here improves a page that already works without it.
import "./htmx-global.js";
import "./desk/requests.js";
import "./desk/dialogs.js";
import "./desk/toasts.js";
