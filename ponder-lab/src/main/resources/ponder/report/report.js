// The list of problems. Script elements of class `row` hold one object a problem:
//   i index · id · v verdict (correct, wrong, undecided, failed) · q question · a answer · r reference
//   w why it won · n candidates · g right ones · k candidates in the winner's class (absent: unknown)
//   m pattern of the candidates, a letter each: y right, n wrong, x no answer · t tokens · s seconds
//   f failure · any whether the budget ended it early · run · trace file, if there is one
// A script element `pINDEX` holds what opens under it, read when it is opened:
//   c candidates [class, correct, score, tokens, answer] · nodes of the trace · won the winner's node
//   spend and paid · note why there are no texts
(function () {
  const rows = [...document.querySelectorAll('script.row')].map(part => JSON.parse(part.textContent));
  const CHUNK = 100; // rows drawn at a time
  const MOST_CLASSES = 8; // classes of answers shown before the rest is folded up
  const BADGES = {correct: '✓', wrong: '✗', undecided: '?', failed: '!'};
  const filters = {
    all: () => true,
    correct: row => row.v === 'correct',
    wrong: row => row.v === 'wrong',
    undecided: row => row.v === 'undecided',
    failed: row => row.v === 'failed',
    missed: row => row.v !== 'correct' && row.g > 0
  };
  const keys = {
    number: row => row.i,
    verdict: row => ['failed', 'wrong', 'undecided', 'correct'].indexOf(row.v),
    problem: row => row.id,
    answer: row => row.a || '',
    reference: row => row.r || '',
    votes: row => row.n && row.k !== undefined ? row.k / row.n : -1,
    right: row => row.n ? row.g / row.n : -1,
    tokens: row => row.t,
    seconds: row => row.s
  };
  const state = {filter: 'all', text: '', deep: false, sort: 'number', down: false};
  const body = document.querySelector('.problems tbody');
  const more = document.getElementById('more');
  const count = document.getElementById('count');
  const search = document.getElementById('search');
  let shown = [];
  let drawn = 0;

  const whole = new Intl.NumberFormat('en');
  const number = (value, digits) => value.toLocaleString('en', {maximumFractionDigits: digits});
  const percent = (part, all) => all ? number(100 * part / all, 0) + ' %' : '–';

  // Control characters would be invisible: show their pictures.
  const visible = text => String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g,
      character => String.fromCharCode(0x2400 + character.charCodeAt(0)));

  function badge(verdict) {
    return make('span', {class: 'badge ' + verdict, title: verdict}, BADGES[verdict],
        make('span', {class: 'word'}, ' ' + verdict));
  }

  /** One small box a candidate: filled when right, outlined when wrong, faint without an answer. */
  function strip(pattern) {
    if (!pattern) {
      return null;
    }
    const step = Math.min(8, 140 / pattern.length);
    const svg = draw('svg', {class: 'strip', width: Math.ceil(step * pattern.length), height: 14,
      'aria-hidden': 'true'});
    for (let i = 0; i < pattern.length; i++) {
      svg.append(draw('rect', {x: i * step + .7, y: 1.5, width: Math.max(.6, step - 2), height: 10, rx: 1,
        class: {y: 'yes', n: 'no', x: 'none'}[pattern[i]]}));
    }
    return svg;
  }

  function drawRow(row) {
    const button = make('button', {class: 'open', type: 'button', 'aria-expanded': 'false',
      'aria-label': 'Problem ' + (row.i + 1) + ', ' + row.v}, String(row.i + 1));
    const line = make('tr', {class: 'row', id: 'row' + row.i},
        make('td', {class: 'c-number'}, button),
        make('td', {class: 'c-verdict'}, badge(row.v)),
        make('td', {class: 'c-problem'},
            make('span', {class: 'excerpt', dir: 'auto'}, visible(row.q || row.id)),
            row.q ? make('span', {class: 'muted small'}, row.id) : null),
        make('td', {class: 'c-answer', dir: 'auto'}, row.a === undefined ? '–' : short(row.a)),
        make('td', {class: 'c-reference', dir: 'auto'}, row.r === undefined ? '–' : short(row.r)),
        make('td', {class: 'c-votes number'}, row.k === undefined ? '–' : row.k + ' / ' + row.n),
        make('td', {class: 'c-right'}, make('span', {class: 'small'}, row.n ? row.g + ' of ' + row.n : '–'),
            strip(row.m)),
        make('td', {class: 'c-tokens number'}, whole.format(row.t)),
        make('td', {class: 'c-seconds number'}, number(row.s, 1)));
    line.addEventListener('click', function (event) {
      if (!event.target.closest('a') && !String(getSelection())) {
        toggle(row, line);
      }
    });
    return line;
  }

  /** What fits a cell; the whole stands below, when the problem is opened. */
  function short(text) {
    return text.length > 60 ? visible(text.slice(0, 60)) + '…' : visible(text);
  }

  function toggle(row, line, open) {
    const button = line.querySelector('button.open');
    const wanted = open === undefined ? button.getAttribute('aria-expanded') !== 'true' : open;
    if (wanted === (button.getAttribute('aria-expanded') === 'true')) {
      return;
    }
    button.setAttribute('aria-expanded', String(wanted));
    line.classList.toggle('open', wanted);
    if (wanted) {
      line.after(make('tr', {class: 'detail'}, make('td', {colspan: columns()}, ...detail(row))));
      history.replaceState(null, '', '#p-' + (row.i + 1));
    } else {
      line.nextElementSibling.remove();
    }
  }

  /** How many columns the window has room for; the style sheet hides the others. */
  function columns() {
    return [...document.querySelectorAll('.problems th')].filter(head => head.offsetParent).length;
  }

  function detail(row) {
    const data = JSON.parse(document.getElementById('p' + row.i).textContent);
    const parts = [];
    if (row.q) {
      parts.push(make('h3', {}, 'Question'), make('div', {class: 'said', dir: 'auto'}, visible(row.q)));
    }
    if (row.f !== undefined) {
      parts.push(make('h3', {}, 'Failure'), make('div', {class: 'box said'}, visible(row.f)));
      return parts.concat(receipt(row, data));
    }
    parts.push(make('div', {class: 'pair'},
        box('Answer', row.a, row.v), row.r === undefined ? null : box('Reference', row.r)));
    parts.push(...votes(row, data), ...candidates(row, data));
    return parts.concat(receipt(row, data));
  }

  function box(name, text, verdict) {
    return make('div', {class: 'box'},
        make('div', {class: 'muted small'}, name, ' ', verdict ? badge(verdict) : null),
        make('div', {class: 'said', dir: 'auto'}, text === undefined ? '–' : visible(text)));
  }

  /** Why the winner won: the method's own words, then votes and scores by class of equal answers. */
  function votes(row, data) {
    const classes = new Map();
    data.c.forEach(function ([kind, correct, score, , answer], index) {
      const one = classes.get(kind) || {kind, correct, answer, votes: 0, score: 0, best: 0, first: index};
      one.votes++;
      one.score += score;
      one.best = Math.max(one.best, score);
      classes.set(kind, one);
    });
    if (!classes.size) {
      return [];
    }
    const won = winner(row, data);
    const list = [...classes.values()].sort((a, b) =>
      (a.kind < 0) - (b.kind < 0) || (b.kind === won.kind) - (a.kind === won.kind) || b.votes - a.votes
        || a.first - b.first);
    // A long tail of answers that one candidate gave is folded up.
    const front = list.length > MOST_CLASSES ? list.slice(0, MOST_CLASSES - 2) : list;
    const tail = list.slice(front.length);
    const bars = part => make('div', {class: 'votes'},
        ...part.flatMap(one => bar(one, one.kind >= 0 && one.kind === won.kind, data.c.length)));
    const grid = [bars(front)];
    if (tail.length) {
      grid.push(make('details', {}, make('summary', {class: 'small'}, tail.length + ' more answers'), bars(tail)));
    }
    const why = row.w ? [make('p', {class: 'said'}, visible(row.w))] : [];
    const early = row.any ? [make('p', {class: 'muted'}, 'The budget or a deadline ended the method early.')] : [];
    const title = row.a === undefined ? 'Votes by equal answers' : 'Why this answer won';
    return [make('h3', {}, title), ...why, ...early, ...grid];
  }

  function bar(one, isWinner, all) {
    return [
      make('span', {class: 'name' + (isWinner ? ' won-name' : ''), dir: 'auto'},
          one.kind < 0 ? 'no answer' : one.answer === null ? 'class ' + (one.kind + 1) : short(one.answer),
          one.correct ? make('span', {class: 'badge correct', title: 'equal to the reference'}, '✓') : null),
      make('span', {class: 'number small'}, one.votes + (one.votes === 1 ? ' vote' : ' votes')
        + ' · score ' + number(one.score, 2) + (one.votes > 1 ? ', best ' + number(one.best, 2) : '')),
      draw('svg', {viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
          draw('rect', {width: 100, height: 10, class: 'track'}),
          draw('rect', {width: 100 * one.votes / all, height: 10, class: isWinner ? 'bar won' : 'bar'}))];
  }

  /** The winner's class and candidate, as far as they can be told: -2 and -1 if not. */
  function winner(row, data) {
    const texts = leaves(data);
    const candidate = texts.length === data.c.length ? texts.findIndex(leaf => leaf.id === data.won) : -1;
    const first = candidate >= 0 ? candidate
      : row.a === undefined ? -1 : data.c.findIndex(one => one[4] === row.a);
    return {kind: first < 0 ? -2 : data.c[first][0], candidate};
  }

  /** Nodes that nothing continues: one a candidate, in the same order, where the method has no dead ends. */
  function leaves(data) {
    const parents = new Set((data.nodes || []).map(node => node.parent));
    return (data.nodes || []).filter(node => node.id > 0 && !parents.has(node.id));
  }

  function candidates(row, data) {
    const texts = leaves(data);
    const paired = texts.length === data.c.length;
    const won = winner(row, data).candidate;
    const items = data.c.map(function ([kind, correct, score, tokens, answer], index) {
      const item = make('details', {class: 'candidate' + (index === won ? ' winner' : '')},
          make('summary', {},
              make('strong', {}, '#' + (index + 1)),
              kind < 0 ? make('span', {class: 'muted'}, 'no answer')
                : make('span', {class: 'mono', dir: 'auto'}, answer === null ? 'class ' + (kind + 1) : short(answer)),
              kind < 0 ? null : badge(correct ? 'correct' : 'wrong'),
              make('span', {class: 'muted small'}, 'score ' + number(score, 3) + ' · '
                + whole.format(tokens) + ' tokens' + (kind < 0 ? '' : ' · class ' + (kind + 1))),
              index === won ? make('span', {class: 'badge won'}, 'shown as the answer') : null));
      if (paired) {
        item.addEventListener('toggle', () => addText(item, path(data, texts[index]), answer), {once: true});
      } else {
        item.append(make('div', {class: 'text muted small'}, answer === null ? '' : visible(answer)));
      }
      return item;
    });
    if (won >= 0) {
      items[won].open = true;
    }
    const head = [make('h3', {}, 'Candidates (' + data.c.length + ')')];
    if (data.note) {
      head.push(make('p', {class: 'muted'}, data.note));
    }
    if (paired && items.length > 1) {
      const all = make('button', {type: 'button', class: 'screen'}, 'Open all texts');
      all.addEventListener('click', () => items.forEach(item => { item.open = true; }));
      head.push(all);
    }
    return [...head, ...items, ...(paired ? [] : tree(data))];
  }

  /** The nodes that lead to one, first to last, without the problem itself. */
  function path(data, leaf) {
    const chain = [];
    for (let node = leaf; node && node.id > 0; node = data.nodes.find(it => it.id === node.parent)) {
      chain.unshift(node);
    }
    return chain;
  }

  function addText(item, chain, answer) {
    const text = make('div', {class: 'text', tabindex: '0', role: 'region', 'aria-label': 'Text'});
    for (const node of chain) {
      text.append(make('div', {class: 'step'}, step(node)), make('pre', {dir: 'auto'}, visible(node.text)));
    }
    if (answer !== null && answer.length > 60) {
      text.append(make('div', {class: 'step'}, 'answer'), make('pre', {dir: 'auto'}, visible(answer)));
    }
    item.append(text);
  }

  function step(node) {
    const parts = [node.by, whole.format(node.tokens) + ' tokens'];
    if (node.logprob !== null && node.tokens > 0) {
      parts.push('mean log-probability ' + number(node.logprob / node.tokens, 3));
    }
    Object.entries(node.scores || {}).forEach(([by, score]) => parts.push(by + ' ' + number(score, 3)));
    parts.push('ended by ' + node.finish);
    if (node.pruned) {
      parts.push('given up: ' + node.pruned);
    }
    return parts.join(' · ');
  }

  /** Where nodes are not one a candidate: all of them, in order, each saying what it continues. */
  function tree(data) {
    const nodes = (data.nodes || []).filter(node => node.id > 0);
    if (!nodes.length) {
      return [];
    }
    return [make('h3', {}, 'What was thought (' + nodes.length + ' nodes)'), ...nodes.map(function (node) {
      const item = make('details', {class: 'candidate' + (node.id === data.won ? ' winner' : '')},
          make('summary', {}, make('strong', {}, 'node ' + node.id),
              make('span', {class: 'muted small'}, (node.parent > 0 ? 'after node ' + node.parent + ' · ' : '')
                + step(node))));
      item.addEventListener('toggle', () => addText(item, [node], null), {once: true});
      return item;
    })];
  }

  function receipt(row, data) {
    const spend = data.spend;
    const paid = data.paid;
    const parts = [whole.format(spend.generatedTokens) + ' tokens generated, ' + whole.format(spend.promptTokens)
      + ' prompt tokens (' + percent(spend.cachedPromptTokens, spend.promptTokens) + ' cached), '
      + whole.format(spend.scoredTokens) + ' scored, ' + whole.format(spend.calls) + ' calls, '
      + spend.flops.toExponential(2) + ' FLOP, ' + number(row.s, 1) + ' s; computed anew: '
      + whole.format(paid.generatedTokens) + ' tokens.'];
    const line = make('p', {class: 'receipt'}, parts[0]);
    if (row.run) {
      line.append(' Run ' + row.run + '.');
    }
    if (row.trace) {
      line.append(' Trace: ', make('a', {href: row.trace}, row.trace), '.');
    }
    return [line];
  }

  // ---- which rows are shown

  function matches(row, words) {
    if (!words.length) {
      return true;
    }
    let text = [row.id, row.q, row.a, row.r, row.f].join('\n').toLowerCase();
    if (state.deep && !words.every(word => text.includes(word))) {
      const data = JSON.parse(document.getElementById('p' + row.i).textContent);
      text += '\n' + (data.nodes || []).map(node => node.text).join('\n').toLowerCase();
    }
    return words.every(word => text.includes(word));
  }

  function refresh() {
    const words = state.text.toLowerCase().split(/\s+/).filter(word => word);
    const key = keys[state.sort];
    shown = rows.filter(row => filters[state.filter](row) && matches(row, words));
    shown.sort(function (a, b) {
      const left = key(a);
      const right = key(b);
      const order = typeof left === 'string' ? left.localeCompare(right, 'en', {numeric: true}) : left - right;
      return (state.down ? -order : order) || a.i - b.i;
    });
    body.replaceChildren();
    drawn = 0;
    drawMore();
    sorting.value = state.sort;
    for (const head of document.querySelectorAll('.problems th')) {
      head.setAttribute('aria-sort',
          head.dataset.key !== state.sort ? 'none' : state.down ? 'descending' : 'ascending');
    }
  }

  function drawMore() {
    const part = shown.slice(drawn, drawn + CHUNK);
    body.append(...part.map(drawRow));
    drawn += part.length;
    more.hidden = drawn === shown.length;
    more.textContent = 'Show ' + Math.min(CHUNK, shown.length - drawn) + ' more';
    count.textContent = shown.length === 0 ? 'No problem matches.'
      : 'Showing ' + whole.format(drawn) + ' of ' + whole.format(shown.length)
        + (shown.length < rows.length ? ' that match, of ' + whole.format(rows.length) + ' in all.' : ' problems.');
  }

  // ---- controls

  for (const button of document.querySelectorAll('[data-filter]')) {
    const hits = rows.filter(filters[button.dataset.filter]).length;
    button.append(' ' + whole.format(hits));
    button.hidden = hits === 0 && button.dataset.filter !== 'all';
    button.addEventListener('click', function () {
      state.filter = button.dataset.filter;
      document.querySelectorAll('[data-filter]').forEach(other =>
        other.setAttribute('aria-pressed', String(other === button)));
      refresh();
    });
  }
  // Where the window has no room for a column, it can still be sorted by.
  const sorting = document.getElementById('sorting');
  for (const head of document.querySelectorAll('.problems th[data-key]')) {
    sorting.append(make('option', {value: head.dataset.key}, head.textContent.trim()));
    head.querySelector('button').addEventListener('click', function () {
      state.down = state.sort === head.dataset.key ? !state.down : false;
      state.sort = head.dataset.key;
      refresh();
    });
  }
  sorting.addEventListener('change', function () {
    state.sort = sorting.value;
    state.down = false;
    refresh();
  });
  let waiting;
  function searched() {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      state.text = search.value;
      state.deep = document.getElementById('deep').checked;
      refresh();
    }, 150);
  }
  search.addEventListener('input', searched);
  document.getElementById('deep').addEventListener('change', searched);
  more.addEventListener('click', drawMore);

  document.addEventListener('keydown', function (event) {
    const field = event.target.closest('input, select, textarea');
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (field) {
      if (event.key === 'Escape' && field === search) {
        search.value = '';
        searched();
      }
      return;
    }
    if (event.key === '/') {
      event.preventDefault();
      search.focus();
      return;
    }
    const by = {j: 1, ArrowDown: 1, k: -1, ArrowUp: -1}[event.key];
    const here = event.target.closest('tr.row, tr.detail');
    if (by && (here || event.key.length === 1)) {
      const buttons = [...body.querySelectorAll('button.open')];
      const line = here && here.classList.contains('detail') ? here.previousElementSibling : here;
      const at = line ? buttons.indexOf(line.querySelector('button.open')) : -1;
      const next = buttons[Math.max(0, at + by)];
      if (next && !event.target.closest('.text')) {
        event.preventDefault();
        next.focus();
      }
    } else if (event.key === 'Escape' && here) {
      const line = here.classList.contains('detail') ? here.previousElementSibling : here;
      toggle(rows[Number(line.id.slice(3))], line, false);
      line.querySelector('button.open').focus();
    }
  });

  /** Opens the problem that the address names, `#p-12`. */
  function follow() {
    const wanted = /^#p-(\d+)$/.exec(location.hash);
    const at = wanted ? shown.findIndex(row => row.i === Number(wanted[1]) - 1) : -1;
    if (at < 0) {
      return;
    }
    while (drawn <= at) {
      drawMore();
    }
    const line = document.getElementById('row' + shown[at].i);
    toggle(shown[at], line, true);
    line.scrollIntoView();
  }

  refresh();
  follow();
  addEventListener('hashchange', follow);
  addEventListener('resize', function () {
    document.querySelectorAll('.detail > td').forEach(cell => cell.setAttribute('colspan', columns()));
  });
  document.querySelectorAll('.needs-script').forEach(part => { part.hidden = false; });
})();
