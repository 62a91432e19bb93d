/* dom: small helpers for the page. */

/* An element with classes and a text. */
function element(tag, classes, text) {
  const e = document.createElement(tag);
  if (classes) e.className = classes;
  if (text !== undefined && text !== null) e.textContent = text;
  return e;
}

/* The JSON in a script element, or null. */
function data(id) {
  const holder = document.getElementById(id);
  return holder ? JSON.parse(holder.textContent) : null;
}

/* "1:02.340" */
function clock(ms) {
  const minutes = Math.floor(ms / 60000);
  const seconds = (ms - minutes * 60000) / 1000;
  return minutes + ":" + (seconds < 10 ? "0" : "") + seconds.toFixed(3);
}

function place(of) {
  if (!of.file) return "";
  return of.file + (of.line ? ":" + of.line + (of.column ? ":" + of.column : "") : "");
}

/* A path that may be broken behind each "/". */
function breakable(path) {
  const parts = path.split("/");
  return parts.flatMap((part, i) => (i < parts.length - 1 ? [part + "/", element("wbr")] : [part]));
}

function fullName(of) {
  return of.condition ? of.name + " [" + of.condition + "]" : of.name;
}

/* A diff's "[-missing-]" and "{+added+}" as del and ins. */
function diffInto(parent, text) {
  const parts = text.split(/(\[-.*?-\]|\{\+.*?\+\})/);
  for (const part of parts) {
    if (part.startsWith("[-")) parent.append(element("del", "", part.slice(2, -2)));
    else if (part.startsWith("{+")) parent.append(element("ins", "", part.slice(2, -2)));
    else parent.append(part);
  }
}
