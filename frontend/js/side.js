// On a narrow screen the list of sister pages is a row: the page that is open is scrolled to, in sight.
const current = document.querySelector(".side [aria-current='page']");
const row = current?.closest(".side");
if (row) row.scrollLeft = current.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
