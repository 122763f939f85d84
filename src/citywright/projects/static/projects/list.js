/* The list: how many rows are picked stands on the buttons; picked rows are tinted. The sheet: its button prints. */
(function () {
  "use strict";
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.addEventListener("click", function () { window.print(); });
  });
  var form = document.getElementById("picked");
  if (!form) { return; }
  var buttons = document.querySelectorAll("button[form=picked][data-label]");
  function tell() {
    var boxes = form.querySelectorAll("input[name=pick]"), count = 0;
    boxes.forEach(function (box) {
      box.closest("tr").classList.toggle("sel", box.checked);
      if (box.checked) { count += 1; }
    });
    buttons.forEach(function (button) {
      button.textContent = count ? button.dataset.label + " " + count : button.dataset.label;
      button.disabled = !count;
    });
  }
  form.addEventListener("change", tell);
  window.addEventListener("pageshow", tell);
  tell();
})();
