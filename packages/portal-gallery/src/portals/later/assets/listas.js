/* The lists of regime and use, from what stands before them. */
(function () {
  const form = document.forms[0];
  if (form === undefined || form.elements.regimen === undefined) return;
  const { rfc, regimen, uso } = form.elements;
  const fill = async (list, query) => {
    const response = await fetch('/listas?' + new URLSearchParams(query));
    list.length = 1;
    for (const { code, name } of await response.json()) list.add(new Option(code + ' · ' + name, code));
  };
  rfc.addEventListener('blur', () => void fill(regimen, { rfc: rfc.value.trim() }));
  regimen.addEventListener('change', () => void fill(uso, { rfc: rfc.value.trim(), regimen: regimen.value }));
})();
