'use strict';
// Parts that all pages share. Everything that came out of a model is shown with textContent; nothing here
// makes markup of text, and the page's policy forbids it as well.

/** An element with attributes and children; children that are strings become text. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  return fill(element, attributes, children);
}

/** The same for SVG. */
function draw(tag, attributes, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  for (const child of children) {
    if (child !== undefined && child !== null) {
      element.append(child);
    }
  }
  return element;
}

// The switch between the system's theme, light and dark; remembered where the browser allows it.
(function () {
  const root = document.documentElement;
  const themes = ['auto', 'light', 'dark'];
  const button = document.getElementById('theme');
  let theme = 'auto';
  try {
    theme = localStorage.getItem('ponder-theme') || theme;
  } catch (forbidden) {
    // A page opened as a file may have no storage; the switch works all the same.
  }
  function show() {
    if (theme === 'auto') {
      delete root.dataset.theme;
    } else {
      root.dataset.theme = theme;
    }
    button.textContent = {auto: '◐ Auto', light: '☀ Light', dark: '☾ Dark'}[theme];
    button.setAttribute('aria-label', 'Theme: ' + theme + '. Press for the next one.');
  }
  button.hidden = false;
  button.addEventListener('click', function () {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try {
      localStorage.setItem('ponder-theme', theme);
    } catch (forbidden) {
      // Not remembered then.
    }
    show();
  });
  show();
})();

// Groups of buttons of which one is pressed and shows its figure.
for (const tabs of document.querySelectorAll('.tabs')) {
  const buttons = [...tabs.querySelectorAll('button')];
  const choose = function (chosen) {
    for (const button of buttons) {
      button.setAttribute('aria-pressed', String(button === chosen));
      document.getElementById(button.dataset.shows).hidden = button !== chosen;
    }
  };
  tabs.hidden = false;
  buttons.forEach(button => button.addEventListener('click', () => choose(button)));
  choose(buttons[0]);
}
