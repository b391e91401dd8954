/* Light or dark, as the reader chose; runs before the page is drawn so that nothing flashes. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("has-js");
  function read() { try { return localStorage.getItem("theme") || ""; } catch (e) { return ""; } }
  function keep(value) { try { if (value) { localStorage.setItem("theme", value); } else { localStorage.removeItem("theme"); } } catch (e) { return; } }
  function apply(value) { if (value) { root.dataset.theme = value; } else { delete root.dataset.theme; } }
  apply(read());
  function mark() {
    document.querySelectorAll("[data-theme-switch] input").forEach(function (input) { input.checked = input.value === read(); });
  }
  document.addEventListener("DOMContentLoaded", mark);
  document.addEventListener("change", function (event) {
    if (!event.target.closest("[data-theme-switch]")) { return; }
    keep(event.target.value);
    apply(event.target.value);
    mark();
  });
})();
