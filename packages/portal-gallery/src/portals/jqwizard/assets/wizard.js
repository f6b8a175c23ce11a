/* global $ */
$(function () {
  var SLOW = 600;
  var $alert = $('.alert');

  function goTo(step) {
    $alert.slideUp(200);
    $('.step:visible').fadeOut(SLOW, function () {
      $('.wizard-steps li').removeClass('active');
      $('.wizard-steps li[data-step="' + step + '"]').addClass('active');
      $('#paso-' + step).fadeIn(SLOW);
    });
  }

  function complain(message) {
    $alert.removeClass('alert-success').addClass('alert-danger').text(message).slideDown(300);
  }

  function post(action, data) {
    $('.loading').fadeIn(150);
    return $.post('/facturacion/' + action, data)
      .fail(function (xhr) {
        var answer = xhr.responseJSON;
        complain(answer ? answer.mensaje : 'Ocurrió un error de comunicación. Intenta nuevamente.');
      })
      .always(function () {
        $('.loading').delay(400).fadeOut(150);
      });
  }

  function showInvoiced(answer) {
    var $body = $('.modal-body').empty().append($('<p>').text(answer.mensaje));
    $.each(answer.archivos, function (_, file) {
      $body.append(
        $('<p>').append(
          $('<a>')
            .attr('href', file.liga)
            .text('Descargar ' + file.nombre),
        ),
      );
    });
    $('.modal-backdrop').fadeIn(200);
    $('.modal').delay(150).slideDown(400);
  }

  $('.modal .close').on('click', function () {
    $('.modal').slideUp(300);
    $('.modal-backdrop').fadeOut(300);
  });

  $('.back').on('click', function () {
    goTo($(this).data('to'));
  });

  function markMissing($step) {
    var $empty = $step.find('input, select').filter(function () {
      return $.trim($(this).val()) === '';
    });
    $step.find('.form-group').removeClass('has-error');
    $empty.closest('.form-group').addClass('has-error');
    if ($empty.length > 0) complain('Completa los campos marcados en rojo.');
    return $empty.length > 0;
  }

  $('#btn-buscar').on('click', function () {
    if (markMissing($('#paso-1'))) return;
    $alert.hide();
    post('validar-ticket', $('#paso-1 :input').serialize()).done(function (answer) {
      if (answer.estatus === 'error') return complain(answer.mensaje);
      if (answer.estatus === 'facturado') return showInvoiced(answer);
      $('.ticket-info').text('Sucursal ' + answer.ticket.sucursal + ' · Total $' + answer.ticket.total);
      fillOptions($('#regimen'), answer.regimenes, 'Elige una opción');
      if (answer.cliente) fillClient(answer.cliente);
      goTo(2);
    });
  });

  function fillOptions($select, entries, first) {
    $select.empty().append($('<option>').val('').text(first));
    $.each(entries, function (_, entry) {
      $select.append($('<option>').val(entry.code).text(entry.name));
    });
  }

  function loadUses() {
    var data = { rfc: $('#rfc').val(), regimen: $('#regimen').val() };
    return $.post('/facturacion/usos', data).done(function (uses) {
      fillOptions($('#uso'), uses, 'Elige una opción');
    });
  }

  $('#regimen').on('change', loadUses);

  function fillClient(client) {
    $('#nombre').val(client.name);
    $('#cp').val(client.postalCode);
    $('#correo').val(client.mail);
    $('#regimen').val(client.regime);
    loadUses().done(function () {
      $('#uso').val(client.use);
    });
  }

  $('#btn-continuar').on('click', function () {
    if (markMissing($('#paso-2'))) return;
    if (!/^\d{5}$/.test($('#cp').val())) return complain('El código postal debe tener 5 dígitos.');
    var $review = $('.review').empty();
    $('#paso-1 .form-group, #paso-2 .form-group').each(function () {
      var $control = $(this).find('input, select');
      var shown = $control.is('select') ? $control.find('option:selected').text() : $control.val();
      $review
        .append($('<dt>').text($(this).find('label').contents().first().text()))
        .append($('<dd>').text(shown));
    });
    goTo(3);
  });

  $('#btn-facturar').on('click', function () {
    var $button = $(this).prop('disabled', true);
    post('generar', $('#wizard').serialize())
      .done(function (answer) {
        if (answer.estatus === 'error') return complain(answer.mensaje);
        if (answer.estatus === 'facturado') return showInvoiced(answer);
        $('#folio-fiscal').text(answer.folioFiscal);
        $('#liga-zip').attr('href', answer.archivo.liga);
        goTo(4);
      })
      .always(function () {
        $button.prop('disabled', false);
      });
  });
});
