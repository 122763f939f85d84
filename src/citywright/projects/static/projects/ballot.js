/* The ballot: a token that stands behind # in the address never reaches the server's logs; it is put into its box. */
(function () {
  "use strict";
  var box = document.getElementById("id_token"), token = window.location.hash.slice(1);
  if (box && /^[0-9A-Za-z-]{4,40}$/.test(token)) {
    box.value = token;
    window.history.replaceState(null, "", window.location.pathname);
  }
})();
