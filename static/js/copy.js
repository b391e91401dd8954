/* Copies the value of a field and says so. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) { return; }
    var field = document.getElementById(button.dataset.copy);
    navigator.clipboard.writeText(field.value || field.textContent).then(function () { button.textContent = button.dataset.copied; });
  });
})();
