/* After htmx has changed a part, the focus must not be lost: it goes to the part marked
   data-focus, or to the changed part itself when the focused element is gone. */
(function () {
  "use strict";
  document.addEventListener("htmx:afterSettle", function (event) {
    var part = event.detail.elt;
    var wanted = part.querySelector("[data-focus]");
    if (!wanted && document.activeElement && document.activeElement !== document.body) { return; }
    var target = wanted || part;
    if (!target.hasAttribute("tabindex")) { target.setAttribute("tabindex", "-1"); }
    target.focus({ preventScroll: !wanted });
  });
})();
