/* Menus made of details: Escape and a click outside close them; focus goes back to the summary. */
(function () {
  "use strict";
  function close(menu, focus) { menu.open = false; if (focus) { menu.querySelector("summary").focus(); } }
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var menu = event.target.closest("details[data-drop][open]");
    if (menu) { close(menu, true); }
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-drop][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { close(menu, false); }
    });
  });
})();
