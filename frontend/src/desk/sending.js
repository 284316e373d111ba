// Files that were on their way when the last page was left go on from this one.
import { named } from "../person.js";
import { somethingWaits } from "../sending/flag.js";

if (named && somethingWaits()) import("../sending/desk.js").then(({ resume }) => resume());
