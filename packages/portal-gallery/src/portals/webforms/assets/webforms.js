/* Post-backs and pop-ups as the 2009 master page does them; the pages' inline handlers call these by name. */
window.__doPostBack = function (eventTarget, eventArgument) {
  var form = document.getElementById('aspnetForm');
  form.__EVENTTARGET.value = eventTarget;
  form.__EVENTARGUMENT.value = eventArgument;
  form.submit();
};
window.mostrar = function (id) {
  document.getElementById(id).style.display = '';
};
window.ocultar = function (id) {
  document.getElementById(id).style.display = 'none';
};
