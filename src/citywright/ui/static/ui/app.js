// 城匠 Citywright: what pages need beyond plain HTML. No library but htmx; every page works without it as far as sensible.
(function () {
  "use strict";
  var english = document.documentElement.lang === "en";
  var $ = function (selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); };
  var say = function (zh, en) { return english ? en : zh; };

  // --- "/" goes to the search box; arrows walk what was found; Escape closes
  document.addEventListener("keydown", function (event) {
    var box = document.getElementById("search"), found = document.getElementById("found");
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "/" && !typing && box) { event.preventDefault(); box.focus(); box.select(); }
    if (event.key === "Escape") {
      $("details[data-menu][open]").forEach(function (menu) { menu.open = false; menu.querySelector("summary").focus(); });
      if (found) found.textContent = "";
      closeTip();
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found && found.parentNode.contains(event.target)) {
      var links = $("a", found), at = links.indexOf(document.activeElement);
      if (!links.length) return;
      event.preventDefault();
      var next = event.key === "ArrowDown" ? at + 1 : at - 1;
      (next < 0 ? box : links[Math.min(next, links.length - 1)]).focus();
    }
  });

  // --- menus close when one leaves them; forms of filters send themselves
  document.addEventListener("click", function (event) {
    $("details[data-menu][open]").forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
    var found = document.getElementById("found");
    if (found && !found.parentNode.contains(event.target)) found.textContent = "";
  });
  $("details[data-menu]").forEach(function (menu) {
    menu.addEventListener("toggle", function () {
      var here = menu.open && menu.querySelector(".menu__l > .on");
      if (here) here.parentNode.scrollTop = here.offsetTop - here.parentNode.clientHeight / 2;
    });
  });
  $("[data-back]").forEach(function (link) {
    link.addEventListener("click", function (event) { if (history.length > 1) { event.preventDefault(); history.back(); } });
  });

  // --- large type: kept in a cookie, so that the next page comes large from the start
  $("[data-large]").forEach(function (button) {
    button.addEventListener("click", function () {
      var on = document.documentElement.classList.toggle("large");
      document.cookie = "large=" + (on ? 1 : 0) + ";path=/;max-age=31536000;samesite=lax";
      button.setAttribute("aria-pressed", on);
    });
  });

  // --- reasons and definitions: one hover, focus or tap away
  var tip = null;
  function closeTip() { if (tip) { tip.remove(); tip = null; } }
  function openTip(anchor, content) {
    closeTip();
    tip = document.createElement("div");
    tip.className = "tip"; tip.setAttribute("role", "tooltip");
    if (typeof content === "string") tip.textContent = content; else tip.appendChild(content);
    document.body.appendChild(tip);
    var box = anchor.getBoundingClientRect(), width = tip.offsetWidth;
    tip.style.left = Math.max(8, Math.min(box.left + scrollX, scrollX + innerWidth - width - 8)) + "px";
    tip.style.top = (box.bottom + scrollY + 4) + "px";
  }
  ["mouseover", "focusin", "click"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var anchor = event.target.closest && event.target.closest("[data-tip]");
      if (anchor) openTip(anchor, anchor.getAttribute("data-tip"));
      else if (tip && !tip.contains(event.target)) closeTip();
    });
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-definition]");
    if (!link || event.ctrlKey || event.metaKey || event.button || !window.fetch) return;
    event.preventDefault();
    fetch(link.href, {headers: {"X-Requested-With": "fetch"}}).then(function (answer) {
      if (!answer.ok) throw answer; return answer.text();
    }).then(function (html) {
      var page = new DOMParser().parseFromString(html, "text/html");
      var part = page.querySelector("[data-definition-body]") || page.querySelector("main");
      var box = document.createElement("div");
      box.append.apply(box, Array.prototype.slice.call(part.childNodes));
      var more = document.createElement("a");
      more.href = link.href; more.textContent = say("打开口径页", "Open the definition");
      box.appendChild(more);
      openTip(link, box);
    }).catch(function () { location.href = link.href; });
  });

  // --- tables: tick all, count what is ticked, mark the row; the next page joins below
  function recount(form) {
    var ticked = $("input[name=pick]:checked", form).length, bar = form.querySelector("[data-bulk-bar]");
    $("input[name=pick]", form).forEach(function (box) { box.closest("tr").classList.toggle("sel", box.checked); });
    var told = form.querySelector("[data-picked]");
    if (told) told.textContent = ticked ? say("已选 " + ticked + " 个", ticked + " chosen") : "";
    if (bar) $("button", bar).forEach(function (button) { button.disabled = !ticked; });
  }
  $("form[data-bulk]").forEach(function (form) {
    recount(form);
    form.addEventListener("change", function (event) {
      if (event.target.hasAttribute("data-pick-all"))
        $("input[name=pick]", form).forEach(function (box) { box.checked = event.target.checked; });
      recount(form);
    });
  });
  document.addEventListener("submit", function (event) {
    var ask = (event.submitter && event.submitter.getAttribute("data-confirm")) || event.target.getAttribute("data-confirm");
    if (ask && !window.confirm(ask)) event.preventDefault();
  });
  document.addEventListener("click", function (event) {
    var more = event.target.closest && event.target.closest("a[data-more]");
    if (!more || event.ctrlKey || event.metaKey || !window.fetch) return;
    event.preventDefault();
    fetch(more.href).then(function (answer) { return answer.text(); }).then(function (html) {
      var page = new DOMParser().parseFromString(html, "text/html");
      var rows = document.getElementById("rows"), pager = document.getElementById("pager");
      var first = pager.querySelector("span").textContent.match(/\d+/);
      $("#rows > tr", page).forEach(function (row) { rows.appendChild(row); });
      pager.replaceWith(page.getElementById("pager"));
      var told = document.querySelector("#pager span");
      if (first) told.textContent = told.textContent.replace(/\d+/, first[0]);
      $("form[data-bulk]").forEach(recount);
    }).catch(function () { location.href = more.href; });
  });

  // --- choosing columns: drag to order them
  $("form[data-columns]").forEach(function (form) {
    var held = null;
    form.addEventListener("dragstart", function (event) { held = event.target.closest("label"); });
    form.addEventListener("dragover", function (event) {
      var over = event.target.closest("label");
      if (!held || !over || over === held) return;
      event.preventDefault();
      var box = over.getBoundingClientRect();
      over.parentNode.insertBefore(held, event.clientY > box.top + box.height / 2 ? over.nextSibling : over);
    });
    form.addEventListener("dragend", function () { held = null; });
  });

  // --- charts: the table behind, as PNG, as CSV
  function named(chart) {
    return (chart.getAttribute("data-chart") || "chart") + "-" + new Date().toISOString().slice(0, 10);
  }
  function save(href, name) {
    var link = document.createElement("a");
    link.href = href; link.download = name; document.body.appendChild(link); link.click(); link.remove();
  }
  function csv(chart) {
    var heads = $("thead tr:last-child > *", chart);
    var skipped = function (at) { return heads[at] && heads[at].hasAttribute("data-skip"); };
    var lines = $("tr", chart.querySelector("table")).map(function (row) {
      return $("th,td", row).filter(function (cell, at) { return !skipped(at); }).map(function (cell) {
        var text = cell.textContent.trim();
        if (/^[=+@]/.test(text)) text = "'" + text;
        return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
      }).join(",");
    });
    save(URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n")], {type: "text/csv"})), named(chart) + ".csv");
  }
  function solid(svg) {
    var copy = svg.cloneNode(true), style = getComputedStyle(document.documentElement);
    var kinds = ["fill", "stroke"];
    $("use", copy).forEach(function (use) {
      var symbol = document.getElementById((use.getAttribute("href") || "").slice(1));
      if (!symbol) return;
      var box = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      ["x", "y", "width", "height"].forEach(function (at) { if (use.hasAttribute(at)) box.setAttribute(at, use.getAttribute(at)); });
      box.setAttribute("viewBox", symbol.getAttribute("viewBox")); box.innerHTML = symbol.innerHTML;
      use.replaceWith(box);
    });
    $("*", copy).forEach(function (node) {
      kinds.forEach(function (kind) {
        var value = node.getAttribute(kind), token = value && value.match(/^var\((--[\w-]+)\)$/);
        if (token) node.setAttribute(kind, style.getPropertyValue(token[1]).trim());
      });
    });
    copy.setAttribute("font-family", getComputedStyle(document.body).fontFamily);
    return copy;
  }
  function png(chart) {
    var svg = chart.querySelector("[data-picture] svg");
    if (!svg) return;
    var box = svg.getBoundingClientRect(), copy = solid(svg), image = new Image(), scale = 2;
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", box.width); copy.setAttribute("height", box.height);
    image.onload = function () {
      var canvas = document.createElement("canvas"), title = chart.querySelector("h2").textContent;
      canvas.width = box.width * scale; canvas.height = (box.height + 28) * scale;
      var pen = canvas.getContext("2d");
      pen.scale(scale, scale); pen.fillStyle = "#fff"; pen.fillRect(0, 0, box.width, box.height + 28);
      pen.fillStyle = "#14181D"; pen.font = "600 14px " + getComputedStyle(document.body).fontFamily;
      pen.fillText(title, 0, 16); pen.drawImage(image, 0, 28);
      canvas.toBlob(function (blob) { save(URL.createObjectURL(blob), named(chart) + ".png"); });
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-chart] button");
    if (!button) return;
    var chart = button.closest("[data-chart]");
    if (button.hasAttribute("data-table")) {
      var table = document.getElementById(button.getAttribute("aria-controls"));
      table.hidden = !table.hidden; button.setAttribute("aria-expanded", !table.hidden);
    } else if (button.hasAttribute("data-csv")) csv(chart);
    else if (button.hasAttribute("data-png")) png(chart);
  });

  // --- money: typed in the unit shown, echoed in words
  var UNITS = {"元": 1, "万元": 1e4, "亿元": 1e8};
  function trimmed(number) {
    var parts = String(Math.round(number * 1e4) / 1e4).split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
    return parts.join(".");
  }
  function inWords(input) {
    var text = input.value.replace(/[,，\s]/g, "").replace(/[\uff0e-\uff19]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 65248); });
    if (!text || isNaN(text)) return "";
    var yuan = Number(text) * (UNITS[input.getAttribute("data-money")] || 1e4), size = Math.abs(yuan);
    if (english) return "CNY " + (size >= 1e6 ? trimmed(yuan / 1e6) + " million" : trimmed(yuan));
    return size >= 1e8 ? trimmed(yuan / 1e8) + "亿元" : size >= 1e4 ? trimmed(yuan / 1e4) + "万元" : trimmed(yuan) + "元";
  }
  function echo(input) {
    var place = document.querySelector('[data-echo-of="' + input.id + '"]');
    if (place) place.textContent = inWords(input);
  }
  $("input[data-money]").forEach(echo);
  document.addEventListener("input", function (event) { if (event.target.matches("input[data-money]")) echo(event.target); });

  // --- drafts: what is typed stays on this machine until it was sent
  $("form[data-draft]").forEach(function (form) {
    var key = "draft:" + form.getAttribute("data-draft"), state = form.querySelector("[data-draft-state]"), timer = 0;
    var kept = function (field) { return field.name && !/^(hidden|password|file|submit)$/.test(field.type) && field.name !== "csrfmiddlewaretoken"; };
    var fields = function () { return Array.prototype.filter.call(form.elements, kept); };
    var told = function (text) { if (state) state.textContent = text; };
    try {
      var before = JSON.parse(localStorage.getItem(key) || "null"), filled = false;
      if (before && !form.querySelector(".fld--bad")) {
        fields().forEach(function (field) {
          var value = before.values[field.name + (/^(checkbox|radio)$/.test(field.type) ? "=" + field.value : "")];
          if (value === undefined) return;
          if (/^(checkbox|radio)$/.test(field.type)) { filled = filled || field.checked !== value; field.checked = value; }
          else if (field.value !== value) { field.value = value; filled = true; if (field.matches("[data-money]")) echo(field); }
        });
        if (filled) told(say("已恢复 " + before.at + " 的草稿", "Draft of " + before.at + " restored"));
      }
    } catch (error) { localStorage.removeItem(key); }
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        var values = {}, at = new Date().toTimeString().slice(0, 5);
        fields().forEach(function (field) {
          if (/^(checkbox|radio)$/.test(field.type)) values[field.name + "=" + field.value] = field.checked;
          else values[field.name] = field.value;
        });
        try { localStorage.setItem(key, JSON.stringify({at: at, values: values})); told(say("草稿已存 " + at, "Draft kept " + at)); } catch (error) { /* storage is full or refused: nothing to keep */ }
      }, 400);
    });
    form.addEventListener("submit", function () { clearTimeout(timer); sessionStorage.setItem("sent", key); });
  });
  var sent = sessionStorage.getItem("sent");
  if (sent && !document.querySelector(".errs")) localStorage.removeItem(sent);
  sessionStorage.removeItem("sent");

  // --- errors: the list takes the focus and jumps to its fields
  var errors = document.querySelector("[data-errors]");
  if (errors) errors.focus();
  $("[data-errors] a").forEach(function (link) {
    link.addEventListener("click", function (event) {
      var field = document.getElementById(link.hash.slice(1));
      if (field) { event.preventDefault(); field.scrollIntoView({block: "center"}); field.focus(); }
    });
  });
})();
