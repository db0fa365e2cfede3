// Keys and small comforts; every page does all of its work without this. Written for old browsers.
(function () {
  "use strict";
  var page = document.body.getAttribute("data-page");
  document.body.classList.add("keyed");
  var act = document.getElementById("act");

  function field(name) { return act ? act.querySelector("[name=" + name + "]") : null; }

  // Only the fields that belong to the chosen status are shown.
  function fit() {
    var status = field("status").value;
    Array.prototype.forEach.call(act.querySelectorAll("[data-for]"), function (label) {
      var wanted = label.getAttribute("data-for").split(" ").indexOf(status) >= 0;
      label.classList.toggle("off", !wanted);
      var input = label.querySelector("input, select");
      if (!wanted) { input.value = ""; }
    });
  }
  function choose(status) {
    field("status").value = status;
    fit();
    (status === "误报" ? field("reason") : act.querySelector("button.main")).focus();
  }
  if (act) { field("status").addEventListener("change", fit); fit(); }

  // -- the list
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-row]"));
  var here = -1;

  function box(row) { return row.querySelector("input[type=checkbox]"); }
  function go(to, focus) {
    if (!rows.length) { return; }
    if (here >= 0) { rows[here].classList.remove("here"); }
    here = Math.max(0, Math.min(rows.length - 1, to));
    rows[here].classList.add("here");
    // Tab goes on from here, and who hears the page is told where this is.
    if (focus) { rows[here].querySelector("a.open").focus({ preventScroll: true }); }
    var place = rows[here].getBoundingClientRect(), low = window.innerHeight - (act ? act.offsetHeight + 20 : 0);
    if (place.top < 0 || place.bottom > low) { window.scrollBy(0, place.top < 0 ? place.top - 60 : place.bottom - low + 60); }
  }
  function picked() { return rows.filter(function (row) { return box(row).checked; }); }
  function told() {
    rows.forEach(function (row) { row.classList.toggle("picked", box(row).checked); });
    act.classList.toggle("stuck", picked().length > 0);
    document.getElementById("count").textContent = picked().length ? "\uff08已选 " + picked().length + " 条\uff09" : "";
  }
  function pickOne() {
    if (!picked().length) { if (here < 0) { go(0); } box(rows[here]).checked = true; told(); }
  }
  if (rows.length) {
    rows.forEach(function (row, i) {
      box(row).addEventListener("change", told);
      row.addEventListener("click", function () { go(i); });
    });
    var all = document.getElementById("all");
    all.hidden = false;
    all.addEventListener("change", function () { rows.forEach(function (row) { box(row).checked = all.checked; }); told(); });
    told();
  }

  function follow(rel) {
    var link = document.querySelector("a[rel=" + rel + "]");
    if (link) { link.click(); }
  }
  var keys = { list: {
    j: function () { go(here + 1, true); },
    k: function () { go(here - 1, true); },
    x: function () { if (here < 0) { go(0); } if (rows.length) { box(rows[here]).checked = !box(rows[here]).checked; told(); } },
    e: function () { if (here < 0) { go(0); } if (rows.length) { rows[here].querySelector("a.open").click(); } },
    a: function () { if (rows.length) { pickOne(); choose("核查中"); } },
    d: function () { if (rows.length) { pickOne(); choose("误报"); } },
    "?": function () { var help = document.getElementById("keys"); help.open = !help.open; help.scrollIntoView(); }
  }, clue: {
    j: function () { follow("next"); },
    k: function () { follow("prev"); },
    a: function () { choose("核查中"); },
    d: function () { choose("误报"); },
    e: function () { field("note").focus(); }
  }, done: {
    j: function () { follow("next"); }
  } }[page] || {};
  document.addEventListener("keydown", function (event) {
    var tag = event.target.tagName;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(tag) && event.target.type !== "checkbox") { return; }
    var does = keys[event.key === "Enter" && page === "list" && !/^(A|BUTTON|SUMMARY)$/.test(tag) && here >= 0 ? "e" : event.key];
    if (does) { event.preventDefault(); does(); }
  });
})();
