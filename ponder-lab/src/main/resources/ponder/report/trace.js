// Trees of traces. Script elements of class `trace` carry a trace's name, its number in the report and the grader's
// verdict as attributes, and hold one object each, which is read when it is chosen:
//   verdict · q question · method · model · seed · run
//   ended · won the winner's node, -1 for none · a answer · why · early · spend · warnings
//   nodes, by number: p parent · by proposer · x text · t tokens · l log-probability · f finish
//     a answer · d why it was given up · s scores by scorer · n visits · v their mean value
// The tree grows to the right. A node stands in the row of its first child, and the path that won comes first: so
// it runs along the top, and what was tried beside it hangs below. It is painted on a canvas: ten thousand elements
// would be slow, ten thousand rectangles are not. Only what lies in the window is painted, and texts only where
// they can be read.
(function () {
  const parts = [...document.querySelectorAll('script.trace')];
  const id = name => document.getElementById(name);
  const canvas = id('tree');
  const pen = canvas.getContext('2d');
  const panel = id('panel');
  const search = id('search');
  const pick = id('pick');
  const DENSE = 400; // leaves from which on rows are low
  const READABLE = 0.5; // scale from which on texts are painted
  const MOST_FOLLOWERS = 60; // of a node, listed in the panel
  const view = {scale: 1, x: 0, y: 0, least: 0.01};
  let trace; // the one that is shown
  let nodes; // its nodes, with their places
  let rows; // nodes that are shown, by depth, from top to bottom
  let chosen = 0;
  let wholePath = false;
  let matches = [];
  let needle = '';
  let colours = {};
  let box = {width: 216, height: 46, dx: 272, dy: 58};
  let waiting = false;

  const whole = new Intl.NumberFormat('en');
  const number = (value, digits) => value.toLocaleString('en', {maximumFractionDigits: digits});
  // Control characters would be invisible: show their pictures.
  const visible = text => String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g,
      character => String.fromCharCode(0x2400 + character.charCodeAt(0)));

  /** Takes a trace: links its nodes and finds the path that won. */
  function open(index) {
    trace = JSON.parse(parts[index].textContent);
    nodes = trace.nodes.map(function (node, number) {
      return {...node, id: number, children: [], won: false, folded: false, hidden: false, hit: false};
    });
    nodes.forEach(node => node.p >= 0 && nodes[node.p].children.push(node));
    nodes.forEach(node => node.depth = node.p < 0 ? 0 : nodes[node.p].depth + 1);
    if (nodes.length) {
      nodes[0].x0 = trace.q || '';
    }
    for (let at = trace.won; at >= 0; at = nodes[at].p) {
      nodes[at].won = true;
    }
    const tokens = nodes.reduce((sum, node) => sum + (node.t || 0), 0);
    id('about').textContent = [trace.model, whole.format(nodes.length) + ' nodes',
      whole.format(tokens) + ' tokens', trace.ended ? 'answer ' + (trace.a === null ? 'none' : visible(trace.a))
        : 'cut off', trace.verdict].filter(Boolean).join(' · ');
    id('winner').disabled = trace.won < 0;
    chosen = trace.won >= 0 ? trace.won : 0;
    arrange();
    find(search.value, false);
    begin();
    choose(chosen, false);
  }

  /** Gives every node its place: leaves in rows, parents in the row of their first child. */
  function arrange() {
    const showDead = id('dead').checked;
    const depths = [];
    let row = 0;
    // Every node comes before its children and its children in order, without recursion: trees may be deep.
    const order = [];
    const stack = nodes.length ? [nodes[0]] : [];
    nodes.forEach(node => node.hidden = true);
    while (stack.length) {
      const node = stack.pop();
      node.hidden = false;
      order.push(node);
      node.shown = node.folded ? [] : node.children.filter(child => showDead || child.d === undefined || child.won)
          .sort((a, b) => b.won - a.won);
      for (let i = node.shown.length - 1; i >= 0; i--) {
        stack.push(node.shown[i]);
      }
    }
    const leaves = order.filter(node => !node.shown.length).length;
    box = leaves > DENSE ? {width: 216, height: 22, dx: 262, dy: 27} : {width: 216, height: 46, dx: 272, dy: 58};
    order.forEach(function (node) {
      node.left = node.depth * box.dx;
      if (!node.shown.length) {
        node.top = row++ * box.dy;
      }
    });
    for (let i = order.length - 1; i >= 0; i--) {
      const node = order[i];
      if (node.shown.length) {
        node.top = node.shown[0].top;
      }
      (depths[node.depth] = depths[node.depth] || []).push(node);
    }
    rows = depths.map(list => list.sort((a, b) => a.top - b.top));
    view.wide = rows.length * box.dx;
    view.high = Math.max(1, row) * box.dy;
  }

  const size = () => ({width: canvas.clientWidth, height: canvas.clientHeight});

  function fitting() {
    const {width, height} = size();
    return Math.min(1, (width - 40) / view.wide, (height - 40) / view.high);
  }

  function fit() {
    const {width, height} = size();
    view.least = Math.min(0.05, fitting());
    view.scale = fitting();
    view.x = Math.max(20, (width - (view.wide - box.dx + box.width) * view.scale) / 2);
    view.y = Math.max(20, (height - view.high * view.scale) / 2);
    paint();
  }

  /** At first all of a small tree; of a large one its root, close enough to be read. */
  function begin() {
    fit();
    if (view.scale < READABLE && nodes.length) {
      view.scale = Math.max(READABLE, Math.min(0.9, (size().width - 40) / view.wide));
      view.x = 20;
      view.y = 20;
      paint();
    }
  }

  /** Brings a node into the middle of the window. */
  function centre(node) {
    const {width, height} = size();
    view.x = width / 2 - (node.left + box.width / 2) * view.scale;
    view.y = height / 2 - (node.top + box.height / 2) * view.scale;
    paint();
  }

  function zoom(factor, x, y) {
    const {width, height} = size();
    const atX = x === undefined ? width / 2 : x;
    const atY = y === undefined ? height / 2 : y;
    const scale = Math.min(3, Math.max(view.least, view.scale * factor));
    view.x = atX - (atX - view.x) * scale / view.scale;
    view.y = atY - (atY - view.y) * scale / view.scale;
    view.scale = scale;
    paint();
  }

  function paint() {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(function () {
        waiting = false;
        draw();
      });
    }
  }

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ['paper', 'ink', 'muted', 'grid', 's0', 'accent', 'doubt', 'doubt-soft', 'raised']) {
      colours[name] = style.getPropertyValue('--' + name).trim();
    }
    colours.font = getComputedStyle(document.body).fontFamily;
    paint();
  }

  function draw() {
    const ratio = window.devicePixelRatio || 1;
    const {width, height} = size();
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.translate(view.x, view.y);
    pen.scale(view.scale, view.scale);
    const top = -view.y / view.scale - box.dy;
    const bottom = (height - view.y) / view.scale + box.dy;
    const first = Math.max(0, Math.floor((-view.x / view.scale) / box.dx) - 1);
    const last = Math.min(rows.length - 1, Math.ceil(((width - view.x) / view.scale) / box.dx));
    for (let depth = Math.max(1, first); depth <= Math.min(rows.length - 1, last + 1); depth++) {
      edges(rows[depth], top, bottom);
    }
    for (let depth = first; depth <= last; depth++) {
      const list = rows[depth];
      let above = -Infinity;
      for (let i = from(list, top); i < list.length && list[i].top < bottom; i++) {
        if (counts(list[i], above)) {
          above = list[i].top;
          block(list[i]);
        }
      }
    }
  }

  /** Whether a node is painted: of those that share a pixel, one, and those that somebody looks for. */
  const counts = (node, above) => (node.top - above) * view.scale >= 1 || node.won || node.hit || node.id === chosen;

  /** The first of a column that lies at `top` or below. */
  function from(list, top) {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle].top < top) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  function edges(list, top, bottom) {
    const plain = new Path2D();
    const won = new Path2D();
    const radius = view.scale < 0.2 ? 0 : 8;
    let above = -Infinity;
    for (const node of list) {
      const parent = nodes[node.p];
      if (!counts(node, above)) {
        continue;
      }
      above = node.top;
      if (Math.max(node.top, parent.top) < top || Math.min(node.top, parent.top) > bottom) {
        continue;
      }
      const path = node.won ? won : plain;
      const x0 = parent.left + box.width;
      const y0 = parent.top + box.height / 2;
      const y1 = node.top + box.height / 2;
      const bend = (x0 + node.left) / 2;
      path.moveTo(x0, y0);
      if (y0 === y1) {
        path.lineTo(node.left, y1);
      } else {
        path.arcTo(bend, y0, bend, y1, radius);
        path.arcTo(bend, y1, node.left, y1, radius);
        path.lineTo(node.left, y1);
      }
    }
    pen.lineWidth = Math.max(1, 0.7 / view.scale);
    pen.strokeStyle = colours.muted;
    pen.globalAlpha = 0.5;
    pen.stroke(plain);
    pen.globalAlpha = 1;
    pen.lineWidth = Math.max(2.5, 2 / view.scale);
    pen.strokeStyle = colours.s0;
    pen.stroke(won);
  }

  const score = function (node) {
    const scores = Object.values(node.s || {});
    return scores.length ? scores[scores.length - 1] : node.v;
  };

  function block(node) {
    const dead = node.d !== undefined && !node.won;
    const tall = Math.max(box.height, 1.5 / view.scale);
    pen.globalAlpha = dead ? 0.62 : 1;
    pen.beginPath();
    pen.roundRect(node.left, node.top, box.width, tall, view.scale < 0.2 ? 0 : 7);
    pen.fillStyle = node.hit ? colours['doubt-soft'] : colours.paper;
    pen.fill();
    pen.strokeStyle = node.won ? colours.s0 : node.hit ? colours.doubt : colours.muted;
    pen.lineWidth = node.won ? Math.max(2, 1.2 / view.scale) : 1;
    pen.setLineDash(dead && view.scale >= 0.2 ? [4, 3] : []);
    pen.stroke();
    pen.setLineDash([]);
    const value = score(node);
    if (value !== undefined) {
      pen.fillStyle = node.won ? colours.s0 : colours.muted;
      pen.fillRect(node.left + 7, node.top + box.height - 4, Math.max(0, Math.min(1, value)) * (box.width - 14), 2.5);
    }
    if (view.scale >= READABLE) {
      words(node, value, dead);
    }
    pen.globalAlpha = 1;
    if (node.id === chosen) {
      pen.strokeStyle = colours.accent;
      pen.lineWidth = Math.max(3, 2 / view.scale);
      pen.beginPath();
      pen.roundRect(node.left - 4, node.top - 4, box.width + 8, tall + 8, 10);
      pen.stroke();
    }
  }

  function words(node, value, dead) {
    const mark = node.id === trace.won ? '★ ' : dead ? '✗ ' : '';
    const facts = mark + (value === undefined ? '' : number(value, 2) + '  ')
      + (node.a !== undefined ? '= ' + node.a : dead ? node.d : node.by);
    const fold = node.folded ? '▸ ' + whole.format(below(node)) : '';
    pen.font = '600 12px ' + colours.font;
    pen.fillStyle = node.won ? colours.s0 : colours.ink;
    pen.textBaseline = 'middle';
    const text = excerpt(node);
    const room = box.width - 18;
    if (box.height > 30) {
      pen.fillText(cut(facts + (fold && '  ' + fold), 30), node.left + 10, node.top + 14, room);
      pen.font = '12px ' + colours.font;
      pen.fillStyle = colours.muted;
      pen.fillText(cut(text, 34), node.left + 10, node.top + 31, room);
    } else {
      pen.fillText(cut(facts + (fold && '  ' + fold) + '  ' + text, 32), node.left + 9, node.top + 10, room);
    }
  }

  const excerpt = node => (node.x0 || node.x || '').slice(0, 80).replace(/\s+/g, ' ').trim();

  /** The beginning of a text that takes so many columns, wide characters counted twice. */
  function cut(text, columns) {
    let used = 0;
    let out = '';
    for (const character of visible(text)) {
      used += character > '\u2e7f' ? 2 : 1;
      if (used > columns) {
        return out + '…';
      }
      out += character;
    }
    return out;
  }

  function below(node) {
    const stack = [...node.children];
    let count = 0;
    while (stack.length) {
      count++;
      stack.push(...stack.pop().children);
    }
    return count;
  }

  /** Chooses a node and says what it holds. */
  function choose(number, follow) {
    if (!nodes.length) {
      panel.replaceChildren(make('p', {class: 'muted'}, 'This trace holds no nodes.'));
      return;
    }
    chosen = number;
    const node = nodes[number];
    if (node.hidden) {
      reveal(node);
    }
    if (follow) {
      const {width, height} = size();
      const x = node.left * view.scale + view.x;
      const y = node.top * view.scale + view.y;
      const inside = x > 0 && y > 0 && x + box.width * view.scale < width && y + box.height * view.scale < height;
      if (!inside) {
        centre(node);
      }
    }
    panel.replaceChildren(...describe(node));
    panel.scrollTop = 0;
    history.replaceState(null, '', '#' + (parts.length > 1 ? 't' + (pick.selectedIndex + 1) + '-' : '') + 'n' + number);
    paint();
  }

  function reveal(node) {
    for (let at = node.p; at >= 0; at = nodes[at].p) {
      nodes[at].folded = false;
    }
    arrange();
    if (node.hidden) {
      id('dead').checked = true;
      arrange();
    }
  }

  function path(node) {
    const way = [];
    for (let at = node.id; at >= 0; at = nodes[at].p) {
      way.unshift(nodes[at]);
    }
    return way;
  }

  function describe(node) {
    const badges = [
      node.id === trace.won ? make('span', {class: 'badge won'}, '★ won')
        : node.won ? make('span', {class: 'badge won'}, 'on the path that won') : null,
      node.d !== undefined ? make('span', {class: 'badge wrong'}, '✗ given up') : null];
    const facts = [];
    const fact = (name, value) => facts.push(make('dt', {}, name), make('dd', {dir: 'auto'}, value));
    if (node.d !== undefined) {
      fact('reason', visible(node.d));
    }
    if (node.a !== undefined) {
      fact('answer', visible(node.a));
    }
    Object.entries(node.s || {}).forEach(([by, value]) => fact(visible(by), number(value, 4)));
    if (node.n) {
      fact('visits', whole.format(node.n) + ', mean value ' + number(node.v, 4));
    }
    if (node.t) {
      fact('tokens', whole.format(node.t));
      fact('log-probability', node.l === null || node.l === undefined ? 'unknown'
        : number(node.l, 2) + ' (' + number(node.l / node.t, 3) + ' a token)');
    }
    if (node.f) {
      fact('finish', visible(node.f));
    }
    if (node.id === 0) {
      rootFacts(fact);
    }
    const text = make('div', {class: 'said', dir: 'auto'});
    const fill = function () {
      const said = wholePath ? path(node).slice(1).map(step => step.x || '').join('') : node.x0 || node.x || '';
      text.replaceChildren(...marked(said || '–'));
    };
    const tab = (name, value) => {
      const button = make('button', {type: 'button', 'aria-pressed': String(wholePath === value)}, name);
      button.addEventListener('click', function () {
        wholePath = value;
        choose(node.id, false);
      });
      return button;
    };
    fill();
    return [
      make('h2', {}, 'Node ' + node.id + ' · ' + visible(node.by) + ' ', ...badges),
      make('dl', {class: 'facts'}, ...facts),
      node.depth > 1 ? make('div', {class: 'group'}, tab('This step', false), tab('Path to here', true)) : null,
      text,
      ...around(node)].filter(Boolean);
  }

  function rootFacts(fact) {
    fact('method', visible(trace.method || '–'));
    fact('answer', trace.ended ? trace.a === null ? 'none' : visible(trace.a) : 'the run was cut off');
    if (trace.ended) {
      fact('why', visible(trace.why) + (trace.early ? ' (ended early)' : ''));
      fact('generated', whole.format(trace.spend.generatedTokens) + ' tokens in '
        + number(trace.spend.seconds, 1) + ' s');
    }
    trace.warnings.forEach(warning => fact('warning', visible(warning)));
  }

  /** A text in which what was searched for is marked. */
  function marked(text) {
    const shown = visible(text);
    if (!needle) {
      return [shown];
    }
    const out = [];
    const lower = shown.toLowerCase();
    let at = 0;
    if (lower.length === shown.length) { // else places would not agree
      for (let next; (next = lower.indexOf(needle, at)) >= 0; at = next + needle.length) {
        out.push(shown.slice(at, next), make('mark', {}, shown.slice(next, next + needle.length)));
      }
    }
    out.push(shown.slice(at));
    return out;
  }

  function around(node) {
    const out = [];
    const list = function (title, some, all) {
      if (some.length) {
        out.push(make('h3', {}, title), make('ul', {}, ...some.map(function (other) {
          const value = score(other);
          const button = make('button', {type: 'button'}, (other.id === trace.won ? '★ ' : other.d !== undefined ? '✗ ' : '')
            + other.id + ' · ' + (value === undefined ? '' : number(value, 2) + ' · ')
            + (other.a !== undefined ? '= ' + cut(other.a, 24) + ' · ' : '') + cut(excerpt(other) || other.by, 70));
          button.addEventListener('click', () => choose(other.id, true));
          return make('li', {}, button);
        })));
        if (all > some.length) {
          out.push(make('p', {class: 'muted small'}, whole.format(all - some.length) + ' more'));
        }
      }
    };
    if (node.children.length) {
      const fold = make('button', {type: 'button'}, node.folded ? 'Unfold what follows' : 'Fold what follows');
      fold.addEventListener('click', () => toggle(node));
      out.push(make('div', {class: 'group'}, fold));
    }
    list('Parent', node.p >= 0 ? [nodes[node.p]] : [], 1);
    list('What follows', node.children.slice(0, MOST_FOLLOWERS), node.children.length);
    return out;
  }

  function toggle(node) {
    if (!node.children.length) {
      return;
    }
    const before = node.top;
    node.folded = !node.folded;
    arrange();
    view.y += (before - node.top) * view.scale; // what was clicked stays where it is
    choose(node.id, false);
  }

  function find(text, go) {
    needle = text.trim().toLowerCase();
    matches = [];
    for (const node of nodes) {
      node.hit = needle !== '' && [node.x0, node.x, node.a, node.d, node.by, node.f].some(
          part => part !== undefined && part.toLowerCase().includes(needle));
      if (node.hit) {
        matches.push(node.id);
      }
    }
    if (go && matches.length && !nodes[chosen].hit) {
      step(1);
    } else {
      tell();
      choose(chosen, false);
    }
  }

  function tell() {
    const at = matches.indexOf(chosen);
    id('found').textContent = !needle ? '' : !matches.length ? 'nothing'
      : (at >= 0 ? at + 1 + ' of ' : '') + whole.format(matches.length);
  }

  /** To the next match, or the one before. */
  function step(by) {
    if (!matches.length) {
      return;
    }
    let at = matches.findIndex(match => match >= chosen);
    if (at < 0) {
      at = by > 0 ? 0 : matches.length - 1;
    } else if (matches[at] === chosen || by < 0) {
      at += by;
    }
    choose(matches[(at + matches.length) % matches.length], true);
    tell();
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !nodes.length) {
      return;
    }
    const node = nodes[chosen];
    const column = rows[node.depth];
    const place = column.indexOf(node);
    const go = other => other && choose(other.id, true);
    const actions = {
      ArrowLeft: () => go(nodes[node.p]),
      ArrowRight: () => go(node.shown.find(child => child.won) || node.shown[0]),
      ArrowUp: () => go(column[place - 1]),
      ArrowDown: () => go(column[place + 1]),
      Home: () => go(nodes[0]),
      Enter: () => panel.focus(),
      ' ': () => toggle(node),
      w: () => trace.won >= 0 && choose(trace.won, true),
      n: () => step(1),
      N: () => step(-1),
      '+': () => zoom(1.25),
      '=': () => zoom(1.25),
      '-': () => zoom(0.8),
      0: () => fit()
    };
    if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  }

  /** The node under a place of the window. */
  function hit(x, y) {
    const left = (x - view.x) / view.scale;
    const top = (y - view.y) / view.scale;
    const slack = 4 / view.scale;
    const list = rows[Math.round((left - box.width / 2) / box.dx)] || [];
    for (let i = from(list, top - box.height - slack); i < list.length && list[i].top <= top + slack; i++) {
      if (left >= list[i].left - slack && left <= list[i].left + box.width + slack) {
        return list[i];
      }
    }
    return undefined;
  }

  // One pointer drags, two zoom; what hardly moved was a click.
  const pointers = new Map();
  let moved = 0;
  canvas.addEventListener('pointerdown', function (event) {
    pointers.set(event.pointerId, {x: event.offsetX, y: event.offsetY});
    canvas.setPointerCapture(event.pointerId);
    moved = pointers.size > 1 ? Infinity : 0;
  });
  canvas.addEventListener('pointermove', function (event) {
    const before = pointers.get(event.pointerId);
    if (!before) {
      return;
    }
    const now = {x: event.offsetX, y: event.offsetY};
    if (pointers.size === 1) {
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      view.x += now.x - before.x;
      view.y += now.y - before.y;
      paint();
    } else {
      const other = [...pointers.entries()].find(([pointer]) => pointer !== event.pointerId)[1];
      const reach = point => Math.hypot(point.x - other.x, point.y - other.y);
      zoom(reach(now) / Math.max(1, reach(before)), (now.x + other.x) / 2, (now.y + other.y) / 2);
    }
    pointers.set(event.pointerId, now);
  });
  for (const over of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(over, function (event) {
      pointers.delete(event.pointerId);
      const node = over === 'pointerup' && moved < 6 ? hit(event.offsetX, event.offsetY) : undefined;
      if (node) {
        choose(node.id, false);
        tell();
      }
    });
  }
  canvas.addEventListener('dblclick', function (event) {
    const node = hit(event.offsetX, event.offsetY);
    if (node) {
      toggle(node);
    }
  });
  canvas.addEventListener('wheel', function (event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 30 : 1;
    zoom(Math.exp(-event.deltaY * lines / 500), event.offsetX, event.offsetY);
  }, {passive: false});
  canvas.addEventListener('keydown', key);
  document.addEventListener('keydown', function (event) {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === '/' && !typing) {
      event.preventDefault();
      search.focus();
    }
  });
  panel.addEventListener('keydown', event => event.key === 'Escape' && canvas.focus());
  search.addEventListener('input', () => find(search.value, true));
  search.addEventListener('keydown', function (event) {
    if (event.key === 'Enter') {
      step(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      canvas.focus();
    }
  });
  id('fit').addEventListener('click', fit);
  id('winner').addEventListener('click', function () {
    view.scale = Math.max(view.scale, 0.8);
    choose(trace.won, false);
    centre(nodes[trace.won]);
  });
  id('closer').addEventListener('click', () => zoom(1.25));
  id('farther').addEventListener('click', () => zoom(0.8));
  id('dead').addEventListener('change', function () {
    arrange();
    while (nodes.length && nodes[chosen].hidden) {
      chosen = nodes[chosen].p;
    }
    choose(chosen, true);
    fit();
  });
  new ResizeObserver(paint).observe(canvas);
  new MutationObserver(readColours).observe(document.documentElement, {attributes: true});
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', readColours);

  const asked = /^#(?:t(\d+))?-?(?:n(\d+))?$/.exec(location.hash) || [];
  id('work').hidden = false;
  if (pick) {
    parts.forEach(function (part) {
      const {name, number, verdict} = part.dataset;
      const badge = {correct: '✓ ', wrong: '✗ ', undecided: '? ', failed: '! '}[verdict] || '';
      pick.append(make('option', {}, badge + number + ' · ' + visible(name)));
    });
    pick.selectedIndex = Math.min(parts.length, Math.max(1, Number(asked[1] || 1))) - 1;
    pick.addEventListener('change', () => open(pick.selectedIndex));
  }
  readColours();
  open(pick ? pick.selectedIndex : 0);
  if (asked[2] !== undefined && Number(asked[2]) < nodes.length) {
    choose(Number(asked[2]), true);
  }
})();
