/* Asks before a page with changed text is left. */
(function () {
  "use strict";
  var changed = false;
  document.addEventListener("input", function (event) { if (event.target.closest("form[data-unsaved]")) { changed = true; } });
  document.addEventListener("submit", function () { changed = false; });
  window.addEventListener("beforeunload", function (event) { if (changed) { event.preventDefault(); } });
})();
