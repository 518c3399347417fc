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
