(function () {
  var f = document.getElementById('f');
  document.getElementById('bConsultar').onclick = function () {
    var request = new XMLHttpRequest();
    request.open('POST', '/svc/consulta');
    request.onload = function () {
      var answer = JSON.parse(request.responseText);
      if (answer.error) return alert(answer.error);
      document.getElementById('lista').innerHTML = answer.html;
    };
    request.send(new URLSearchParams(new FormData(f)));
  };
})();
