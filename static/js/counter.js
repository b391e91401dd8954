/* Counts the characters of a field as a person does: a line break is one. Nothing is cut off. */
(function () {
  "use strict";
  function show(counter) {
    var field = document.getElementById(counter.dataset.count);
    if (!field) { return; }
    var limit = Number(counter.dataset.limit);
    var n = Array.from(field.value.replace(/\r\n?/g, "\n")).length;
    var text = n + " " + counter.dataset.words + " " + limit;
    counter.classList.toggle("over", n > limit);
    counter.textContent = n > limit ? text + ", " + (n - limit) + " " + counter.dataset.over : text;
  }
  document.addEventListener("input", function (event) {
    if (!event.target.id) { return; }
    var counter = document.querySelector('[data-count="' + CSS.escape(event.target.id) + '"]');
    if (counter) { show(counter); }
  });
})();
