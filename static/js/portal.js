// Adds comfort; every page works without it.
"use strict";

const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

for (const input of document.querySelectorAll("input[type=password]")) {
  const box = document.createElement("div");
  const button = document.createElement("button");
  box.className = "password-box";
  button.type = "button";
  button.className = "btn btn-secondary btn-small";
  button.textContent = "表示";
  const name = input.labels[0]?.firstChild.textContent ?? "パスワード";
  button.setAttribute("aria-label", `${name}を表示`);
  button.addEventListener("click", () => {
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.textContent = show ? "隠す" : "表示";
    button.setAttribute("aria-label", `${name}を${button.textContent}`);
  });
  input.replaceWith(box);
  box.append(input, button);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A second click within five seconds does not send the form twice.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => {
    const buttons = [...form.querySelectorAll("button[type=submit]")];
    setTimeout(() => buttons.forEach((button) => (button.disabled = true)));
    setTimeout(() => buttons.forEach((button) => (button.disabled = false)), 5000);
  });
}
addEventListener("pageshow", () => document.querySelectorAll("button[disabled]").forEach((b) => (b.disabled = false)));

// What becomes known while somebody waits (whether a mail could be sent) is shown without opening the page anew.
const waiting = document.querySelector("[data-refresh]");
if (waiting) {
  for (const seconds of [5, 15, 60]) {
    setTimeout(async () => {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById(waiting.id);
      if (now && now.innerHTML !== waiting.innerHTML) waiting.innerHTML = now.innerHTML;
    }, seconds * 1000);
  }
}

// Two minutes before the session ends the page says so. The server's time counts, and another tab may have moved the end: it is
// asked before anything is announced, which prolongs nothing.
const sessionEnd = document.querySelector(".session-end");
if (sessionEnd) {
  const NOTICE = 120;
  const words = sessionEnd.dataset;
  const timeOf = (seconds) =>
    new Date(Date.now() + seconds * 1000).toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" });
  let announced = "";
  const announce = (kind, text, button) => {
    if (kind === announced) return;
    announced = kind;
    const said = document.createElement("p");
    said.textContent = text;
    const bar = document.createElement("div");
    bar.append(said, ...(button ? [button] : []));
    sessionEnd.replaceChildren(...(text ? [bar] : []));
  };
  let next;
  const askIn = (seconds) => {
    clearTimeout(next);
    next = setTimeout(ask, Math.max(seconds, 1) * 1000);
  };
  const ask = async () => {
    try {
      const answer = await fetch(words.ask);
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
    } catch {
      askIn(15);
    }
  };
  const show = ({ seconds, can_stay: canStay }) => {
    if (seconds > NOTICE) announce("", "");
    else if (seconds <= 0) announce("over", words.over);
    else if (canStay) announce("idle", words.idle.replace("{time}", timeOf(seconds)), stayButton());
    else announce("last", words.last.replace("{time}", timeOf(seconds)));
    askIn(seconds > NOTICE ? seconds - NOTICE : 15);
  };
  const stayButton = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-primary btn-small";
    button.textContent = words.button;
    button.addEventListener("click", async () => {
      const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
      try {
        await fetch(words.stay, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" });
      } finally {
        ask();
      }
    });
    return button;
  };
  askIn(Number(words.seconds) - NOTICE);
}
