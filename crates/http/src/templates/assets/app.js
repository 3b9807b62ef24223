// What pages are better with, and work without: local times, chips for recipients, and where to look first.
"use strict";

for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) {
    time.title = time.textContent;
    time.textContent = at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }
}

// What went wrong is read first.
const problem = document.getElementById("problem");
if (problem) {
  problem.tabIndex = -1;
  problem.focus();
}

// The field keeps the text that is sent; the chips show how it will be read.
for (const field of document.querySelectorAll("textarea[data-chips]")) {
  const chips = document.createElement("ul");
  chips.className = "chips";
  chips.setAttribute("aria-label", "Recipients");
  field.after(chips);
  const names = () => [...new Set(field.value.split(/[,;\s]+/).filter(Boolean))];
  const show = () => {
    chips.replaceChildren(
      ...names().map((name) => {
        const chip = document.createElement("li");
        chip.append(name);
        if (!/^\w{1,64}$/.test(name) && !/^[^@]+@[^@]+\.[^@]+$/.test(name)) {
          chip.className = "odd";
          chip.title = "Neither a name nor an e-mail address";
        }
        const remove = document.createElement("button");
        remove.type = "button";
        remove.textContent = "×";
        remove.setAttribute("aria-label", `Remove ${name}`);
        remove.addEventListener("click", () => {
          field.value = names().filter((other) => other !== name).join(", ");
          show();
          field.focus();
        });
        chip.append(remove);
        return chip;
      }),
    );
  };
  field.addEventListener("input", show);
  show();
}

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
