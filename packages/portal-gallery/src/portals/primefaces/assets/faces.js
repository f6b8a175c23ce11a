/* What is left of JSF's and PrimeFaces' scripts when only what this page needs is kept. */
(function () {
  const form = () => document.getElementById('frm');
  const block = (on) => {
    document.getElementById('bloqueo').style.display = on ? '' : 'none';
  };

  /** Sends the whole form and puts the parts that come back in place of the old ones. */
  async function ajax(source) {
    const data = new URLSearchParams(new FormData(form()));
    data.set('javax.faces.partial.ajax', 'true');
    data.set('javax.faces.source', source.id);
    if (source.matches('button')) data.set(source.id, source.id);
    block(true);
    try {
      const response = await fetch(location.pathname, {
        method: 'POST',
        body: data,
        headers: { 'Faces-Request': 'partial/ajax' },
      });
      if (!response.ok)
        return growl('Error ' + response.status + ': servicio temporalmente inactivo, intente más tarde.');
      const answer = new DOMParser().parseFromString(await response.text(), 'text/xml');
      for (const update of answer.querySelectorAll('update')) {
        const old = document.getElementById(update.getAttribute('id'));
        if (old !== null) old.outerHTML = update.textContent;
      }
    } catch {
      growl('No se obtuvo respuesta del servidor.');
    } finally {
      block(false);
    }
  }

  function growl(text) {
    const item = document.createElement('div');
    item.className = 'ui-growl-item ui-growl-error';
    item.textContent = text;
    document.getElementById('frm:growl').replaceChildren(item);
  }

  document.addEventListener('click', function (event) {
    const button = event.target.closest('button[data-ajax]');
    if (button !== null && !button.disabled) return void ajax(button);
    const calendar = event.target.closest('.ui-calendar');
    if (calendar !== null) return openCalendar(calendar.querySelector('input'));
    if (event.target.closest('.ui-datepicker') === null) closeCalendar();
  });
  document.addEventListener('focusout', function (event) {
    const { target } = event;
    if (target.matches('input[data-blur]') && target.value !== '' && target.value !== target.defaultValue) {
      target.defaultValue = target.value;
      void ajax(target);
    }
  });

  const MONTHS = [
    'Enero',
    'Febrero',
    'Marzo',
    'Abril',
    'Mayo',
    'Junio',
    'Julio',
    'Agosto',
    'Septiembre',
    'Octubre',
    'Noviembre',
    'Diciembre',
  ];

  function closeCalendar() {
    document.querySelector('.ui-datepicker')?.remove();
  }

  function openCalendar(input) {
    closeCalendar();
    const today = new Date();
    const panel = document.createElement('div');
    panel.className = 'ui-datepicker';
    document.body.append(panel);
    const box = input.getBoundingClientRect();
    panel.style.left = box.left + scrollX + 'px';
    panel.style.top = box.bottom + scrollY + 4 + 'px';
    let year = today.getFullYear();
    let month = today.getMonth();
    const turn = (step) => {
      month += step;
      if (month < 0 || month > 11) {
        year += step;
        month = (month + 12) % 12;
      }
      draw();
    };
    const draw = () => {
      const first = (new Date(year, month, 1).getDay() + 6) % 7;
      const days = new Date(year, month + 1, 0).getDate();
      const cells = Array.from({ length: first }, () => '<td></td>');
      for (let day = 1; day <= days; day += 1) {
        const future = new Date(year, month, day) > today;
        cells.push(
          future
            ? '<td class="ui-state-disabled"><span>' + day + '</span></td>'
            : '<td><a href="#" data-day="' + day + '">' + day + '</a></td>',
        );
      }
      const rows = [];
      while (cells.length > 0) rows.push('<tr>' + cells.splice(0, 7).join('') + '</tr>');
      panel.innerHTML =
        '<div class="ui-datepicker-header"><a class="ui-datepicker-prev" href="#" title="Mes anterior">&#9664;</a><span class="ui-datepicker-title"><span class="ui-datepicker-month">' +
        MONTHS[month] +
        '</span> <span class="ui-datepicker-year">' +
        year +
        '</span></span><a class="ui-datepicker-next" href="#" title="Mes siguiente">&#9654;</a></div><table class="ui-datepicker-calendar"><thead><tr><th>L</th><th>M</th><th>X</th><th>J</th><th>V</th><th>S</th><th>D</th></tr></thead><tbody>' +
        rows.join('') +
        '</tbody></table>';
    };
    draw();
    panel.addEventListener('click', function (event) {
      event.preventDefault();
      event.stopPropagation();
      if (event.target.closest('.ui-datepicker-prev')) return turn(-1);
      if (event.target.closest('.ui-datepicker-next')) return turn(1);
      const { day } = event.target.closest('a[data-day]')?.dataset ?? {};
      if (day === undefined) return;
      input.value = String(day).padStart(2, '0') + '/' + String(month + 1).padStart(2, '0') + '/' + year;
      input.dispatchEvent(new Event('change', { bubbles: true }));
      closeCalendar();
    });
  }
})();
