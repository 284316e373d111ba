// What every htmx request needs: the token going out, and a plain sentence when it fails. A refused
// form (409, 422) is swapped in with its errors; another refusal goes where the server sends it (to the
// toasts); any other failure leaves the page as it is.
import { csrfHeader } from "../token.js";
import { text } from "../texts.js";
import { toast } from "./toasts.js";

const SHOWN_IN_PLACE = new Set([409, 422]);

document.addEventListener("htmx:config:request", (event) => {
  Object.assign(event.detail.ctx.request.headers, csrfHeader());
});
document.addEventListener("htmx:before:response", (event) => {
  const { response: { status }, hx } = event.detail.ctx;
  if (status < 400 || SHOWN_IN_PLACE.has(status) || hx.retarget || hx.redirect) return;
  event.preventDefault();
  toast(text("request_failed"), { tone: "danger" });
});
document.addEventListener("htmx:error", () => toast(text("no_network"), { tone: "danger" }));
