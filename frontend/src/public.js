// The reader's page: the older readers' edition, and reading without a network. All else needs no script.
import { startElder } from "./reader/elder.js";
import { startOffline } from "./reader/offline.js";

startElder();
startOffline();
