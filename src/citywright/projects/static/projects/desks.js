// 年度计划：分月合计随填随算，与年度计划的差额写在旁边
(function () {
  "use strict";
  function read(field) {
    var text = field.value.normalize("NFKC").replace(/[,\s]/g, "");
    return text === "" ? 0 : Number(text);
  }
  function shown(value) {
    if (!isFinite(value)) return "—";
    return (Math.round(value * 1e6) / 1e6).toLocaleString("zh-CN", {maximumFractionDigits: 6}).replace("-", "−");
  }
  document.querySelectorAll("form[data-plan]").forEach(function (form) {
    var year = form.querySelector("[data-year]"), months = form.querySelectorAll("[data-month]");
    var sum = form.querySelector("[data-sum]"), gap = form.querySelector("[data-gap]");
    function count() {
      var total = 0, filled = false;
      months.forEach(function (field) { total += read(field); filled = filled || field.value.trim() !== ""; });
      var apart = total - read(year);
      sum.textContent = filled ? shown(total) : "—";
      gap.textContent = filled ? shown(apart) : "—";
      gap.classList.toggle("neg", filled && Math.abs(apart) > 1e-6);
    }
    form.addEventListener("input", count);
    count();
  });
})();
