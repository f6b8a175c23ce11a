/* Fills the lists of the fiscal data from what was typed and chosen before them. */
(function () {
  const form = document.getElementById('datos');
  const { rfc, regimen, uso } = form.elements;

  async function fill(list, path) {
    const response = await fetch(path);
    const entries = await response.json();
    list.length = 1;
    for (const { code, name } of entries) list.add(new Option(code + ' ' + name, code));
  }
  const load = (path, query) => '/facturacion/' + path + '?' + new URLSearchParams(query);

  rfc.addEventListener('change', function () {
    rfc.value = rfc.value.trim().toUpperCase();
    uso.length = 1;
    void fill(regimen, load('regimenes', { rfc: rfc.value }));
  });
  regimen.addEventListener('change', function () {
    void fill(uso, load('usos', { rfc: rfc.value, regimen: regimen.value }));
  });
})();
