// Keys, drafts and tool-tips of the review page. All of it works without this file, by pointer.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (text) => { const live = one("#live"); if (live) live.textContent = text; };
  const typing = (element) => Boolean(element) && (element.matches("textarea, select, [contenteditable]")
    || (element.matches("input") && !["radio", "checkbox", "submit", "button"].includes(element.type)));

  // Drafts: what is typed and not yet saved outlives a reload, a restart of the server and a lost login.
  const draftKey = (form) => `zhengming-draft:${location.host}:${form.dataset.segment}`;
  const kept = (form) => { try { return localStorage.getItem(draftKey(form)); } catch { return null; } };
  const keep = (form, text) => {
    try { text === null ? localStorage.removeItem(draftKey(form)) : localStorage.setItem(draftKey(form), text); } catch { /* storage is off */ }
  };
  const saveDraft = (form) => {
    const area = one("#target", form);
    keep(form, area.value === area.dataset.saved ? null : area.value);
  };
  const restoreDraft = (form) => {
    const area = one("#target", form), text = kept(form);
    if (text === null) return;
    if (text === area.dataset.saved) { keep(form, null); return; }
    if (area.value === area.dataset.saved) area.value = text;
    area.classList.add("touched");
    one("#draft").hidden = false;
  };

  // One tool-tip for all terms, filled from the list beside the text.
  let tip = null;
  const showTip = (mark) => {
    const card = one(`#term-${CSS.escape(mark.dataset.term)}`);
    if (!card) return;
    hideTip();
    tip = card.cloneNode(true);
    tip.id = "tip";
    tip.setAttribute("role", "tooltip");
    tip.classList.remove("card");
    document.body.append(tip);
    const at = mark.getBoundingClientRect(), size = tip.getBoundingClientRect();
    const below = at.bottom + 8 + size.height < innerHeight;
    tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    tip.style.top = `${Math.max(8, below ? at.bottom + 8 : at.top - size.height - 8)}px`;
    card.classList.add("lit");
  };
  const hideTip = () => {
    tip?.remove();
    tip = null;
    all(".card.lit").forEach((card) => card.classList.remove("lit"));
  };
  const term = (event) => event.target instanceof Element ? event.target.closest("[data-term]") : null;
  document.addEventListener("mouseover", (event) => { const mark = term(event); mark ? showTip(mark) : hideTip(); });
  document.addEventListener("focusin", (event) => { const mark = term(event); mark ? showTip(mark) : hideTip(); });
  document.addEventListener("scroll", hideTip, { passive: true });

  // Dismissing asks for the reason first.
  let dismissing = null;
  const ask = (button) => {
    const reason = one("#reason");
    if (reason.value.trim()) { press(button); return; }
    dismissing = button;
    reason.closest(".reason").classList.add("wanted");
    reason.focus();
    say("Type the reason, then Enter.");
  };
  // No second decision is sent before the page has answered the first.
  let busy = false;
  const press = (button) => {
    // A click, not requestSubmit: that is how htmx learns which button it was.
    if (!busy) button?.click();
  };

  const steps = (by) => {
    const list = one("[data-list]");
    if (!list) return false;
    const links = all("a.open", list);
    const at = links.indexOf(document.activeElement);
    const next = links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + by))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    return true;
  };
  const rule = (button) => {
    const details = one("#rule");
    if (!details) return;
    const selected = String(getSelection() ?? "").trim();
    details.open = true;
    const zh = one("#zh"), rendering = one("#rendering");
    if (selected && /\p{Script=Han}/u.test(selected)) zh.value = selected;
    else if (selected) rendering.value = selected;
    rendering.dataset.then = button;
    rendering.focus();
    say(button === "prefer" ? "Type the preferred rendering, then Enter." : "Type the rendering to forbid, then Enter.");
  };
  const commands = {
    j: () => steps(1) || one("[data-key=j]")?.click(),
    k: () => steps(-1) || one("[data-key=k]")?.click(),
    e: () => { const area = one("#target"); area?.focus(); area?.setSelectionRange(area.value.length, area.value.length); },
    d: () => { const button = one("[data-dismiss]"); button ? ask(button) : say("No open flag."); },
    s: () => {
      const radios = all("#scope input"), at = radios.findIndex((radio) => radio.checked);
      const next = radios[(at + 1) % radios.length];
      if (next) { next.checked = true; say(`Apply to ${next.parentElement.textContent.trim()}`); }
    },
    p: () => rule("prefer"),
    f: () => rule("forbid"),
    t: () => one("#to")?.focus(),
    "/": () => (one("#find") ?? one("input[type=search]"))?.focus(),
    "?": () => one("#keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    if (event.isComposing || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && at?.id === "target") {
      event.preventDefault();
      press(one("#save"));
      return;
    }
    if (event.ctrlKey || event.metaKey || one("dialog[open]")) return;
    if (event.key === "Escape") {
      hideTip();
      dismissing = null;
      one(".reason.wanted")?.classList.remove("wanted");
      if (typing(at)) { at.blur(); one("#main").focus(); }
      return;
    }
    if (typing(at)) {
      if (event.key === "Enter" && at.matches("#act input")) {
        event.preventDefault();
        if (at.id === "reason") press(dismissing);
        if (at.id === "rendering") press(one(`#${at.dataset.then ?? "prefer"}`));
      }
      return;
    }
    const button = /^[a-z0-9]$/i.test(event.key) ? one(`[data-key="${CSS.escape(event.key)}"]`) : null;
    if (commands[event.key]) {
      event.preventDefault();
      commands[event.key]();
    } else if (button) {
      event.preventDefault();
      button.matches("button[name]") ? press(button) : button.click();
    }
  });

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const use = event.target.closest("[data-use]");
    if (use) {
      const area = one("#target");
      area.value = use.dataset.use;
      area.focus();
      saveDraft(area.form);
      return;
    }
    const insert = event.target.closest("[data-insert]");
    if (insert) {
      // Nothing says where this candidate belongs: it goes to the caret, and the reviewer takes it from there.
      const area = one("#target"), untouched = !area.dataset.touched;
      if (untouched) area.setSelectionRange(area.value.length, area.value.length);
      area.setRangeText(insert.dataset.insert, area.selectionStart, area.selectionEnd, "end");
      area.dataset.touched = "1";
      area.classList.add("touched");
      area.focus();
      saveDraft(area.form);
      say("Put into the editor.");
      return;
    }
    if (event.target.closest("#drop-draft")) {
      const area = one("#target");
      area.value = area.dataset.saved;
      keep(area.form, null);
      one("#draft").hidden = true;
      area.focus();
    }
    const discard = event.target.closest("[data-discard]");
    if (discard) keep(one("#act"), null);
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss && !one("#reason").value.trim()) {
      event.preventDefault();
      event.stopPropagation();
      ask(dismiss);
    }
  }, true);
  document.addEventListener("selectionchange", () => { if (document.activeElement?.id === "target") document.activeElement.dataset.touched = "1"; });
  document.addEventListener("input", (event) => { if (event.target.id === "target") { event.target.classList.add("touched"); saveDraft(event.target.form); } });

  // A draft ends when its text has been saved: the answer then is no conflict and no error.
  const decides = (event) => event.detail.requestConfig?.elt?.id === "act" && event.detail.requestConfig.verb === "post";
  document.addEventListener("htmx:beforeSend", (event) => { if (decides(event)) busy = true; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!decides(event)) return;
    busy = false;
    const { elt, parameters } = event.detail.requestConfig;
    if (event.detail.successful && parameters.do === "edit") keep(elt, null);
  });
  document.addEventListener("htmx:sendError", () => {
    busy = false;
    say("The server does not answer. What you wrote is kept; try again.");
    let bar = one("#offline");
    if (!bar) {
      bar = document.createElement("p");
      bar.id = "offline";
      bar.className = "message error";
      bar.setAttribute("role", "alert");
      bar.textContent = "The server does not answer. What you wrote is kept in this browser; try again in a moment.";
      one("#main").prepend(bar);
    }
  });

  // Others are warned that a segment is open; a page that goes takes its own warning back, and no later one.
  let held = null;
  const leave = () => {
    if (held?.lock) navigator.sendBeacon(`/segments/${held.segment}/leave`, new URLSearchParams({ lock: held.lock, csrf: held.csrf }));
    held = null;
  };
  const hold = (form) => {
    const { segment, lock } = form?.dataset ?? {};
    if (held && held.segment !== segment) leave();
    // A form that was sent back takes no lock of its own: the one before goes on.
    if (form) held = { segment, lock: lock || held?.lock, csrf: form.elements.csrf.value };
  };
  addEventListener("pagehide", leave);

  const ready = () => {
    hideTip();
    busy = false;
    dismissing = null;
    const form = one("#act");
    if (form) restoreDraft(form);
    hold(form);
    const just = one("#just");
    if (just) say(just.textContent);
    // htmx gives focus back to the field that had it; but the next key is meant for the new page.
    if (!document.activeElement?.hasAttribute("autofocus")) one("#main")?.focus({ preventScroll: true });
    document.body.dataset.ready = String(Number(document.body.dataset.ready ?? 0) + 1);
  };
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target === document.body || event.detail.elt === document.body) ready(); });
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", ready) : ready();
})();
