// What a page of ours must be, asked of the page itself: the answer is, for each check, what is wrong.
(() => {
  const wrong = { overflow: [], links: [], images: [], headings: [], contrast: [], language: [], size: [], targets: [], alien: [] };
  const root = document.documentElement;
  const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
  const name = (element) => `${element.tagName.toLowerCase()} « ${element.textContent.trim().slice(0, 40)} »`;
  const all = (selector) => [...document.querySelectorAll(selector)];

  if (root.scrollWidth > root.clientWidth) wrong.overflow.push(`page: ${root.scrollWidth} > ${root.clientWidth}`);
  for (const element of all("body *")) {
    if (!shown(element)) continue;
    const box = element.getBoundingClientRect();
    if (box.right > root.clientWidth + 1 || box.left < -1) wrong.overflow.push(name(element));
  }

  for (const link of all("a")) {
    const href = link.getAttribute("href") || "";
    if (!/^(https?:\/\/[^\s\/]+|mailto:[^\s@]+@[^\s@]+)/.test(href)) wrong.links.push(`${href} of ${name(link)}`);
    if (!link.textContent.trim()) wrong.links.push(`no words: ${href}`);
    if (!getComputedStyle(link).textDecorationLine.includes("underline")) wrong.links.push(`does not look like one: ${name(link)}`);
  }
  for (const image of all("img, svg, picture"))
    if (!(image.getAttribute("alt") || image.getAttribute("aria-label") || "").trim()) wrong.images.push(image.outerHTML.slice(0, 60));
  for (const element of all("script, iframe, object, embed, form, link, img[src^='http'], [onload], [onerror], [onclick]"))
    wrong.alien.push(element.outerHTML.slice(0, 60));
  if (/url\(|@import/.test(all("style").map((style) => style.textContent).join())) wrong.alien.push("a style that loads something");

  const headings = all("h1, h2, h3, h4, h5, h6");
  if (all("h1").length !== 1) wrong.headings.push(`${all("h1").length} of h1`);
  let before = 0;
  for (const heading of headings) {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) wrong.headings.push(`${name(heading)} after h${before}`);
    if (!heading.textContent.trim()) wrong.headings.push(`empty ${heading.tagName}`);
    before = level;
  }
  if (!/^[a-z]{2}$/.test(root.lang)) wrong.language.push(`lang="${root.lang}"`);

  // WCAG 2.2: relative luminance and contrast ratio; 4.5, or 3 for large text (1.4.3).
  const parse = (colour) => {
    const found = colour.match(/[\d.]+/g).map(Number);
    return [...found.slice(0, 3), found.length > 3 ? found[3] : 1];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const canvas = (() => {
    const probe = document.createElement("i");
    probe.style.cssText = "position:absolute;background:Canvas";
    document.body.append(probe);
    const colour = parse(getComputedStyle(probe).backgroundColor);
    probe.remove();
    return colour;
  })();
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), canvas);
  };
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !shown(element)) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    if (size < 14) wrong.size.push(`${size}px: ${name(element)}`);
    const under = ground(element);
    const [low, high] = [light(over(parse(style.color), under)), light(under)].sort((a, b) => a - b);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < (large ? 3 : 4.5)) wrong.contrast.push(`${ratio.toFixed(2)}: ${name(element)}`);
  }

  // WCAG 2.2, 2.5.8: 24 by 24, or no other target within a circle of 24 around each.
  const targets = all("a[href], button, input").filter(shown).flatMap((one) => [...one.getClientRects()].slice(0, 1).map((box) => [one, box]));
  const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  for (const [one, box] of targets) {
    if (box.width >= 24 && box.height >= 24) continue;
    const [x, y] = middle(box);
    for (const [other, near] of targets) {
      if (other === one) continue;
      const dx = Math.max(near.left - x, 0, x - near.right), dy = Math.max(near.top - y, 0, y - near.bottom);
      if (Math.hypot(dx, dy) < 12) wrong.targets.push(`${name(one)} beside ${name(other)}`);
    }
  }
  return wrong;
})()
