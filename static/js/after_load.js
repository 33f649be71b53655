// What a window needs a few seconds after it is up: the service worker, the app's badge, links into it, waking up,
// a theme and sounds that are chosen in another window.

import { hearOtherWindows } from "./appearance.js";
import { startBadge } from "./badge.js";
import { startLaunches } from "./launch.js";
import { startWorker } from "./release.js";
import { startWaking } from "./wake.js";

startWorker();
startBadge();
startLaunches();
startWaking();
hearOtherWindows();
// For whoever looks from outside: from here on the window has everything.
document.documentElement.dataset.loaded = "all";
