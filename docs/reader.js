// Draws the diagrams of the book, which are code blocks in the pages, and names the columns of its tables for phones.
"use strict";

for (const block of document.querySelectorAll("code.language-mermaid")) {
    const diagram = document.createElement("pre");
    diagram.className = "mermaid";
    diagram.textContent = block.textContent;
    block.parentElement.replaceWith(diagram);
}
const isDark = ["navy", "coal", "ayu"].some(theme => document.documentElement.classList.contains(theme));
window.mermaid.initialize({ startOnLoad: true, theme: isDark ? "dark" : "default" });

for (const table of document.querySelectorAll(".content table")) {
    const columns = [...table.querySelectorAll("thead th")].map(cell => cell.textContent.trim());
    let above = "";
    for (const row of table.querySelectorAll("tbody tr")) {
        [...row.cells].forEach((cell, index) => {
            const text = cell.textContent.trim();
            const isPicture = cell.querySelector("img") !== null;
            if (columns[index] && (isPicture || (index > 0 && text))) cell.dataset.column = columns[index];
            if (index > 0 || isPicture) return;
            if (text) above = text;
            else if (above) cell.dataset.above = above;
        });
    }
}
