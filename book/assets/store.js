// What the reader answers: predictions, quizzes, tasks, exercises, and the chapters read. It stays in this browser, one
// entry a key, and leaves it only as the file that `export` gives. The page "Where you are" shows it.
//
//   course.get(kind, id)          the value, an object, or null
//   course.set(kind, id, value)   keeps an object, and adds `when`, the date in ISO form; returns it
//   course.entries(kind)          all of a kind, as {id: value}
//   course.remove(kind, id), course.clear()
//   course.export()               everything, as the text of a file
//   course.import(text)           takes such a text in and returns the number of its entries; of two answers the later one
//                                 stays. What is no such text throws one sentence, and nothing is changed.
//   course.lasting                false where the browser keeps nothing: then it is lost with the page
//
// An id is the chapter's number and a name, such as "08/terminal-speed", or a chapter's number alone. After each change
// the document gets the event `course-change`; its `detail` has kind and id where a single entry has changed.
(() => {
  const PREFIX = "course:", FORMAT = "answers-of-a-reader", VERSION = 1;
  const KINDS = ["predict", "quiz", "task", "read", "exercise"];
  const ID = /^\d\d(\/[a-z0-9]+([-_][a-z0-9]+)*)?$/;
  const LONGEST = { value: 20000, text: 2000000 }; // characters

  /** A storage that lives as long as the page, with what another one holds. */
  function inMemory(items = []) {
    const held = new Map(items);
    return {
      names: () => [...held.keys()],
      read: (name) => held.get(name) ?? null,
      write: (name, text) => held.set(name, text),
      drop: (name) => held.delete(name),
    };
  }
  function inBrowser() {
    const disk = window.localStorage; // throws where the browser refuses it
    disk.setItem(PREFIX, "");
    disk.removeItem(PREFIX);
    return {
      names: () => Object.keys(disk).filter((name) => name.startsWith(PREFIX)),
      read: (name) => disk.getItem(name),
      write: (name, text) => disk.setItem(name, text),
      drop: (name) => disk.removeItem(name),
    };
  }

  let storage, lasting = true;
  try {
    storage = inBrowser();
  } catch {
    [storage, lasting] = [inMemory(), false];
  }
  function write(name, text) {
    try {
      storage.write(name, text);
    } catch { // the browser's storage is full
      [storage, lasting] = [inMemory(storage.names().map((each) => [each, storage.read(each)])), false];
      storage.write(name, text);
    }
  }

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isDate = (text) => typeof text === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text));
  const changed = (detail = {}) => document.dispatchEvent(new CustomEvent("course-change", { detail }));

  /** The name under which an entry is kept. */
  function nameOf(kind, id) {
    if (!KINDS.includes(kind)) throw new TypeError(`kind is "${kind}", but must be one of ${KINDS.join(", ")}`);
    if (!ID.test(id)) throw new TypeError(`id is "${id}", but must be like "08/terminal-speed" or "08"`);
    return `${PREFIX}${kind}/${id}`;
  }
  function get(kind, id) {
    try {
      const value = JSON.parse(storage.read(nameOf(kind, id)));
      return isObject(value) ? value : null;
    } catch (error) {
      if (error instanceof SyntaxError) return null; // not written by this script
      throw error;
    }
  }
  function set(kind, id, value) {
    if (!isObject(value)) throw new TypeError(`value is ${JSON.stringify(value)}, but must be an object`);
    const kept = { ...value, when: new Date().toISOString() };
    write(nameOf(kind, id), JSON.stringify(kept));
    changed({ kind, id });
    return kept;
  }
  function entries(kind) {
    const start = `${PREFIX}${kind}/`, found = {};
    for (const name of storage.names().sort()) {
      const id = name.slice(start.length);
      if (!name.startsWith(start) || !ID.test(id)) continue;
      const value = get(kind, id);
      if (value) found[id] = value;
    }
    return found;
  }
  function remove(kind, id) {
    storage.drop(nameOf(kind, id));
    changed({ kind, id });
  }
  function clear() {
    storage.names().forEach((name) => storage.drop(name));
    changed();
  }
  function toText() {
    const all = Object.fromEntries(KINDS.map((kind) => [kind, entries(kind)]));
    return JSON.stringify({ format: FORMAT, version: VERSION, saved: new Date().toISOString(), entries: all }, null, 1);
  }

  /** What a file's text holds, as [kind, id, value]; throws the one sentence that says why it holds nothing. */
  function read(text) {
    const refuse = (why) => { throw new Error(`This file was not taken in, since ${why}; nothing has changed.`); };
    if (text.length > LONGEST.text) refuse("it is far larger than answers are");
    let file;
    try {
      file = JSON.parse(text);
    } catch {
      refuse("it is not a file that this page has saved");
    }
    if (!isObject(file) || file.format !== FORMAT || !isObject(file.entries)) refuse("it is not a file that this page has saved");
    if (file.version !== VERSION) refuse("it was saved by another version of this course");
    const found = [];
    for (const [kind, some] of Object.entries(file.entries)) {
      if (!KINDS.includes(kind) || !isObject(some)) refuse("it has a kind of answers that this course does not know");
      for (const [id, value] of Object.entries(some)) {
        const good = ID.test(id) && isObject(value) && isDate(value.when) && JSON.stringify(value).length <= LONGEST.value;
        if (!good) refuse("one of its answers is damaged");
        found.push([kind, id, value]);
      }
    }
    return found;
  }
  function fromText(text) {
    const found = read(String(text));
    for (const [kind, id, value] of found) {
      const old = get(kind, id);
      if (!old || !(old.when > value.when)) write(nameOf(kind, id), JSON.stringify(value));
    }
    changed();
    return found.length;
  }

  // Another tab of the same browser has changed something.
  window.addEventListener("storage", (event) => (event.key ?? PREFIX).startsWith(PREFIX) && changed());

  window.course = { get, set, entries, remove, clear, export: toText, import: fromText, get lasting() { return lasting; } };
})();
