// What the page looks like to a reader, asked of the browser that lays it out. An expression: an object of questions.
({
  // Text whose colour stands out too little from what is drawn behind it (WCAG 1.4.3: 4.5 to 1). Text in drawings has `fill` for its colour.
  faintTexts() {
    const parse = c => c.match(/[\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = element => {
      for (let e = element; e; e = e.parentElement) {
        // A box of a graph is drawn before its text, inside the same group.
        const box = e.tagName === 'g' ? e.querySelector(':scope > rect') : null;
        const colour = parse(box ? getComputedStyle(box).fill : getComputedStyle(e).backgroundColor);
        if (colour.length < 4 || colour[3] > 0) return colour;
      }
      return [255, 255, 255];
    };
    const faint = {};
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let seen = 0;
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('.skip')) continue;
      seen++;
      const style = getComputedStyle(element);
      const colour = parse(element.closest('svg') ? style.fill : style.color);
      const [a, b] = [luminance(colour), luminance(behind(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) faint[`${element.tagName}.${element.getAttribute('class')} ${style.color} ${ratio.toFixed(2)}`] = walker.currentNode.data.trim().slice(0, 40);
    }
    return { seen, faint: Object.entries(faint).map(([what, text]) => `${what}: ${text}`) };
  },
  // How far the page reaches beyond the right edge of the screen, and what does.
  overhang() {
    const width = document.documentElement.clientWidth;
    const wide = document.documentElement.scrollWidth > width
      ? [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 0.5 && !e.closest('.scroll, svg, .skip')).slice(0, 5)
      : [];
    return { by: document.documentElement.scrollWidth - width, what: wide.map(e => `${e.tagName}.${e.className}`) };
  },
  // Drawn text that is cut off by its drawing's edge or runs into its neighbour.
  crowdedDrawings() {
    const bad = [];
    for (const drawing of document.querySelectorAll('figure svg[role=img]')) {
      const frame = drawing.getBoundingClientRect();
      const boxes = [...drawing.querySelectorAll('text')].filter(t => t.textContent).map(t => [t.textContent, t.getBoundingClientRect()]);
      if (!frame.width) continue;
      for (const [text, box] of boxes)
        if (box.left < frame.left - 1 || box.right > frame.right + 1) bad.push(`${drawing.getAttribute('aria-label')}: ${text} is cut off`);
      boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
        if (Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 3) bad.push(`${drawing.getAttribute('aria-label')}: ${a} meets ${b}`);
      }));
    }
    return bad.slice(0, 10);
  },
  // Links within the page that lead nowhere.
  deadLinks() {
    return [...document.links].filter(a => !a.hash || !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map(a => a.href);
  },
  background() { return getComputedStyle(document.body).backgroundColor; },
  // What of the page a printer leaves out: lists of nodes and parameters are opened for it.
  unprinted() {
    return [...document.querySelectorAll('details table')].filter(t => t.getBoundingClientRect().height === 0).length;
  },
})
