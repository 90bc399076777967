"use strict";
(() => {
  // Tabs: without this script they are links to sections one below the other.
  const list = document.querySelector(".tabs");
  const tabs = [...list.querySelectorAll("a")];
  const panelOf = (tab) => document.getElementById(tab.hash.slice(1));
  const select = (tab, focus) => {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", chosen);
      other.tabIndex = chosen ? 0 : -1;
      panelOf(other).hidden = !chosen;
    }
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focus) tab.focus({ preventScroll: true });
  };
  const holding = (hash) => {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    return target ? tabs.find((tab) => panelOf(tab).contains(target)) : undefined;
  };
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Sections");
  for (const item of list.children) item.setAttribute("role", "presentation");
  for (const tab of tabs) {
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", tab.hash.slice(1));
    const panel = panelOf(tab);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    // A panel without anything to step on is stepped on itself.
    if (!panel.querySelector("a, button, input, summary, audio, [tabindex]")) panel.tabIndex = 0;
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      select(tab, true);
    });
  }
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (event.key === " " && at >= 0) {
      event.preventDefault();
      select(tabs[at], true);
    } else if (next !== undefined && at >= 0 && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      select(tabs[(next + tabs.length) % tabs.length], true);
    }
  });
  const follow = () => {
    const tab = holding(location.hash);
    if (!tab) return;
    select(tab, false);
    // The browser may have put the focus, with its ring, on the section that a link names.
    if (document.activeElement === panelOf(tab)) document.activeElement.blur();
    document.getElementById(decodeURIComponent(location.hash.slice(1))).scrollIntoView();
  };
  window.addEventListener("hashchange", follow);
  select(tabs[0], false);
  follow();

  // Details have their tables printed too.
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));

  // Tables that can be sorted by each column.
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    const original = [...body.rows];
    const key = (row, column) => {
      const cell = row.cells[column];
      return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
    };
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numbers = typeof key(original[0], column) === "number";
        const now = head.getAttribute("aria-sort");
        const way = now ? (now === "ascending" ? "descending" : "ascending") : numbers ? "descending" : "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", way);
        const sign = way === "ascending" ? 1 : -1;
        const compare = (a, b) => numbers ? key(a, column) - key(b, column) : key(a, column).localeCompare(key(b, column));
        body.append(...[...original].sort((a, b) => sign * compare(a, b)));
      });
    });
  }

  // One sound at a time, with a line on its picture.
  const players = [...document.querySelectorAll("audio")];
  for (const player of players) {
    const picture = player.closest("article").querySelector(".spectrogram");
    const line = picture && picture.querySelector(".playhead");
    const draw = () => {
      if (!picture) return;
      picture.classList.toggle("playing", player.currentTime > 0 && !player.ended);
      const x = 34 + 322 * Math.min(1, player.currentTime / (player.duration || 1));
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      if (!player.paused) requestAnimationFrame(draw);
    };
    player.addEventListener("play", () => {
      for (const other of players) if (other !== player) other.pause();
      draw();
    });
    for (const name of ["seeked", "ended", "pause"]) player.addEventListener(name, draw);
  }
})();
