/* The platform's form, in the manner of 2009: native dialogs for everything. */
(function () {
  var f = document.getElementById('f');
  var el = f.elements;

  function post(path, names, done) {
    var data = new URLSearchParams();
    names.forEach(function (name) {
      data.set(name, el[name].value);
    });
    var request = new XMLHttpRequest();
    request.open('POST', path);
    request.onload = function () {
      if (request.status >= 500) return alert('Servicio temporalmente inactivo. Intente mas tarde.');
      done(JSON.parse(request.responseText));
    };
    request.onerror = function () {
      alert('No hubo respuesta del servidor.');
    };
    request.send(data);
  }

  document.getElementById('bBuscar').onclick = function () {
    el.txtRfc.value = el.txtRfc.value.toUpperCase();
    post('/svc/despacho', ['txtRef', 'txtFol', 'txtImp', 'txtRfc'], function (answer) {
      if (answer.error) return alert(answer.error);
      el.clave.value = answer.clave;
      ['txtRef', 'txtFol', 'txtImp', 'txtRfc'].forEach(function (name) {
        el[name].readOnly = true;
      });
      document.getElementById('bBuscar').disabled = true;
      document.getElementById('receptor').style.display = '';
    });
  };

  document.getElementById('bOtro').onclick = function () {
    if (confirm('Se perderan los datos capturados. Desea continuar?')) location.reload();
  };

  document.getElementById('bFacturar').onclick = function () {
    if (!confirm('Se emitira la factura a nombre de ' + el.txtRfc.value + '. Los datos son correctos?'))
      return;
    var names = ['clave', 'txtNom', 'txtCp', 'cmbReg', 'cmbUso', 'cmbPag', 'txtCor'];
    post('/svc/factura', names, function (answer) {
      if (answer.error) return alert(answer.error);
      document.getElementById('receptor').style.display = 'none';
      document.getElementById('despacho').outerHTML = answer.html;
      alert('Factura generada con exito.');
    });
  };
})();
