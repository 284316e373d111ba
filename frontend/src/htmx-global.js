// htmx looks for itself on window; inside an ES module bundle somebody has to put it there first.
import htmx from "htmx.org";

window.htmx = htmx;
export default htmx;
