
// Shows, filters and sorts the findings of the page. Text is only ever set as text; no string becomes markup.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("data").textContent);
  const findings = data.findings.map((row, order) => {
    const [severity, code, channel, sku, message, help, pointer, keyword, file, line, column] = row;
    return { order, severity, code, channel, sku, message, help, pointer, keyword, file, line, column };
  });
  const table = document.getElementById("table");
  if (!table) return;

  const ROWS_PER_PAGE = 200;
  const KEYS = ["q", "severity", "channel", "code", "sort", "page"];
  const FILTERS = ["q", "severity", "channel", "code"];
  const WEIGHT = { error: 0, warning: 1, note: 2 };
  const byId = (id) => document.getElementById(id);
  const number = (n) => n.toLocaleString("en");
  const collator = new Intl.Collator("en", { numeric: true });

  // The state of the page lives in its address, so that a link shows what its sender saw.

  function readState() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    const state = Object.fromEntries(KEYS.map((key) => [key, parameters.get(key) ?? ""]));
    state.page = Math.max(1, Number.parseInt(state.page, 10) || 1);
    return state;
  }

  function writeState() {
    const parameters = new URLSearchParams();
    for (const key of KEYS) {
      const value = state[key];
      if (value && !(key === "page" && value === 1)) parameters.set(key, value);
    }
    const hash = `#${parameters}`;
    if (hash === location.hash || (hash === "#" && location.hash === "")) return;
    history.replaceState(null, "", hash);
  }

  let state = readState();
  let matched = [];

  function change(part) {
    state = { ...state, page: 1, ...part };
    writeState();
    show();
  }

  // Filter and sort.

  function haystack(finding) {
    finding.haystack ??= [finding.sku, finding.message, finding.help, finding.code, finding.pointer, place(finding), finding.column]
      .filter(Boolean).join("\n").toLowerCase();
    return finding.haystack;
  }

  function matches() {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    return findings.filter((finding) =>
      (!state.severity || finding.severity === state.severity)
      && (!state.code || finding.code === state.code)
      && (!state.channel || (finding.channel ?? "-") === state.channel)
      && words.every((word) => haystack(finding).includes(word)));
  }

  // What has no value stands last, whichever way the rest is sorted.
  const text = (a, b, sign) => (a === null ? (b === null ? 0 : 1) : b === null ? -1 : sign * collator.compare(a, b));
  const COMPARE = {
    severity: (a, b, sign) => sign * (WEIGHT[a.severity] - WEIGHT[b.severity]),
    sku: (a, b, sign) => text(a.sku, b.sku, sign),
    code: (a, b, sign) => text(a.code, b.code, sign) || text(a.message, b.message, sign),
    place: (a, b, sign) => text(a.file, b.file, sign) || sign * ((a.line ?? 0) - (b.line ?? 0)) || text(a.column, b.column, sign),
    channel: (a, b, sign) => text(a.channel, b.channel, sign),
  };

  function sorting() {
    const descends = state.sort.startsWith("-");
    const key = descends ? state.sort.slice(1) : state.sort;
    return { key: Object.hasOwn(COMPARE, key) ? key : "", descends };
  }

  function sorted(list) {
    const { key, descends } = sorting();
    // Unasked, what blocks comes first; within a level the order of the report stays.
    if (!key) return list.sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity] || a.order - b.order);
    const compare = COMPARE[key];
    const sign = descends ? -1 : 1;
    return list.sort((a, b) => compare(a, b, sign) || a.order - b.order);
  }

  // Draw.

  // A text of the catalog goes into a `bdi`: marks in it that turn the direction of writing must not reach beyond it.
  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  // Names between backticks are code.
  function phrase(text) {
    return text.split("`").map((part, at, parts) =>
      at % 2 === 1 && at < parts.length - 1 ? element("code", "", part) : document.createTextNode(at % 2 === 1 ? `\`${part}` : part));
  }

  function place(finding) {
    if (finding.file === null) return "";
    return finding.line === null ? finding.file : `${finding.file}:${finding.line}`;
  }

  // A file's own name will do where no two files share it.
  const files = [...new Set(findings.map((finding) => finding.file).filter((file) => file !== null))];
  const baseOf = (file) => file.split(/[\\/]/).pop();
  const isShort = new Set(files.map(baseOf)).size === files.length;

  function shortPlace(finding) {
    const shown = element("code", "", isShort ? place({ ...finding, file: baseOf(finding.file) }) : place(finding));
    shown.title = place(finding);
    return shown;
  }

  function row(finding) {
    const what = element("td", "what", element("bdi", "", ...phrase(finding.message)), document.createTextNode(" "), element("code", "rule", finding.code));
    if (finding.help) what.append(element("div", "help", element("bdi", "", ...phrase(finding.help))));
    const where = element("td", "where", finding.file === null ? "" : shortPlace(finding));
    if (finding.column !== null) where.append(element("span", "column", "column “", element("bdi", "", finding.column), "”"));
    const button = element("button", "", "Details");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-label", `Details of ${finding.code}${finding.sku === null ? "" : `, SKU ${finding.sku}`}`);
    const made = element("tr", "",
      element("td", "", element("span", `level ${finding.severity}`, finding.severity)),
      element("td", "sku", element("bdi", "", finding.sku ?? "")),
      what,
      where,
      element("td", "channel", finding.channel === null ? element("span", "muted", "catalog") : finding.channel),
      element("td", "do", button));
    button.addEventListener("click", () => {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) made.nextElementSibling.remove();
      else made.after(details(finding));
    });
    return made;
  }

  function details(finding) {
    const cell = element("td", "");
    cell.colSpan = table.tHead.rows[0].cells.length;
    const facts = [["Path in the listing", finding.pointer], ["Broken requirement", finding.keyword], ["Place", place(finding)], ["Column", finding.column]]
      .filter(([, value]) => value)
      .map(([name, value]) => element("div", "", element("dt", "", name), element("dd", "", element("code", "", value))));
    if (facts.length) cell.append(element("dl", "", ...facts));
    const rule = data.rules[finding.code];
    if (rule) cell.append(...markdown(rule.docs));
    const copy = element("button", "", "Copy this finding");
    copy.type = "button";
    copy.addEventListener("click", () => copyText(asText(finding), copy));
    cell.append(element("p", "", copy));
    return element("tr", "details", cell);
  }

  // The little of Markdown that the rules' documentation uses: headings, paragraphs, lists, blocks of code.
  function markdown(docs) {
    const made = [];
    for (const [at, part] of docs.split(/^```.*$/m).entries()) {
      if (at % 2 === 1) {
        made.push(element("pre", "", part.replace(/^\n|\n$/g, "")));
        continue;
      }
      for (const block of part.split(/\n\s*\n/)) {
        let lines = block.trim().split("\n");
        if (lines[0].startsWith("# ")) lines = lines.slice(1);
        if (lines[0]?.startsWith("## ")) made.push(element("h4", "", lines.shift().slice(3)));
        if (!lines.join("").trim()) continue;
        if (lines[0].startsWith("- ")) {
          const items = lines.join("\n").split(/^- /m).filter(Boolean);
          made.push(element("ul", "", ...items.map((item) => element("li", "", ...phrase(item.trim())))));
        } else {
          made.push(element("p", "", ...phrase(lines.join("\n"))));
        }
      }
    }
    return made;
  }

  function asText(finding) {
    const lines = [`${finding.severity}[${finding.code}]: ${finding.message}`];
    if (finding.file !== null) lines.push(`  --> ${place(finding)}${finding.column === null ? "" : `, column "${finding.column}"`}`);
    const about = [finding.sku === null ? null : `sku ${finding.sku}`, finding.channel, finding.pointer].filter(Boolean);
    if (about.length) lines.push(`   = ${about.join(", ")}`);
    if (finding.help) lines.push(`   = help: ${finding.help}`);
    return lines.join("\n");
  }

  async function copyText(text, button) {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = element("textarea", "hidden");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = label; }, 1500);
  }

  function drawStatus(first, shown, pages) {
    const filtered = FILTERS.some((key) => state[key]);
    const noun = findings.length === 1 ? "finding" : "findings";
    const total = filtered ? `${number(matched.length)} of ${number(findings.length)} ${noun}` : `${number(findings.length)} ${noun}`;
    byId("status").textContent = pages > 1 ? `${total}; rows ${number(first + 1)} to ${number(first + shown)}` : total;
    byId("clear").disabled = !filtered && !state.sort;
    byId("pager").hidden = pages < 2;
    byId("page").textContent = `Page ${number(state.page)} of ${number(pages)}`;
    byId("previous").disabled = state.page <= 1;
    byId("next").disabled = state.page >= pages;
  }

  function drawHead() {
    const { key, descends } = sorting();
    for (const head of table.tHead.querySelectorAll("[data-sort]")) {
      if (head.dataset.sort !== key) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", descends ? "descending" : "ascending");
    }
  }

  function show() {
    matched = sorted(matches());
    const pages = Math.max(1, Math.ceil(matched.length / ROWS_PER_PAGE));
    state.page = Math.min(state.page, pages);
    const first = (state.page - 1) * ROWS_PER_PAGE;
    const page = matched.slice(first, first + ROWS_PER_PAGE);
    const rows = page.map(row);
    if (!rows.length) {
      const cell = element("td", "none", "Nothing matches this filter.");
      cell.colSpan = table.tHead.rows[0].cells.length;
      rows.push(element("tr", "", cell));
    }
    byId("rows").replaceChildren(...rows);
    for (const key of FILTERS) {
      const input = byId(key);
      if (input.value !== state[key]) input.value = state[key];
    }
    drawStatus(first, page.length, pages);
    drawHead();
  }

  // Listen.

  let typing = 0;
  byId("q").addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => change({ q: event.target.value }), 120);
  });
  for (const key of ["severity", "channel", "code"]) {
    byId(key).addEventListener("change", (event) => change({ [key]: event.target.value }));
  }
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    change({ q: "", severity: "", channel: "", code: "", sort: "" });
    byId("q").focus();
  });
  byId("link").addEventListener("click", (event) => copyText(location.href, event.currentTarget));
  for (const head of table.tHead.querySelectorAll("[data-sort]")) {
    head.firstElementChild.addEventListener("click", () => {
      const { key, descends } = sorting();
      const sort = head.dataset.sort;
      change({ sort: key !== sort ? sort : descends ? "" : `-${sort}` });
    });
  }
  for (const [id, step] of [["previous", -1], ["next", 1]]) {
    byId(id).addEventListener("click", () => {
      change({ page: state.page + step });
      byId("findings").scrollIntoView();
    });
  }
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("findings").focus();
  });
  document.addEventListener("keydown", (event) => {
    const inField = event.target.closest("input, select, textarea");
    if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      byId("q").focus();
    }
  });
  addEventListener("hashchange", () => {
    state = readState();
    show();
    byId("findings").scrollIntoView();
  });

  byId("filters").hidden = false;
  show();
})();
