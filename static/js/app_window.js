// The desktop app's window, beside what every page does: looking for people, stars, the way to the rules.

import { startRulesWay } from "./app_window/rules_way.js";
import { startSearch } from "./app_window/search.js";
import { startStars } from "./app_window/stars.js";

let shownPath = location.pathname;

/** The page scrolls inside the window: another one begins at its top. */
function scrollUp() {
  if (location.pathname === shownPath) return;
  shownPath = location.pathname;
  document.getElementById("main")?.scrollTo({ top: 0, behavior: "instant" });
}

document.addEventListener("lampfield:swapped", scrollUp);
startSearch();
startStars();
startRulesWay();
