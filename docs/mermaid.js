// Draws the diagrams of the book, which are code blocks in the pages.
"use strict";

for (const block of document.querySelectorAll("code.language-mermaid")) {
    const diagram = document.createElement("pre");
    diagram.className = "mermaid";
    diagram.textContent = block.textContent;
    block.parentElement.replaceWith(diagram);
}
window.mermaid.initialize({ startOnLoad: true });
