/* A form marked data-busy is sent once: the second press within some seconds does nothing. */
(function () {
  "use strict";
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-busy]") || event.defaultPrevented) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    if (event.submitter) { event.submitter.setAttribute("aria-busy", "true"); }
    setTimeout(function () {
      delete form.dataset.sent;
      if (event.submitter) { event.submitter.removeAttribute("aria-busy"); }
    }, 8000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
