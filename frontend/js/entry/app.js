import "../htmx.js";
