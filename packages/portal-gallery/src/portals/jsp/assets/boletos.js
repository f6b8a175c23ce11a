// Escrito para Internet Explorer 6; sigue funcionando.
window.nuevaImagen = function () {
  document.getElementById('imgCodigo').src = 'imagen.do?r=' + new Date().getTime();
  document.forms[0].codigo.value = '';
  return false;
};

window.valida = function (forma) {
  for (var i = 0; i < forma.elements.length; i++) {
    var campo = forma.elements[i];
    if (campo.className.indexOf('req') >= 0 && campo.value.replace(/\s/g, '') == '') {
      alert('El campo ' + campo.title + ' es obligatorio.');
      campo.focus();
      return false;
    }
  }
  return true;
};

window.onload = function () {
  var mensaje = document.body.getAttribute('data-mensaje');
  if (mensaje) alert(mensaje);
};
