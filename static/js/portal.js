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

// A page of a document is drawn when it is first asked for; whoever asks meanwhile is answered 503. The picture comes by itself
// once it is there, and the page says so until then. One that cannot be drawn (404) is not asked for again.
for (const advice of document.querySelectorAll(".without-script")) advice.remove();
for (const picture of document.querySelectorAll("img[data-drawn]")) {
  const place = picture.closest(".paper-page");
  let tries = 0;
  const state = document.createElement("p");
  state.className = "picture-state";
  state.setAttribute("role", "status");
  const say = (text) => {
    state.textContent = text;
    place.hidden = text !== "";
  };
  const again = () => {
    picture.loading = "eager"; // what is hidden would never come near enough to be loaded
    picture.src = picture.src;
  };
  const missing = async () => {
    let status = 503;
    try {
      status = (await fetch(picture.src, { method: "HEAD", redirect: "manual" })).status;
    } catch {
      // Without a connection nothing is known; it is asked again.
    }
    if (status === 404) return say("この書類は画像で表示できません。「ファイルを保存」から確認してください。");
    if ((status !== 200 && status !== 503) || tries >= 30) return say("画像を表示できませんでした。画面を開き直してください。");
    say("画像を準備しています。できあがると、ここに表示します。");
    setTimeout(again, Math.min(2 ** tries++, 10) * 1000);
  };
  place.after(state);
  picture.addEventListener("load", () => say(""));
  picture.addEventListener("error", missing);
  if (picture.complete && picture.naturalWidth === 0) missing();
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
