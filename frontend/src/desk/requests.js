// One place for what every htmx request needs: the token going out, a plain sentence when it fails.
import { csrfHeader } from "../token.js";
import { text } from "../texts.js";
import { toast } from "./toasts.js";

document.addEventListener("htmx:config:request", (event) => {
  Object.assign(event.detail.ctx.request.headers, csrfHeader());
});
document.addEventListener("htmx:error", () => toast(text("no_network"), { tone: "danger" }));
