// The pointer that the film shows: above the page, beside its own styles, where the mouse really is. Tells how far the page is scrolled.
([x, y, ring]) => {
  const made = (id, style) => {
    const found = document.getElementById(id) ?? document.documentElement.appendChild(document.createElement("div"));
    found.id = id;
    found.ariaHidden = "true";
    Object.assign(found.style, { position: "fixed", left: "0", top: "0", zIndex: "2147483647", pointerEvents: "none", ...style });
    return found;
  };
  document.documentElement.style.caretColor = "transparent";  // one that blinks would make each recording another
  made("tour-ring", {
    width: "44px", height: "44px", borderRadius: "50%", boxSizing: "border-box", border: "3px solid #c2410c",
    background: "rgb(194 65 12 / .18)", display: ring ? "block" : "none",
    transform: `translate(${x - 22}px, ${y - 22}px) scale(${ring})`,
  });
  const pointer = made("tour-pointer", { width: "24px", height: "32px", transform: `translate(${x - 2}px, ${y - 1}px)` });
  if (!pointer.firstChild) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 32");
    svg.setAttribute("width", "24");
    svg.setAttribute("height", "32");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M2 1v24l6-6 4.5 10.5 4-1.7L12 17.5h8.5z");
    path.setAttribute("fill", "#111");
    path.setAttribute("stroke", "#fff");
    path.setAttribute("stroke-width", "1.6");
    svg.append(path);
    pointer.append(svg);
  }
  return [window.scrollX, window.scrollY];
}
